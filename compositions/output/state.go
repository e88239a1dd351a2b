package output

import (
	"path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/diag"
)

// StateOf returns the state of an environment that Compile would accept alone, for
// package diff; nil if the list has an error. It composes nothing.
func StateOf(in compositions.Input) (*diff.Environment, diag.List, error) {
	e, found := compositions.Plan(in)
	if found.HasErrors() {
		return nil, found, nil
	}
	state, err := State(e)
	return state, found, err
}

// State returns the state of an environment for package diff: the resources that its
// components compose, with values that only AWS knows as plan.Unknown, and its other
// manifests.
func State(e compositions.Environment) (*diff.Environment, error) {
	composed, err := e.Composed()
	if err != nil {
		return nil, err
	}
	state := &diff.Environment{Name: e.Plan.Name, Spec: &e.Plan.Spec}
	for _, r := range composed {
		state.Resources = append(state.Resources, diff.Resource{Component: r.Component, Key: r.Key, Object: r.Object})
	}
	for _, config := range providerConfigs(e.Plan) {
		state.Resources = append(state.Resources, diff.ProviderConfig(config))
	}
	for _, d := range inCluster(e.Plan) {
		state.Resources = append(state.Resources, diff.InCluster(strings.TrimPrefix(d.path, path.Join("in-cluster", e.Plan.Name)+"/"), d.object))
	}
	return state, nil
}

// Shared returns the output that the environments of the fleet share, for package diff:
// the platform without the Compositions, which are named by their content and never
// pruned, and the objects by which a tool applies the rest.
func (o *Output) Shared() (diff.Shared, error) {
	documents, err := o.shared()
	var shared diff.Shared
	for _, d := range documents {
		shared = append(shared, diff.Manifest{Path: d.path, Object: d.object})
	}
	return shared, err
}

// SharedFiles returns the files of Shared, in the same order.
func (o *Output) SharedFiles() ([]emit.File, error) {
	documents, err := o.shared()
	if err != nil {
		return nil, err
	}
	return written(documents, new(emit.Writer), true)
}

func (o *Output) shared() ([]document, error) {
	documents, err := o.platform()
	if err != nil {
		return nil, err
	}
	documents = append(documents, o.sync(documents)...)
	return slices.DeleteFunc(documents, func(d document) bool { return !diff.IsShared(d.path) }), nil
}
