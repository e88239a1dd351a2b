package main

import (
	log "github.com/sirupsen/logrus"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
)

// generate makes the Applications of a set, as the ApplicationSet controller does.
func generate(set v1alpha1.ApplicationSet) ([]v1alpha1.Application, error) {
	if err := utils.CheckInvalidGenerators(&set); err != nil {
		return nil, err
	}
	known := map[string]generators.Generator{"List": generators.NewListGenerator()}
	all, _, err := template.GenerateApplications(log.NewEntry(log.StandardLogger()), set, known, &utils.Render{}, nil)
	for i := range all {
		all[i].APIVersion, all[i].Kind = v1alpha1.SchemeGroupVersion.String(), "Application"
	}
	return all, err
}
