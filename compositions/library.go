package compositions

import (
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/xr"
)

// environmentOutput is one environment of the fleet: its plan, and what pins it.
type environmentOutput struct {
	plan        *plan.Plan
	composition string            // of DominoEnvironment
	children    map[string]string // compositions of the children, by key
}

// pins are the names of all its Compositions.
func (e environmentOutput) pins() []string {
	return append(slices.Collect(maps.Values(e.children)), e.composition)
}

// library holds the Composition of every shape that was met.
type library struct {
	mu     sync.Mutex
	shapes map[string]func() (*entry, error) // by shape; computes once
}

// entry is a Composition, and the kinds of what it composes.
type entry struct {
	name        string
	composition map[string]any
	kinds       bootstrap.Kinds
	known       Composed // of one that was compiled before; it has no composition
}

func newLibrary() *library {
	return &library{shapes: map[string]func() (*entry, error){}}
}

// environment finds the Compositions of one environment, the children's first:
// their names stand in the parent's.
func (l *library) environment(p *plan.Plan) (environmentOutput, error) {
	components := Components(p)
	names := make([]string, len(components))
	failures := make([]error, len(components))
	parallel(len(components), func(i int) {
		names[i], failures[i] = l.composition(components[i])
	})
	out := environmentOutput{plan: p, children: map[string]string{}}
	for i, c := range components {
		out.children[c.Key] = names[i]
	}
	if err := errors.Join(failures...); err != nil {
		return out, err
	}
	var err error
	out.composition, err = l.composition(parent(p, out.children))
	return out, err
}

// composition is the name of the Composition of a component's shape.
func (l *library) composition(c Component) (string, error) {
	shape, err := c.Symbolic()
	if err != nil {
		return "", err
	}
	v, err := l.entry(c.Kind, shape)()
	if err != nil {
		return "", err
	}
	return v.name, nil
}

func (l *library) entry(kind xr.Kind, shape Shape) func() (*entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	made, ok := l.shapes[shape.Key]
	if !ok {
		made = sync.OnceValues(func() (*entry, error) { return newEntry(kind, shape) })
		l.shapes[shape.Key] = made
	}
	return made
}

func newEntry(kind xr.Kind, shape Shape) (*entry, error) {
	symbols, resources := shape.Lower()
	composition, err := xr.Compose(kind, symbols, resources)
	if err != nil {
		return nil, err
	}
	return &entry{
		name:        composition["metadata"].(map[string]any)["name"].(string),
		composition: composition,
		kinds:       kindsOf(resources),
	}, nil
}

// entries are all Compositions that were made, by name.
func (l *library) entries() map[string]*entry {
	byName := map[string]*entry{}
	for _, made := range l.shapes {
		if v, err := made(); err == nil { // an error is reported by the environment that asked for it
			byName[v.name] = v
		}
	}
	return byName
}
