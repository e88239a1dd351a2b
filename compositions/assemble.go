package compositions

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/xr"
)

// Environment is one environment of a fleet: its plan, and the Compositions that its
// composite resources are pinned to.
type Environment struct {
	Plan        *plan.Plan
	Composition string            // of DominoEnvironment
	Children    map[string]string // the children's, by key
}

// Pins returns the names of all its Compositions.
func (e Environment) Pins() []string {
	return append(slices.Collect(maps.Values(e.Children)), e.Composition)
}

// Composition is a Crossplane Composition and the kinds of the resources in it.
type Composition struct {
	Name   string
	Object map[string]any
	Kinds  bootstrap.Kinds
}

// library has the Composition of every shape seen so far.
type library struct{ byShape[composed] }

type composed struct {
	*Composition
	err error
}

// environment pins one environment to its Compositions, the children first: the
// parent's Composition contains their names.
func (l *library) environment(p *plan.Plan) (Environment, error) {
	components := Components(p)
	names := make([]string, len(components))
	err := Parallel(len(components), func(i int) (err error) {
		names[i], err = l.composition(components[i])
		return err
	})
	if err != nil {
		return Environment{}, err
	}
	e := Environment{Plan: p, Children: map[string]string{}}
	for i, c := range components {
		e.Children[c.Key] = names[i]
	}
	e.Composition, err = l.composition(parent(p, e.Children))
	return e, err
}

// composition returns the name of the Composition of a component's shape.
func (l *library) composition(c Component) (string, error) {
	shape, err := c.Symbolic()
	if err != nil {
		return "", err
	}
	found := l.of(shape, func() composed {
		composition, err := newComposition(c.Kind, shape)
		return composed{composition, err}
	})
	if found.err != nil {
		return "", found.err
	}
	return found.Name, nil
}

func newComposition(kind xr.Kind, shape Shape) (*Composition, error) {
	symbols, resources := shape.Lower()
	object, err := xr.Compose(kind, symbols, resources)
	if err != nil {
		return nil, err
	}
	kinds := make([]schema.GroupVersionKind, len(resources))
	for i, r := range resources {
		kinds[i] = r.Object.GetObjectKind().GroupVersionKind()
	}
	return &Composition{
		Name:   object["metadata"].(map[string]any)["name"].(string),
		Object: object,
		Kinds:  bootstrap.KindsOf(kinds),
	}, nil
}

// compositions returns all Compositions by name.
func (l *library) compositions() map[string]*Composition {
	byName := map[string]*Composition{}
	for _, compute := range l.computed {
		if c := compute(); c.err == nil { // composition has returned the error
			byName[c.Name] = c.Composition
		}
	}
	return byName
}
