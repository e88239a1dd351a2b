package compositions

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/sync"
)

// A Share is what one environment has in what the fleet has in common: its place in
// sync/, and the Composition of its DominoEnvironment, which pins all others that it
// needs. It is plain data. Who keeps it may compile other environments among it.
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

// Shares are those of all environments of a fleet.
type Shares struct {
	Environments []Share
	Compositions map[string]Composed // by name
}

// Shares are those of the fleet whose Files are given, in the order of its Names and
// then of the others.
func (f *Fleet) Shares(files []emit.File) Shares {
	children := map[string][]string{}
	for _, e := range f.environments {
		if children[e.composition] == nil {
			children[e.composition] = slices.Compact(slices.Sorted(slices.Values(e.pins())))
		}
	}
	sums := map[string]string{}
	for _, file := range files {
		sums[file.Path] = file.Checksum()
	}
	shares := Shares{Environments: f.shares(), Compositions: map[string]Composed{}}
	for _, c := range f.compositions {
		known := c.known
		if c.composition != nil {
			known = Composed{Kinds: c.kinds, Children: children[c.name], Sum: sums[compositionFile(c.name)]}
		}
		shares.Compositions[c.name] = known
	}
	return shares
}

func (f *Fleet) shares() []Share {
	all := make([]Share, 0, len(f.environments)+len(f.others))
	for _, e := range f.environments {
		all = append(all, Share{sync.Environment{
			Name: e.plan.Name, Namespace: e.plan.Namespace, Deletion: e.plan.Spec.Common.Deletion, Roles: roleList(e.plan),
		}, e.composition})
	}
	return append(all, f.others...)
}

// Among is the fleet together with others, of which only their shares are known. Its
// Files are those of the whole but for the others' own, and of a Composition that
// only others have there is the sum in place of the content. The others have been
// found sound by themselves; nothing is held against each other but the names.
func (f *Fleet) Among(others []Share, known map[string]Composed) (*Fleet, error) {
	whole := *f
	whole.others = others
	names := f.Names()
	whole.entries = maps.Clone(f.entries)
	need := func(name string) error {
		c, there := known[name]
		if _, own := whole.entries[name]; !own {
			whole.entries[name] = &entry{name: name, kinds: c.Kinds, known: c}
		}
		if !there || c.Sum == "" {
			return fmt.Errorf("nothing is known of Composition %q", name)
		}
		return nil
	}
	for _, o := range others {
		if slices.Contains(names, o.Name) {
			return nil, fmt.Errorf("there is another environment %q", o.Name)
		}
		for _, name := range append([]string{o.Composition}, known[o.Composition].Children...) {
			if err := need(name); err != nil {
				return nil, err
			}
		}
	}
	whole.compositions, whole.kinds = inOrder(whole.entries)
	return &whole, nil
}
