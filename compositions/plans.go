package compositions

import "github.com/dominoc/dominoc/compositions/xr"

// Plan is all that the compiler decided about an environment, as plain data:
// its name, namespace, provider and the spec of its composite resource, what
// only AWS knows as plan.Unknown.
func (f *Fleet) Plan(name string) (map[string]any, error) {
	e, err := f.find(name)
	if err != nil {
		return nil, err
	}
	spec, err := xr.Content(e.plan.Spec)
	if err != nil {
		return nil, err
	}
	provider, err := xr.Content(e.plan.Provider)
	if err != nil {
		return nil, err
	}
	return map[string]any{"name": e.plan.Name, "namespace": e.plan.Namespace, "provider": provider, "spec": spec}, nil
}
