package resource

import (
	"slices"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
)

// withoutPolicies is the kind of provider-aws whose controller is not generated and knows no
// management policies: it reports an error for any, and never becomes ready. It makes a
// Secret; AWS has nothing of it that a deletion could take.
const withoutPolicies = "ClusterAuth"

// Held takes the right to delete from all managed resources of an environment on hold:
// what leaves the environment then stays in AWS.
func Held(resources []Resource, hold bool) []Resource {
	if !hold {
		return resources
	}
	for _, r := range resources {
		object, managed := r.Object.(interface {
			Managed
			GetManagementPolicies() xpv1.ManagementPolicies
		})
		if !managed || r.Object.GetObjectKind().GroupVersionKind().Kind == withoutPolicies {
			continue
		}
		policies := object.GetManagementPolicies()
		if len(policies) == 0 {
			policies = xpv1.ManagementPolicies{
				xpv1.ManagementActionObserve, xpv1.ManagementActionCreate,
				xpv1.ManagementActionUpdate, xpv1.ManagementActionLateInitialize,
			}
		}
		object.SetManagementPolicies(slices.DeleteFunc(slices.Clone(policies), func(a xpv1.ManagementAction) bool {
			return a == xpv1.ManagementActionDelete
		}))
	}
	return resources
}
