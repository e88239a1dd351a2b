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
	needs := make([]privilege.Need, len(f.Environments))
	err := Parallel(len(f.Environments), func(i int) (err error) {
		needs[i], err = f.Environments[i].need()
		return err
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(privilege.Roles(needs), func(r privilege.Role) bool {
		return !slices.ContainsFunc(r.Environments, selected)
	}), nil
}

// need returns the need of an environment without committed ids: a policy that named the
// ids of today would not let the next resource be made.
func (e Environment) need() (privilege.Need, error) {
	objects, err := Environment{Plan: withoutIDs(e.Plan), Composition: e.Composition, Children: e.Children}.render(false)
	if err != nil {
		return privilege.Need{}, err
	}
	common := e.Plan.Spec.Common
	return privilege.Environment{
		Name:      e.Plan.Name,
		Account:   common.Account,
		Region:    common.Region,
		Partition: common.Partition,
		DNSSuffix: common.DNSSuffix,
		FQDN:      e.Plan.Spec.FQDN,
		Boundary:  common.PermissionsBoundary,
		GroupTags: groupTags(e.Plan),
		Roles:     e.Plan.Roles(),
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
