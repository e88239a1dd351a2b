package change

import (
	"cmp"
	"context"
	"fmt"
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

// ringOf returns the ring of an environment, if it has a revision of its own.
func ringOf(options v1alpha1.GitOps, e *v1alpha1.Environment) (v1alpha1.Ring, bool) {
	if e != nil {
		for _, ring := range options.Rings {
			if ring.Name == e.Ring && sync.Pinned(ring) {
				return ring, true
			}
		}
	}
	return v1alpha1.Ring{}, false
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
	ring, pinned := ringOf(options, p.after.environment())
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

// moves replaces the pair of each environment whose ring has another revision, or that is
// in another ring, by what the merge applies: the manifests of the one revision, then those
// of the other. An environment that is pinned on neither side stays.
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
	names := map[string]bool{}
	for _, of := range []*compiled{c.before, c.after, c.rest} {
		if of != nil {
			for name := range of.sides {
				names[name] = true
			}
		}
	}
	pairs := map[string]Pair{}
	for _, p := range found.All {
		pairs[p.name] = p
	}
	for name := range ordered.All(names) {
		was, err := c.sideOf(c.before, name)
		if err != nil {
			return err
		}
		is, err := c.sideOf(c.after, name)
		if err != nil {
			return err
		}
		if was == nil || is == nil {
			continue // new, or removed: its sync says the rest
		}
		from, pinnedBefore := ringOf(before, was.file)
		to, pinnedAfter := ringOf(after, is.file)
		if from.Tag == to.Tag && from.Commit == to.Commit || !pinnedBefore && !pinnedAfter {
			continue
		}
		p := Pair{name: name, before: was, after: is}
		if known, changed := pairs[name]; changed {
			p = known
		}
		if p.before, err = c.applied(ctx, before, from, p.before, name); err != nil {
			return err
		}
		if p.after, err = c.applied(ctx, after, to, p.after, name); err != nil {
			return err
		}
		p.moved = fmt.Sprintf("the merge applies %s instead of %s", revisionOf(after, to), revisionOf(before, from))
		if p.after == nil { // the tool finds no folder, and leaves everything
			p.before, p.after, p.moved = is, is, fmt.Sprintf("the merge applies nothing: %s does not have this environment", revisionOf(after, to))
		}
		pairs[name] = p
	}
	found.All = nil
	for _, p := range ordered.All(pairs) {
		found.All = append(found.All, p)
	}
	return nil
}

// sideOf returns an environment of one side, which may be among the unchanged ones.
func (c *sinceCommit) sideOf(of *compiled, name string) (*side, error) {
	if s, err := of.side(name); s != nil || err != nil || c.rest == nil {
		return s, err
	}
	return c.rest.side(name)
}

// applied returns the side of an environment as the revision of its ring has it; the side
// itself for one that follows the branch. It is nil if the revision lacks the environment.
func (c *sinceCommit) applied(ctx context.Context, options v1alpha1.GitOps, ring v1alpha1.Ring, s *side, name string) (*side, error) {
	if !sync.Pinned(ring) || s == nil {
		return s, nil
	}
	repository := c.snapshot.repository
	commit := workspace.RingCommit(ctx, repository, ring)
	if commit == "" {
		return s, nil // Pin says so
	}
	all, err := repository.Files(ctx, commit)
	if err != nil {
		return nil, err
	}
	at := &snapshot{repository: repository, entries: map[string]git.Entry{}, below: "."}
	for _, e := range all {
		at.entries[e.Path] = e
	}
	written := at.committed(path.Clean(options.Repository.Path))
	if written == nil {
		return s, nil // Pin says so
	}
	read, err := written.read(ctx, map[string]bool{name: true})
	if err != nil || read[name] == nil {
		return nil, err
	}
	out := *s
	out.state = read[name].state
	out.state.Subnets = s.state.Subnets
	return &out, nil
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
