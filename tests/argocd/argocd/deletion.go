package main

import (
	"slices"

	"github.com/argoproj/gitops-engine/pkg/sync/common"
	"github.com/argoproj/gitops-engine/pkg/sync/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoproj/argo-cd/v3/controller"
)

// deletion is the order in which the objects of an Application go that is deleted
// with its finalizer: what is deleted at once, until nothing is left to delete.
func deletion(q []*unstructured.Unstructured) ([][]string, error) {
	q = slices.DeleteFunc(q, func(object *unstructured.Unstructured) bool {
		return resource.HasAnnotationOption(object, common.AnnotationSyncOptions, common.SyncOptionDisableDeletion)
	})
	order := [][]string{}
	for len(q) > 0 {
		var names []string
		first := controller.FilterObjectsForDeletion(q)
		for _, object := range first {
			names = append(names, object.GetKind()+" "+object.GetName())
		}
		slices.Sort(names)
		order = append(order, names)
		q = slices.DeleteFunc(q, func(object *unstructured.Unstructured) bool { return slices.Contains(first, object) })
	}
	return order, nil
}
