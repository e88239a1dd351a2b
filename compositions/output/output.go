// Package output decides which manifests become which file: a Fleet goes in, the files
// of the output folder, or a Configuration package, come out. Package bootstrap makes
// what the management cluster needs, package sync what syncs it; package emit writes.
// The command line and package change call it.
package output

import (
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/bootstrap"
	syncing "github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Output is a fleet, and how its manifests reach the management cluster.
type Output struct {
	environments []compositions.Environment
	others       []Share // environments of which only their share is known
	compositions []composition
	pinned       map[string]syncing.Environment // environments of rings as they are at the ring's revision, by name
	kinds        bootstrap.Kinds
	delivery     v1alpha1.GitOps // without a tool the user applies the manifests
}

// composition is a Composition, or the known part of one that an earlier build wrote.
type composition struct {
	compositions.Composition
	sum  string // of the file of a known one
	text []byte // the file of one of a ring's revision, whose release of dominoc may be another
}

// Of returns the output of a fleet with its delivery.
func Of(f *compositions.Fleet, delivery v1alpha1.GitOps) *Output {
	o := &Output{environments: f.Environments, delivery: delivery}
	for _, c := range f.Compositions {
		o.compositions = append(o.compositions, composition{Composition: *c})
	}
	o.sort()
	return o
}

// sort orders the Compositions by name, and joins their kinds.
func (o *Output) sort() {
	slices.SortFunc(o.compositions, func(a, b composition) int { return strings.Compare(a.Name, b.Name) })
	kinds := make([]bootstrap.Kinds, len(o.compositions))
	for i, c := range o.compositions {
		kinds[i] = c.Kinds
	}
	o.kinds = bootstrap.Join(kinds)
}
