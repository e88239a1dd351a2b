package check

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// quotaKind is the managed resource that asks AWS for more of a quota.
const quotaKind = "servicequotas.servicequotas" + bootstrap.AWSGroup

// FleetNeeds are what a fleet asks of AWS's quotas.
type FleetNeeds struct {
	Totals  []Total // sorted by account, region and quota
	members []Member
}

// NeedsOf sums what the members with a plan need, next to what the user states.
func NeedsOf(members []Member, stated *Stated) FleetNeeds {
	return FleetNeeds{Totals(members, stated), members}
}

// Asks are the needs for which AWS can be asked: those that exceed what there
// is, of quotas that AWS raises; of several in one place the largest.
func (n FleetNeeds) Asks() []Total {
	var all []Total
	for _, t := range n.Totals {
		last := len(all) - 1
		switch {
		case !t.Exceeded() || !t.Quota.Adjustable || region(n.members, t) == "":
		case last >= 0 && samePlace(all[last], t):
			all[last].Need = max(all[last].Need, t.Need)
		default:
			all = append(all, t)
		}
	}
	return all
}

// samePlace reports whether two totals are of one value in AWS.
func samePlace(a, b Total) bool {
	return a.Account == b.Account && a.Region == b.Region && a.Quota.Code == b.Quota.Code
}

// Requests are the manifests that ask AWS for what the fleet needs: a
// ServiceQuota for each ask, in the namespace and by the provider config of the
// account's and region's first environment by name, the package of the provider,
// and the policy that activates the kind. Nothing when there is nothing to ask.
//
// Deleting a ServiceQuota takes nothing back, and its policies say so.
func (n FleetNeeds) Requests() []map[string]any {
	var out []map[string]any
	for _, t := range n.Asks() {
		out = append(out, request(t, n.by(t), region(n.members, t)))
	}
	if len(out) == 0 {
		return nil
	}
	kinds := []string{quotaKind}
	policy := bootstrap.ActivationPolicy("dominoc-quotas", kinds)
	return append(bootstrap.Providers(kinds, v1alpha1.Packages{}), append([]map[string]any{policy}, out...)...)
}

// by is the environment that asks.
func (n FleetNeeds) by(t Total) string {
	var names []string
	for _, m := range n.members {
		e := m.Environment
		if m.Planned && e.Account == t.Account && (t.Region == "" || e.Region == t.Region) {
			names = append(names, e.Name)
		}
	}
	return slices.Min(names)
}

// region is where a quota is raised: of one that holds in all regions the home
// of the partition, unknown for China.
func region(members []Member, t Total) string {
	if t.Region != "" {
		return t.Region
	}
	home := map[string]string{"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}
	for _, m := range members {
		if m.Planned && m.Environment.Account == t.Account {
			return home[m.Partition]
		}
	}
	return ""
}

func request(t Total, environment, region string) map[string]any {
	return map[string]any{
		"apiVersion": strings.TrimPrefix(quotaKind[strings.Index(quotaKind, "."):], ".") + "/v1beta1",
		"kind":       "ServiceQuota",
		"metadata": map[string]any{
			"name":      v1alpha1.ObjectName(environment, "quota", strings.ToLower(t.Quota.Code)),
			"namespace": v1alpha1.Namespace(environment),
		},
		"spec": map[string]any{
			"managementPolicies": []any{"Observe", "Create", "Update", "LateInitialize"},
			"forProvider": map[string]any{
				"region": region, "serviceCode": t.Quota.Service, "quotaCode": t.Quota.Code, "value": t.Need,
			},
			"providerConfigRef": map[string]any{"kind": "ProviderConfig", "name": environment},
		},
	}
}

// Fullest are the totals with, of several in one account and region, the one
// that is nearest to its limit, what replacing nodes adds included.
func (n FleetNeeds) Fullest() []Total {
	fullest := slices.Clone(n.Totals)
	slices.SortStableFunc(fullest, func(a, b Total) int {
		return cmp.Or(
			cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region),
			cmp.Compare(a.Quota.Service, b.Quota.Service), cmp.Compare(a.Quota.Code, b.Quota.Code),
			ordered.TrueFirst(a.Exceeded(), b.Exceeded()), cmp.Compare(b.Need+b.Surge(), a.Need+a.Surge()), cmp.Compare(b.Need, a.Need),
		)
	})
	return slices.CompactFunc(fullest, samePlace)
}
