package resource

import (
	"slices"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// withoutPolicies is the kind of provider-aws whose controller is not generated and knows no
// management policies: it reports an error for any, and never becomes ready. It makes a
// Secret; AWS has nothing of it that a deletion could take.
const withoutPolicies = "ClusterAuth"

// Held takes the right to delete from all managed resources of an environment on hold:
// what leaves the environment then stays in AWS, or in the cluster.
func Held(resources []Resource, hold bool) []Resource {
	if !hold {
		return resources
	}
	for _, r := range resources {
		switch object := r.Object.(type) {
		case *unstructured.Unstructured:
			holdInside(object)
		case interface {
			Managed
			GetManagementPolicies() xpv1.ManagementPolicies
		}:
			if r.Object.GetObjectKind().GroupVersionKind().Kind != withoutPolicies {
				object.SetManagementPolicies(held(object.GetManagementPolicies()))
			}
		}
	}
	return resources
}

// holdInside holds what provider-helm and provider-kubernetes install inside a cluster.
// Their other kinds, and composite resources, have no policies.
func holdInside(object *unstructured.Unstructured) {
	kind := object.GroupVersionKind()
	if kind != Helm("Release") && kind != Kubernetes("Object") {
		return
	}
	spec := object.Object["spec"].(map[string]any)
	var policies xpv1.ManagementPolicies
	stated, _ := spec["managementPolicies"].([]any)
	for _, policy := range stated {
		policies = append(policies, xpv1.ManagementAction(policy.(string)))
	}
	var all []any
	for _, policy := range held(policies) {
		all = append(all, string(policy))
	}
	spec["managementPolicies"] = all
}

// held is management policies without the right to delete; none are all.
func held(policies xpv1.ManagementPolicies) xpv1.ManagementPolicies {
	if len(policies) == 0 {
		return xpv1.ManagementPolicies{
			xpv1.ManagementActionObserve, xpv1.ManagementActionCreate,
			xpv1.ManagementActionUpdate, xpv1.ManagementActionLateInitialize,
		}
	}
	return slices.DeleteFunc(slices.Clone(policies), func(a xpv1.ManagementAction) bool {
		return a == xpv1.ManagementActionDelete
	})
}
