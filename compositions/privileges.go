package compositions

import (
	"maps"
	"slices"

	"github.com/dominoc/dominoc/compositions/components/environment"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/privilege"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Privileges are what the roles that Crossplane assumes for the selected
// environments may do. A role that other environments of the fleet share gets
// what these need too: a policy for a part of them would lock out the rest.
func (f *Fleet) Privileges(selected func(environment string) bool) ([]privilege.Role, error) {
	needs, err := f.needs(privilege.Environment.Need)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(privilege.Roles(needs), func(r privilege.Role) bool {
		return !slices.ContainsFunc(r.Environments, selected)
	}), nil
}

// needs returns a need of each environment.
func (f *Fleet) needs(of func(privilege.Environment) (privilege.Need, error)) ([]privilege.Need, error) {
	needs := make([]privilege.Need, len(f.Environments))
	return needs, Parallel(len(f.Environments), func(i int) error {
		e, err := f.Environments[i].privileged()
		if err == nil {
			needs[i], err = of(e)
		}
		return err
	})
}

// privileged returns an environment as the table of permissions sees it. Its objects are
// without committed ids: a policy that named the ids of today would not let the next
// resource be made.
func (e Environment) privileged() (privilege.Environment, error) {
	objects, err := Environment{Plan: withoutIDs(e.Plan), Composition: e.Composition, Children: e.Children}.render(false)
	if err != nil {
		return privilege.Environment{}, err
	}
	adopted, err := e.adopted()
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
		Adopted:   adopted,
	}, err
}

// adopted returns the objects of the components whose resources AWS had before the
// environment, as the ids in its file make them. Which of their kinds are adopted, the table
// of permissions says.
func (e Environment) adopted() ([]map[string]any, error) {
	var all []map[string]any
	for _, c := range Components(e.Plan) {
		if !adopts(&e.Plan.Spec, c.Key) {
			continue
		}
		some, err := e.rendered(c.Key, c.Concrete())
		if err != nil {
			return nil, err
		}
		all = append(all, objectsOf(some)...)
	}
	return all, nil
}

// adopts reports whether a component's resources were in AWS before the environment: those
// of an installation that it takes over, or a file system that its file names.
func adopts(s *v1alpha1.EnvironmentSpec, component string) bool {
	switch component {
	case "cluster", "addons", "identity", "security", "registry":
		return s.Cluster.Adopted != nil
	case "storage":
		return s.Storage.Datasets.FileSystemID != ""
	}
	for name, pool := range s.Pools {
		if component == environment.PoolKey(name) {
			return pool.Adopted != nil
		}
	}
	return false
}

// groupTags are the keys of the tags that the Auto Scaling groups of every pool get.
func groupTags(p *plan.Plan) []string {
	if len(p.Spec.GroupTags) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(p.Spec.Common.Tags))
}
