package compositions

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/diag"
)

// CompileSound is Compile for environments of which some may be wrong: what is
// wrong with each is in the list at its index, and the fleet has those without an
// error.
func CompileSound(inputs []Input) (*Fleet, []diag.List, error) {
	plans, lists := planSound(inputs)
	compiled, err := assemble(slices.DeleteFunc(plans, func(p *plan.Plan) bool { return p == nil }))
	return compiled, lists, err
}

// planSound are the plans of the inputs, nil where the list at the same index has
// an error.
func planSound(inputs []Input) ([]*plan.Plan, []diag.List) {
	members, lists := decide(inputs)
	findings := hold(members, nil)
	beside(findings, lists)
	elsewhere := excused(findings, nil, len(inputs))
	plans := make([]*plan.Plan, len(inputs))
	for i, in := range inputs {
		lists[i] = plan.Accept(in.Environment, in.At, lists[i], elsewhere[i])
		if !lists[i].HasErrors() {
			plans[i] = members[i].Plan
		}
	}
	return plans, lists
}

// StateOf is what State gives of one environment, without a fleet and without its
// Compositions; nil when the list has an error.
func StateOf(in Input) (*diff.Environment, diag.List, error) {
	plans, lists := planSound([]Input{in})
	if plans[0] == nil {
		return nil, lists[0], nil
	}
	state, err := environmentOutput{plan: plans[0]}.state()
	return state, lists[0], err
}

// State lowers the concrete plan of an environment, for package diff: everything
// that its components compose, values that only AWS knows as plan.Unknown, and
// what else of it is written to the output.
func (f *Fleet) State(name string) (*diff.Environment, error) {
	e, err := f.find(name)
	if err != nil {
		return nil, err
	}
	return e.state()
}

func (e environmentOutput) state() (*diff.Environment, error) {
	p := e.plan
	state := &diff.Environment{Name: p.Name, Spec: &p.Spec}
	add := func(component string, resources []resource.Resource) error {
		objects, err := rendered(p.Namespace, resources)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		for _, object := range objects {
			state.Resources = append(state.Resources, diff.Resource{Component: component, Key: keyOf(object), Object: object})
		}
		return nil
	}
	for _, c := range Components(p) {
		if err := add(c.Key, c.Concrete()); err != nil {
			return nil, err
		}
	}
	_, usages := e.parent()
	if err := add("", usages); err != nil {
		return nil, err
	}
	for _, config := range providerConfigs(p) {
		state.Resources = append(state.Resources, diff.ProviderConfig(config))
	}
	for _, d := range e.inCluster() {
		state.Resources = append(state.Resources, diff.InCluster(strings.TrimPrefix(d.path, path.Join("in-cluster", p.Name)+"/"), d.object))
	}
	return state, nil
}

// keyOf is the key that an object bears.
func keyOf(object map[string]any) string {
	metadata := object["metadata"].(map[string]any)
	return metadata["annotations"].(map[string]any)[keyAnnotation].(string)
}

// Shared is what the environments of the fleet have in common in the output, for
// package diff: the platform but for the Compositions, which are named by their
// content and never pruned, and the objects by which a tool applies the rest.
func (f *Fleet) Shared() (diff.Shared, error) {
	documents, err := f.platform()
	if err != nil {
		return nil, err
	}
	documents = append(documents, f.sync(documents)...)
	var shared diff.Shared
	for _, d := range documents {
		if diff.IsShared(d.path) {
			shared = append(shared, diff.Manifest{Path: d.path, Object: d.object})
		}
	}
	return shared, nil
}

// SameKinds reports whether two fleets compose the same kinds, so that their
// platforms differ by nothing but Compositions.
func (f *Fleet) SameKinds(other *Fleet) bool {
	return slices.Equal(f.kinds.Managed, other.kinds.Managed) && slices.Equal(f.kinds.Others, other.kinds.Others)
}
