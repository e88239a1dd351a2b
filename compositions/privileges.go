package compositions

import (
	"maps"
	"slices"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/privilege"
)

// Privileges are what the roles that Crossplane assumes for the selected
// environments may do. A role that other environments of the fleet share gets
// what these need too: a policy for a part of them would lock out the rest.
func (f *Fleet) Privileges(selected func(environment string) bool) ([]privilege.Role, error) {
	needs := make([]privilege.Need, len(f.environments))
	failures := make([]error, len(f.environments))
	parallel(len(f.environments), func(i int) {
		needs[i], failures[i] = f.environments[i].need()
	})
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(privilege.Roles(needs), func(r privilege.Role) bool {
		return !slices.ContainsFunc(r.Environments, selected)
	}), nil
}

// need is that of an environment whose ids nobody knows: a policy that named the
// ids of today would not let the next resource be made.
func (e environmentOutput) need() (privilege.Need, error) {
	objects, err := e.withoutIDs().render(false)
	if err != nil {
		return privilege.Need{}, err
	}
	common := e.plan.Spec.Common
	return privilege.Environment{
		Name:      e.plan.Name,
		Account:   common.Account,
		Region:    common.Region,
		Partition: common.Partition,
		DNSSuffix: common.DNSSuffix,
		FQDN:      e.plan.Spec.FQDN,
		Boundary:  common.PermissionsBoundary,
		GroupTags: groupTags(e.plan),
		Roles:     assumed(e.plan),
		Objects:   objects,
	}.Need()
}

// groupTags are the keys of the tags that the Auto Scaling groups of every pool get.
func groupTags(p *plan.Plan) []string {
	if len(p.Spec.GroupTags) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(p.Spec.Common.Tags))
}

// assumed are the roles by the ProviderConfig that assumes them.
func assumed(p *plan.Plan) map[string]string {
	roles := map[string]string{p.Name: p.Provider.RoleARN}
	if zone := p.ZoneProvider; zone != nil {
		roles[zone.Name] = zone.RoleARN
	}
	return roles
}
