package random

import "github.com/dominoc/dominoc/schema/v1alpha1"

// Fleet returns n environments for one fleet: no two have the same name or host name.
func Fleet(n int) []*v1alpha1.Environment {
	var fleet []*v1alpha1.Environment
	taken := map[string]bool{}
	for seed := uint64(0); len(fleet) < n; seed++ {
		env := Environment(New(seed))
		if taken[env.Name] || taken[env.Domain.FQDN] {
			continue
		}
		taken[env.Name], taken[env.Domain.FQDN] = true, true
		fleet = append(fleet, env)
	}
	return fleet
}
