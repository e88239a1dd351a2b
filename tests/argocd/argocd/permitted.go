package main

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
)

type permission struct {
	Project v1alpha1.AppProject
	Objects []*unstructured.Unstructured
}

// permitted says of each object whether a project lets an Application apply it.
func permitted(q permission) ([]bool, error) {
	destination := &v1alpha1.Cluster{Server: v1alpha1.KubernetesInternalAPIServerAddr}
	noClusters := func(string) ([]*v1alpha1.Cluster, error) { return nil, nil }
	said := make([]bool, len(q.Objects))
	for i, object := range q.Objects {
		var err error
		if said[i], err = q.Project.IsLiveResourcePermitted(object, destination, noClusters); err != nil {
			return nil, err
		}
	}
	return said, nil
}
