package change

import (
	"context"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/compositions/diff"
)

// Live is the base of environments that were read from a management cluster.
func Live(trees []*health.Environment) Base {
	return Base{Shown: "what the management cluster has", trees: trees, live: true}
}

// withCluster compares with what the management cluster has.
func (o Options) withCluster(ctx context.Context, trees []*health.Environment, patterns []string) (Pairs, error) {
	before := map[string]*side{}
	for _, tree := range trees {
		before[tree.Root.Name] = &side{state: liveState(tree)}
	}
	return o.against(ctx, before, nil, patterns)
}

// liveState is an environment of a management cluster. What is referred to and not
// there was not made yet.
func liveState(tree *health.Environment) *diff.Environment {
	state := &diff.Environment{Name: tree.Root.Name, Spec: specOf(tree.Root.Content), Live: true}
	add := func(component string, o *health.Object) {
		if o.Content != nil {
			state.Resources = append(state.Resources, diff.Resource{Component: component, Key: o.Key(), Object: diff.Applied(o.Content), Refused: o.CreateRefused()})
		}
	}
	for _, child := range tree.Root.Children {
		if !child.Composite() { // a usage, which is the environment's own
			add("", child)
		}
		for _, o := range child.Children {
			add(child.Key(), o)
		}
	}
	return state
}
