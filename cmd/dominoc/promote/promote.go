// Package promote moves a ring of the fleet to the revision of the ring before it, or
// carries single decisions of that ring's environments to those of the next one.
//
// In go the repository and the name of a ring; out come edits of the user's files, not yet
// written, or the reason why a person has to make them. Package rewrite changes the text of
// a file, package edit an environment's; the edited file is loaded again before it is
// written, and must differ in just what was asked.
package promote

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/edit"
	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/rewrite"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Move is the move of a ring to another revision, not yet written.
type Move struct {
	Lines  []edit.Line // what is edited; none if the ring is there
	Notes  []string    // what a person looks at
	Former string      // the revision before, for the reader

	name            string // of the file
	before, content []byte
}

// Place returns the place of a ring in the order of the rings. The error is a
// *workspace.Mistake.
func Place(said *load.GitOps, name string) (int, error) {
	if said == nil || len(said.Values.Rings) == 0 {
		return 0, &workspace.Mistake{Err: fmt.Errorf("%s has no rings", workspace.DeliveryFile)}
	}
	var names []string
	for i, ring := range said.Values.Rings {
		if ring.Name == name {
			return i, nil
		}
		names = append(names, ring.Name)
	}
	err := fmt.Errorf("%q is not a ring: must be %s", name, strings.Join(names, ", "))
	if near := diag.Nearest(name, names); near != "" {
		err = fmt.Errorf("%w: did you mean %s?", err, near)
	}
	return 0, &workspace.Mistake{Err: err}
}

// To returns the move of a ring to a revision, a tag or what git resolves to a commit;
// empty for that of the ring before it, which for the first ring is the branch. The error
// is an *edit.Refusal if a person has to make the edit.
func To(ctx context.Context, w *workspace.Workspace, said *load.GitOps, place int, revision string) (*Move, error) {
	repository, err := git.Open(ctx, w.Root)
	if err != nil {
		return nil, err
	}
	rings := said.Values.Rings
	ring, branch := rings[place], said.Values.Repository.Branch
	var before v1alpha1.Ring // without a revision the branch
	if place > 0 {
		before = rings[place-1]
	}
	tip := cmp.Or(repository.Commit(ctx, "refs/remotes/origin/"+branch), repository.Commit(ctx, "refs/heads/"+branch))
	target := v1alpha1.Ring{Name: ring.Name}
	switch {
	case revision == "" && place == 0 && !sync.Pinned(ring):
		return nil, &workspace.Mistake{Err: fmt.Errorf("ring %q is the first and follows branch %q: a merge reaches it; --to gives it a revision", ring.Name, branch)}
	case revision != "" && !strings.ContainsAny(revision, "~^@:") && repository.Commit(ctx, "refs/tags/"+revision) != "":
		target.Tag = revision
	case revision != "":
		if target.Commit = repository.Commit(ctx, revision); target.Commit == "" {
			return nil, &workspace.Mistake{Err: fmt.Errorf("--to %q: neither a tag nor a commit of this clone", revision)}
		}
	case sync.Pinned(before):
		target.Tag, target.Commit = before.Tag, before.Commit
	case tip == "":
		return nil, &workspace.Mistake{Err: fmt.Errorf("branch %q is not in this clone: fetch it, or name a revision with --to", branch)}
	default:
		target.Commit = tip
	}
	m := &Move{Former: cmp.Or(ring.Tag, ring.Commit, "branch "+branch)}
	if target == ring {
		return m, nil
	}
	commit := workspace.RingCommit(ctx, repository, target)
	if commit == "" {
		return nil, &workspace.Mistake{Err: fmt.Errorf("%q of ring %q is not in this clone: fetch it", cmp.Or(target.Tag, target.Commit), before.Name)}
	}
	limit, of := tip, "branch "+branch
	if sync.Pinned(before) {
		limit, of = workspace.RingCommit(ctx, repository, before), "ring "+before.Name
	}
	if limit != "" && !repository.Holds(ctx, limit, commit) {
		m.Notes = append(m.Notes, fmt.Sprintf("%s does not have this revision yet: ring %s will be ahead of it", of, ring.Name))
	}
	if former := workspace.RingCommit(ctx, repository, ring); sync.Pinned(ring) && former != "" && !repository.Holds(ctx, commit, former) {
		m.Notes = append(m.Notes, fmt.Sprintf("ring %s goes back: the revision does not have all of %s", ring.Name, m.Former))
	}
	return m, m.draft(w, said, place, target)
}

// draft makes the edit and checks what the file says with it.
func (m *Move) draft(w *workspace.Workspace, said *load.GitOps, place int, target v1alpha1.Ring) error {
	ring := said.Values.Rings[place]
	at := diag.Path{"rings"}.Index(place)
	var changes []rewrite.Change
	for _, field := range []struct{ name, old, new string }{{"tag", ring.Tag, target.Tag}, {"commit", ring.Commit, target.Commit}} {
		if field.old == field.new {
			continue
		}
		line, change := edit.Line{Path: diag.Path{"gitops"}.Child(at.Child(field.name)...)}, rewrite.Change{Path: at.Child(field.name)}
		line.Pos = said.At(change.Path)
		if field.old != "" {
			line.Old = field.old
		}
		if field.new != "" {
			line.New, change.Value = field.new, field.new
		}
		m.Lines, changes = append(m.Lines, line), append(changes, change)
	}
	m.name = said.At(at).File
	refuse := func(pos diag.Pos, reason string) error {
		return &edit.Refusal{Pos: pos, Reason: reason, Lines: m.Lines}
	}
	var err error
	if m.before, err = os.ReadFile(filepath.Join(w.Root, filepath.FromSlash(m.name))); err != nil {
		return err
	}
	m.content, err = rewrite.Apply(m.name, m.before, changes...)
	if refusal := (*rewrite.Refusal)(nil); errors.As(err, &refusal) {
		return refuse(refusal.Pos, "gitops."+refusal.Reason)
	}
	edited, found := w.Loader.EditedGitOps(filepath.Join(w.Root, filepath.Dir(filepath.FromSlash(workspace.DeliveryFile))), m.name, m.content)
	for _, d := range found {
		if d.Severity == diag.Error {
			return refuse(d.Pos, fmt.Sprintf("the edited file would be wrong: %s: %s", d.Path, d.Message))
		}
	}
	wanted := said.Values
	wanted.Rings = slices.Clone(wanted.Rings)
	wanted.Rings[place] = target
	if edited == nil || !bytes.Equal(plain(edited.Values), plain(wanted)) {
		return refuse(said.At(at), "the edited file would change something else as well")
	}
	for i, line := range m.Lines {
		if line.New != nil {
			m.Lines[i].Pos = edited.At(line.Path[1:])
		}
	}
	return nil
}

func plain(options v1alpha1.GitOps) []byte {
	text, err := json.Marshal(options)
	if err != nil {
		panic("a delivery is plain data: " + err.Error())
	}
	return text
}

// Write replaces the file in one step.
func (m *Move) Write(root string) error { return edit.Replace(root, m.name, m.before, m.content) }
