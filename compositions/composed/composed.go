// Package composed reads rendered manifests back: the objects below platform/
// and environments/ go in, and out comes what Crossplane will make of them, as
// dominoc render shows it.
//
// It does what function-patch-and-transform does, for the forms of patches that
// package xr writes and for no other. One that it does not know is an error that
// names it: a reader that left it out would show something that is not going to
// be. Which files are read is left to package change, its caller. Values that only
// AWS knows are plan.Unknown. The tests compare it with the
// concrete reading of the plan, which they compare with the function.
package composed

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/xr"
)

// Environment is an environment of rendered manifests.
type Environment struct {
	Name      string
	Composite map[string]any // its DominoEnvironment
	Resources []Resource     // in the order of the Compositions
}

// Resource is an object that a component composes, or the environment itself.
type Resource struct {
	Component string // the component's key in its parent, such as network or pool-default; empty for the environment
	Key       string // the object's key in the component
	Object    map[string]any
}

// Environments are those of objects, sorted by name. Objects of other kinds than
// DominoEnvironment and Composition are left alone.
func Environments(objects []map[string]any) ([]Environment, error) {
	library := library{objects: map[string]map[string]any{}, read: map[string]*composition{}}
	for _, object := range objects {
		if object["kind"] == "Composition" {
			library.objects[text(object, "metadata.name")] = object
		}
	}
	var environments []Environment
	for _, object := range objects {
		if object["apiVersion"] != xr.APIVersion || object["kind"] != xr.Environment.Name {
			continue
		}
		environment, err := library.environment(object)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text(object, "metadata.name"), err)
		}
		environments = append(environments, environment)
	}
	slices.SortFunc(environments, func(a, b Environment) int { return cmp.Compare(a.Name, b.Name) })
	return environments, nil
}

// library has the Compositions by name, each read when it is first asked for.
type library struct {
	objects map[string]map[string]any
	read    map[string]*composition
}

// environment composes the children, what each child composes, and the usages
// between them.
func (l library) environment(composite map[string]any) (Environment, error) {
	environment := Environment{Name: text(composite, "metadata.name"), Composite: composite}
	children, err := l.compose(composite)
	if err != nil {
		return environment, err
	}
	var usages []Resource
	for _, child := range children {
		if child.Object["kind"] == "Usage" {
			usages = append(usages, child)
			continue
		}
		made, err := l.component(child)
		if err != nil {
			return environment, fmt.Errorf("%s: %w", child.Key, err)
		}
		environment.Resources = append(environment.Resources, made...)
	}
	environment.Resources = append(environment.Resources, usages...)
	return environment, nil
}

// component is what a child of an environment composes.
func (l library) component(child Resource) ([]Resource, error) {
	if child.Object["apiVersion"] != xr.APIVersion {
		return nil, fmt.Errorf("the environment composes a %v itself, and not a component", child.Object["kind"])
	}
	made, err := l.compose(child.Object)
	for i := range made {
		made[i].Component = child.Key
	}
	return made, err
}

// compose is what the Composition that a composite is pinned to makes of it.
func (l library) compose(composite map[string]any) ([]Resource, error) {
	name := text(composite, "spec.crossplane.compositionRef.name")
	c, err := l.composition(name)
	if err != nil {
		return nil, fmt.Errorf("the Composition %q: %w", name, err)
	}
	return c.compose(composite)
}

func (l library) composition(name string) (*composition, error) {
	if c, done := l.read[name]; done {
		return c, nil
	}
	object, found := l.objects[name]
	if !found {
		return nil, fmt.Errorf("it is not among the manifests")
	}
	c, err := newComposition(object)
	l.read[name] = c
	return c, err
}

// text is the text at a path, or nothing.
func text(object map[string]any, path string) string {
	value, _ := fieldpath.Parse(path).In(object)
	content, _ := value.(string)
	return content
}
