package change

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// ringOf returns the ring of an environment if it has a revision of its own, else one
// without a revision.
func ringOf(options v1alpha1.GitOps, e *v1alpha1.Environment) v1alpha1.Ring {
	if e != nil {
		for _, ring := range options.Rings {
			if ring.Name == e.Ring && sync.Pinned(ring) {
				return ring
			}
		}
	}
	return v1alpha1.Ring{}
}

// revisionOf returns a ring's revision for the reader; the branch's name for one without.
func revisionOf(options v1alpha1.GitOps, ring v1alpha1.Ring) string {
	if !sync.Pinned(ring) && options.Repository != nil {
		return "branch " + options.Repository.Branch
	}
	return cmp.Or(ring.Tag, ring.Commit[:min(12, len(ring.Commit))])
}

// reach returns notes on what of a change of an environment the merge applies.
func reach(options v1alpha1.GitOps, p Pair, edits []diff.Edit) []string {
	ring := ringOf(options, p.after.environment())
	pinned := sync.Pinned(ring)
	switch {
	case p.moved == "" && pinned:
		return []string{unmoved(options, ring)}
	case p.moved != "" && pinned && len(edits) > 0:
		return []string{p.moved, "the merge does not apply the edits of its files that this revision lacks"}
	case p.moved != "":
		return []string{p.moved}
	}
	return nil
}

// unmoved is the note on an edit that the merge does not apply.
func unmoved(options v1alpha1.GitOps, ring v1alpha1.Ring) string {
	return fmt.Sprintf("the merge does not apply this: ring %q is at %s; it is applied when dominoc promote %s moves the ring to a revision that has it", ring.Name, revisionOf(options, ring), ring.Name)
}

// everyRing is the note on a change of what no ring has of its own.
const everyRing = "packages and the definitions of composite resources cannot be in a ring: the merge brings them to the environments of every ring"

// move is an environment that another revision applies after the merge than before.
type move struct {
	name     string
	was, is  *side
	from, to v1alpha1.Ring // without a revision the branch
}

// moves replaces the pair of each environment whose ring has another revision, or that is
// in another ring, by what the merge applies: the manifests of the one revision, then those
// of the other.
func (c *sinceCommit) moves(ctx context.Context, found *Pairs) error {
	before, after := c.then.DeliveryValues(), c.now.DeliveryValues()
	if len(before.Rings)+len(after.Rings) == 0 {
		return nil
	}
	if !slices.Equal(before.Rings, after.Rings) { // an environment may move whose files are as they were
		if _, err := c.unchangedFleet(ctx); err != nil {
			return err
		}
	}
	all, err := c.moving(before, after)
	if err != nil {
		return err
	}
	then, err := c.revisions(ctx, before, all, func(m move) v1alpha1.Ring { return m.from })
	if err != nil {
		return err
	}
	now, err := c.revisions(ctx, after, all, func(m move) v1alpha1.Ring { return m.to })
	if err != nil {
		return err
	}
	pairs := map[string]Pair{}
	for _, p := range found.All {
		pairs[p.name] = p
	}
	for _, m := range all {
		if then.unknown(m.from) || now.unknown(m.to) {
			continue // Pin says why
		}
		p := Pair{
			name: m.name, before: then.side(m.from, m.name, m.was), after: now.side(m.to, m.name, m.is), notes: pairs[m.name].notes,
			moved: fmt.Sprintf("the merge applies %s instead of %s", revisionOf(after, m.to), revisionOf(before, m.from)),
		}
		if p.after == nil { // the tool finds no folder, and leaves everything
			p.before, p.after, p.moved = m.is, m.is, fmt.Sprintf("the merge applies nothing: %s does not have this environment", revisionOf(after, m.to))
		}
		pairs[m.name] = p
	}
	found.All = nil
	for _, p := range ordered.All(pairs) {
		found.All = append(found.All, p)
	}
	return nil
}

// moving returns the environments of both sides that another revision applies after the
// merge. A new or removed one is none: its sync says the rest.
func (c *sinceCommit) moving(before, after v1alpha1.GitOps) ([]move, error) {
	known := map[string]*side{} // before
	for _, of := range []*compiled{c.rest, c.before} {
		if of != nil {
			maps.Copy(known, of.sides)
		}
	}
	var all []move
	for name, was := range ordered.All(known) {
		is := c.after.sides[name]
		if is == nil && c.rest != nil {
			is = c.rest.sides[name]
		}
		if is == nil {
			continue
		}
		m := move{name: name, from: ringOf(before, was.file), to: ringOf(after, is.file)}
		if m.from.Tag == m.to.Tag && m.from.Commit == m.to.Commit {
			continue
		}
		var err error
		if m.was, err = c.sideOf(c.before, name); err != nil {
			return nil, err
		}
		if m.is, err = c.sideOf(c.after, name); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// sideOf returns an environment of one side with its state, which may be among the
// unchanged ones.
func (c *sinceCommit) sideOf(of *compiled, name string) (*side, error) {
	if s, err := of.side(name); s != nil || err != nil || c.rest == nil {
		return s, err
	}
	return c.rest.side(name)
}

// revisions are environments by name, as revisions have them, by revision.
type revisions map[string]map[string]*side

// revisions reads the environments that move, each at the revision of a ring, without
// revisions that cannot be read.
func (c *sinceCommit) revisions(ctx context.Context, options v1alpha1.GitOps, all []move, of func(move) v1alpha1.Ring) (revisions, error) {
	names, rings := map[string]map[string]bool{}, map[string]v1alpha1.Ring{}
	for _, m := range all {
		if ring := of(m); sync.Pinned(ring) {
			at := cmp.Or(ring.Tag, ring.Commit)
			if rings[at] = ring; names[at] == nil {
				names[at] = map[string]bool{}
			}
			names[at][m.name] = true
		}
	}
	repository, read := c.snapshot.repository, revisions{}
	for at, ring := range ordered.All(rings) {
		commit := workspace.RingCommit(ctx, repository, ring)
		if commit == "" {
			continue
		}
		entries, err := repository.Files(ctx, commit)
		if err != nil {
			return nil, err
		}
		then := &snapshot{repository: repository, entries: map[string]git.Entry{}, below: "."}
		for _, e := range entries {
			then.entries[e.Path] = e
		}
		if written := then.committed(path.Clean(options.Repository.Path)); written != nil {
			if read[at], err = written.read(ctx, names[at]); err != nil {
				return nil, err
			}
		}
	}
	return read, nil
}

// unknown reports whether a ring has a revision that could not be read.
func (r revisions) unknown(ring v1alpha1.Ring) bool {
	return sync.Pinned(ring) && r[cmp.Or(ring.Tag, ring.Commit)] == nil
}

// side returns an environment as the revision of its ring has it, and the given side for one
// that follows the branch. It is nil if the revision lacks the environment.
func (r revisions) side(ring v1alpha1.Ring, name string, branch *side) *side {
	if !sync.Pinned(ring) {
		return branch
	}
	read := r[cmp.Or(ring.Tag, ring.Commit)][name]
	if read == nil {
		return nil
	}
	out := *branch
	out.state = read.state
	out.state.Subnets, out.state.Kept = branch.state.Subnets, branch.state.Kept
	return &out
}

// ahead returns a warning for each ring that has a revision which the ring before it does
// not have yet.
func (c *sinceCommit) ahead(ctx context.Context) diag.List {
	said, _ := c.now.Delivery()
	if said == nil {
		return nil
	}
	var found diag.List
	rings := said.Values.Rings
	for i := 1; i < len(rings); i++ {
		before, after := rings[i-1], rings[i]
		if !sync.Pinned(before) {
			continue // it has all of the branch
		}
		if sync.Pinned(after) {
			then, now := workspace.RingCommit(ctx, c.snapshot.repository, before), workspace.RingCommit(ctx, c.snapshot.repository, after)
			if then == "" || now == "" || c.snapshot.repository.Holds(ctx, then, now) {
				continue
			}
		}
		p := workspace.RingField(i, after)
		found = append(found, diag.Diagnostic{
			Severity: diag.Warning, Code: "ring-ahead", Pos: said.At(p), Path: "gitops." + p.String(),
			Message: fmt.Sprintf("ring %q at %s is ahead of ring %q at %s, which comes before it", after.Name, revisionOf(said.Values, after), before.Name, revisionOf(said.Values, before)),
			Hint:    "move " + before.Name + " first: dominoc promote " + before.Name,
		})
	}
	return found
}

// pinnedShared returns the shared output of a fleet, with what the tree's rings need. The
// list has the errors by which there is none.
func (t *tree) pinnedShared(ctx context.Context, of *output.Output) (diff.Shared, diag.List, error) {
	found, err := t.Pin(ctx, of)
	if found = errorsOf(found); err != nil || found.HasErrors() {
		return nil, found, err
	}
	shared, err := of.Shared()
	return shared, nil, err
}
