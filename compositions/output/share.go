package output

import (
	"fmt"
	"slices"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/sync"
)

// A Share is what one environment contributes to the shared output: its objects in
// sync/, and the Composition of its DominoEnvironment, which pins all others that it
// needs. It is plain data. A caller that stores it can compile other environments
// together with it.
type Share struct {
	sync.Environment
	Composition string
}

// Composed is a Composition of a Share.
type Composed struct {
	Kinds    bootstrap.Kinds // that it composes
	Children []string        `json:",omitempty"` // of a DominoEnvironment: those that it is made of, itself among them
	Sum      string          // of its file
}

// Shares are the shares of all environments of a fleet.
type Shares struct {
	Environments []Share
	Compositions map[string]Composed // by name
}

// Shares returns the shares of an output with these Files, in the order of the fleet's
// environments and then of the others.
func (o *Output) Shares(files []emit.File) Shares {
	children := map[string][]string{}
	for _, e := range o.environments {
		if children[e.Composition] == nil {
			children[e.Composition] = slices.Compact(slices.Sorted(slices.Values(e.Pins())))
		}
	}
	sums := map[string]string{}
	for _, file := range files {
		sums[file.Path] = file.Checksum()
	}
	shares := Shares{Environments: o.shares(), Compositions: map[string]Composed{}}
	for _, c := range o.compositions {
		switch {
		case c.text != nil: // of a ring's revision, not of an environment's sources
		case c.Object != nil:
			shares.Compositions[c.Name] = Composed{Kinds: c.Kinds, Children: children[c.Name], Sum: sums[compositionFile(c.Name)]}
		default:
			shares.Compositions[c.Name] = Composed{Kinds: c.Kinds, Children: c.children, Sum: c.sum}
		}
	}
	return shares
}

func (o *Output) shares() []Share {
	all := make([]Share, 0, len(o.environments)+len(o.others))
	for _, e := range o.environments {
		all = append(all, Share{sync.Environment{
			Name: e.Plan.Name, Namespace: e.Plan.Namespace, Deletion: e.Plan.Spec.Common.Deletion, Ring: e.Plan.Ring, Roles: roleList(e.Plan),
		}, e.Composition})
	}
	return append(all, o.others...)
}

// Among returns the output of the fleet together with others, of which only the shares
// are known. Its Files are those of the whole fleet without the others' own, and contain
// the sum instead of the content of a Composition that only others use. The others
// compiled without an error before; only names are compared.
func (o *Output) Among(others []Share, known map[string]Composed) (*Output, error) {
	names, needed := map[string]bool{}, map[string]bool{}
	for _, e := range o.environments {
		names[e.Plan.Name] = true
	}
	for _, other := range others {
		if names[other.Name] {
			return nil, fmt.Errorf("there is another environment %q", other.Name)
		}
		for _, name := range append([]string{other.Composition}, known[other.Composition].Children...) {
			needed[name] = true
		}
	}
	whole := *o
	whole.others, whole.compositions = others, slices.Clone(o.compositions)
	for _, c := range o.compositions {
		delete(needed, c.Name)
	}
	for name := range needed {
		c, there := known[name]
		if !there || c.Sum == "" {
			return nil, fmt.Errorf("nothing is known of Composition %q", name)
		}
		whole.compositions = append(whole.compositions, composition{compositions.Composition{Name: name, Kinds: c.Kinds}, c.Children, c.Sum, nil})
	}
	whole.sort()
	return &whole, nil
}
