package cli

import (
	"context"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/compositions/diff"
)

// withCluster compares with what the management cluster has.
func (d *comparing) withCluster(ctx context.Context, patterns []string) (pairs, error) {
	cluster, err := connect(d.where)
	if err != nil {
		return pairs{}, err
	}
	trees, err := cluster.Environments(ctx)
	if err != nil {
		return pairs{}, failed(err)
	}
	before := map[string]*side{}
	for _, tree := range trees {
		before[tree.Root.Name] = &side{state: liveState(tree)}
	}
	return d.against(ctx, before, patterns)
}

// liveState is an environment of a management cluster. What is referred to and not
// there was not made yet.
func liveState(tree *health.Environment) *diff.Environment {
	state := &diff.Environment{Name: tree.Root.Name, Spec: specOf(tree.Root.Content), Live: true}
	for _, component := range tree.Root.Children {
		for _, o := range component.Children {
			if o.Content != nil {
				state.Resources = append(state.Resources, diff.Resource{Component: component.Key(), Key: o.Key(), Object: diff.Applied(o.Content)})
			}
		}
	}
	return state
}
