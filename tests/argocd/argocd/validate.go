package main

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/argo-cd/v3/util/db"
)

type applications struct {
	Project      v1alpha1.AppProject
	Config       map[string]string // data of argocd-cm
	Applications []v1alpha1.Application
}

// validate gives what the controllers have against each Application, by its name.
// Whether the repository can be read and what is in it, only a repo-server knows.
func validate(q applications) (map[string][]string, error) {
	ctx := context.Background()
	clientset, settings := installation(ctx, q.Config)
	found := map[string][]string{}
	for _, app := range q.Applications {
		conditions, err := argo.ValidatePermissions(ctx, &app.Spec, &q.Project, db.NewDB(namespace, settings, clientset))
		if err != nil {
			return nil, err
		}
		said := faults(app)
		for _, c := range append(conditions, argo.ValidateManagedByURL(&app)...) {
			said = append(said, fmt.Sprintf("%s: %s", c.Type, c.Message))
		}
		found[app.Name] = said
	}
	return found, nil
}

// faults need nobody but the Application. A spec that is not in its normal form
// would be written over, and set back by the Application that it comes from.
func faults(app v1alpha1.Application) []string {
	said := []string{}
	if !argo.IsValidAppName(app.Name) {
		said = append(said, "not a name")
	}
	if !reflect.DeepEqual(argo.NormalizeApplicationSpec(&app.Spec), &app.Spec) {
		said = append(said, "not in its normal form")
	}
	if _, err := app.Spec.SyncPolicy.Retry.NextRetryAt(time.Now(), 1); err != nil {
		said = append(said, err.Error())
	}
	return said
}
