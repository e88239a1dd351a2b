package output

import (
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/sync"
)

// A Share is what one environment contributes to the output: its objects in sync/, the
// Composition of its DominoEnvironment, which pins all others that it needs, and its own
// files. It is plain data, and follows from the environment and the release of provider-aws.
// A caller that stores it can compile other environments together with it.
type Share struct {
	Environment sync.Environment
	Composition string
	Files       []Sums
}

// Sums are what a file of an environment is known by.
type Sums struct {
	Path string
	Sum  string // as emit.File has it
	Blob string // the id in a Git repository of the usual format
}

// Composed is a Composition of a Share.
type Composed struct {
	Name     string
	Kinds    bootstrap.Kinds // that it composes
	Children []string        // of a DominoEnvironment: those that it is made of, itself among them
	Sum      string          // of its file
}

// Shares returns the shares of the environments of an output with these Files, or with these
// EnvironmentFiles, in the order of the fleet, and their Compositions. Those of which only the
// shares are known are left out.
func (o *Output) Shares(files []emit.File) ([]Share, []Composed, error) {
	children := map[string][]string{}
	for _, e := range o.environments {
		if children[e.Composition] == nil {
			children[e.Composition] = slices.Compact(slices.Sorted(slices.Values(e.Pins())))
		}
	}
	own, sums := map[string][]Sums{}, map[string]string{}
	for _, e := range o.environments {
		own[e.Plan.Name] = nil
	}
	for _, file := range files {
		if of, made := own[EnvironmentOf(file.Path)]; made {
			own[EnvironmentOf(file.Path)] = append(of, Sums{file.Path, file.Checksum(), emit.BlobID(file.Content, emit.BlobDigits)})
		} else if path.Dir(file.Path) == compositionFolder {
			sums[file.Path] = file.Checksum()
		}
	}
	shares := make([]Share, len(o.environments))
	for i, e := range o.environments {
		shares[i] = Share{synced(e.Plan), e.Composition, own[e.Plan.Name]}
	}
	var composed []Composed
	for _, c := range o.compositions {
		if c.Object == nil || c.text != nil { // the latter is of a ring's revision, not of an environment's sources
			continue
		}
		sum, known := sums[compositionFile(c.Name)]
		if !known {
			content, err := emit.YAML(c.Object)
			if err != nil {
				return nil, nil, err
			}
			sum = emit.File{Content: content}.Checksum()
		}
		composed = append(composed, Composed{c.Name, c.Kinds, children[c.Name], sum})
	}
	return shares, composed, nil
}

// synced returns what sync/ is made of, for each environment as its sources have it.
func (o *Output) synced() []sync.Environment {
	var all []sync.Environment
	for _, e := range o.environments {
		all = append(all, synced(e.Plan))
	}
	for _, other := range o.others {
		all = append(all, other.Environment)
	}
	return all
}

func synced(p *plan.Plan) sync.Environment {
	return sync.Environment{Name: p.Name, Namespace: p.Namespace, Deletion: p.Spec.Common.Deletion, Ring: p.Ring, Roles: roleList(p)}
}

// Among returns the output of the fleet together with others, of which only the shares
// are known. Its Files are those of the whole fleet, with the sum instead of the content of
// others' own files and of a Composition that only others use. The others compiled without
// an error before; only names are compared. known returns a Composition, nil for an unknown
// one.
func (o *Output) Among(others []Share, known func(name string) *Composed) (*Output, error) {
	names, needed := map[string]bool{}, map[string]bool{}
	for _, e := range o.environments {
		names[e.Plan.Name] = true
	}
	for _, other := range others {
		if names[other.Environment.Name] {
			return nil, fmt.Errorf("there is another environment %q", other.Environment.Name)
		}
		names[other.Environment.Name], needed[other.Composition] = true, true
	}
	for name := range maps.Clone(needed) {
		if c := known(name); c != nil {
			for _, child := range c.Children {
				needed[child] = true
			}
		}
	}
	whole := *o
	whole.others, whole.compositions = others, slices.Clone(o.compositions)
	for _, c := range o.compositions {
		delete(needed, c.Name)
	}
	for name := range needed {
		c := known(name)
		if c == nil || c.Sum == "" {
			return nil, fmt.Errorf("nothing is known of Composition %q", name)
		}
		whole.compositions = append(whole.compositions, composition{compositions.Composition{Name: name, Kinds: c.Kinds}, c.Sum, nil})
	}
	whole.sort()
	return &whole, nil
}
