package plan

import (
	"fmt"
	"slices"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// clusterAdmin is the policy of an admin that is a bare ARN.
const clusterAdmin v1alpha1.AccessPolicy = "AmazonEKSClusterAdminPolicy"

// admins returns the access entries, keyed by a hash of their ARN: an entry keeps its
// key when the list is reordered.
func (r *resolver) admins() map[string]v1alpha1.AdminSpec {
	specs := map[string]v1alpha1.AdminSpec{}
	for i, entry := range r.env.Cluster.Admins {
		path := diag.Path{"cluster", "admins"}.Index(i)
		admin, bare := adminOf(entry)
		if !bare {
			path = path.Child("arn")
		}
		// The provider's own role has an access entry already: EKS takes one for each principal.
		if r.env.Cluster.InCluster == throughProviders && admin.ARN == r.providerRoleARN() {
			r.refuse("admin-is-provider", path, problem{
				message: fmt.Sprintf("%q is the role that Crossplane itself uses; it is already an admin through cluster.inCluster, and EKS accepts one entry for each principal", admin.ARN),
				hint:    "remove it",
				notes:   []diag.Note{r.note(diag.Path{"provider", "roleARN"}, "the provider's role")},
			})
		}
		specs[shortHash(admin.ARN)] = r.admin(admin)
	}
	return specs
}

// adminOf reads an element of the list, which is a bare ARN or a struct. The schema has
// checked both.
func adminOf(entry any) (admin v1alpha1.Admin, bare bool) {
	m, isStruct := entry.(map[string]any)
	if !isStruct {
		arn, _ := entry.(string)
		return v1alpha1.Admin{ARN: arn, Policy: clusterAdmin}, true
	}
	admin.ARN, _ = m["arn"].(string)
	policy, _ := m["policy"].(string)
	admin.Policy, admin.Namespaces, admin.KubernetesGroups = v1alpha1.AccessPolicy(policy), texts(m["namespaces"]), texts(m["kubernetesGroups"])
	if policy == "" && len(admin.KubernetesGroups) == 0 {
		admin.Policy = clusterAdmin
	}
	return admin, false
}

// texts returns a list of texts, as decoding leaves it.
func texts(list any) []string {
	elements, _ := list.([]any)
	var all []string
	for _, element := range elements {
		text, _ := element.(string)
		all = append(all, text)
	}
	return all
}

// admin returns an entry; its groups are sorted, because they are a set.
func (r *resolver) admin(a v1alpha1.Admin) v1alpha1.AdminSpec {
	return v1alpha1.AdminSpec{
		PrincipalARN:     a.ARN,
		PolicyARN:        r.accessPolicyARN(a.Policy),
		Namespaces:       a.Namespaces,
		KubernetesGroups: slices.Sorted(slices.Values(a.KubernetesGroups)),
	}
}

// accessPolicyARN returns the ARN of an access policy of EKS, or "" for none.
func (r *resolver) accessPolicyARN(policy v1alpha1.AccessPolicy) string {
	if policy == "" {
		return ""
	}
	return r.arn("eks", "", "aws", "cluster-access-policy/"+string(policy))
}
