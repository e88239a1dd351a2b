package compositions

import "github.com/dominoc/dominoc/compositions/xr"

// Plan is all that the compiler decided about an environment, as plain data:
// its name, namespace, provider and the spec of its composite resource, what
// only AWS knows as plan.Unknown.
func (f *Fleet) Plan(name string) (map[string]any, error) {
	e, err := f.Environment(name)
	if err != nil {
		return nil, err
	}
	spec, err := xr.Content(e.Plan.Spec)
	if err != nil {
		return nil, err
	}
	provider, err := xr.Content(e.Plan.Provider)
	if err != nil {
		return nil, err
	}
	return map[string]any{"name": e.Plan.Name, "namespace": e.Plan.Namespace, "provider": provider, "spec": spec}, nil
}
