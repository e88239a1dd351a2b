package compositions

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/privilege"
	"github.com/dominoc/dominoc/schema/diag"
)

// Rehearsals returns what the roles that Crossplane assumes for the selected environments
// may do while their owner watches how each would take its installation over: read, and put
// tags on exactly what is adopted. at returns the user's positions in an environment's file.
//
// An environment that adopts nothing has no rehearsal, and neither has one whose role other
// environments need as it is; the list has an error for each, and there are no roles.
func (f *Fleet) Rehearsals(selected func(environment string) bool, at func(environment string) diag.Locator) ([]privilege.Role, diag.List, error) {
	found := f.unrehearsed(selected, at)
	if found.HasErrors() {
		return nil, found, nil
	}
	needs, err := f.needs(privilege.Environment.Rehearsal)
	if err != nil {
		return nil, nil, err
	}
	return slices.DeleteFunc(privilege.Rehearsals(needs), func(r privilege.Role) bool {
		return !slices.ContainsFunc(r.Environments, selected)
	}), nil, nil
}

// unrehearsed returns an error for each selected environment that has no rehearsal.
func (f *Fleet) unrehearsed(selected func(environment string) bool, at func(environment string) diag.Locator) diag.List {
	var found diag.List
	for _, e := range f.Environments {
		name, path := e.Plan.Name, diag.Path{"provider", "roleARN"}
		d := diag.Diagnostic{Severity: diag.Error, Environments: []string{name}}
		if !selected(name) {
			continue
		}
		if e.Plan.Spec.Cluster.Adopted == nil {
			path = diag.Path{"name"}
			d.Code = "rehearsal-new"
			d.Message = fmt.Sprintf("environment %q takes no installation over, so it has no rehearsal", name)
			d.Hint = "omit --rehearsal, or take the installation over first: dominoc import"
		} else if others := f.sharing(e.Plan.Roles(), selected); len(others) > 0 {
			d.Code = "rehearsal-role"
			d.Message = fmt.Sprintf("the role of environment %q is also the role of %s, whose resources it could not change during the rehearsal", name, strings.Join(others, ", "))
			d.Hint = "give " + name + " a role of its own: provider.roleARN"
		} else {
			continue
		}
		d.Pos, d.Path = at(name)(path), path.String()
		found = append(found, d)
	}
	return found
}

// sharing returns the environments that are not selected and assume one of the roles.
func (f *Fleet) sharing(roles map[string]string, selected func(environment string) bool) []string {
	var names []string
	arns := slices.Collect(maps.Values(roles))
	for _, e := range f.Environments {
		assumes := func(arn string) bool { return slices.Contains(arns, arn) }
		if !selected(e.Plan.Name) && slices.ContainsFunc(slices.Collect(maps.Values(e.Plan.Roles())), assumes) {
			names = append(names, e.Plan.Name)
		}
	}
	slices.Sort(names)
	return names
}
