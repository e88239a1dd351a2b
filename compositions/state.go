package compositions

import (
	"errors"
	"fmt"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
)

// States plans environments and lowers their concrete plans, for package diff:
// everything that their components compose, values that only AWS knows as
// plan.Unknown. No Composition is made. States are in the order of the inputs, nil
// when a diagnostic is an error; the error is a bug of ours.
func States(inputs []Input) ([]*diff.Environment, diag.List, error) {
	plans, found := planAll(inputs, nil)
	if found.HasErrors() {
		return nil, found, nil
	}
	states := make([]*diff.Environment, len(plans))
	failures := make([]error, len(plans))
	parallel(len(plans), func(i int) { states[i], failures[i] = stateOf(plans[i]) })
	return states, found, errors.Join(failures...)
}

func stateOf(p *plan.Plan) (*diff.Environment, error) {
	state := &diff.Environment{Name: p.Name, Spec: &p.Spec}
	for _, c := range Components(p) {
		objects, err := rendered(p.Namespace, c.Concrete())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		for _, object := range objects {
			state.Resources = append(state.Resources, diff.Resource{Component: c.Key, Key: keyOf(object), Object: object})
		}
	}
	return state, nil
}

// keyOf is the key that an object bears.
func keyOf(object map[string]any) string {
	metadata := object["metadata"].(map[string]any)
	return metadata["annotations"].(map[string]any)[keyAnnotation].(string)
}
