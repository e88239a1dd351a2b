package workspace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Pin takes what the environments of an output's rings are applied from out of the
// repository. The list has an error for a ring whose revision cannot be read, and a warning
// for one that lacks an environment.
func (w *Workspace) Pin(ctx context.Context, of *output.Output) (diag.List, error) {
	said, _ := w.delivery()
	if said == nil {
		return nil, nil
	}
	var found diag.List
	for i, ring := range said.Values.Rings {
		if !sync.Pinned(ring) {
			continue
		}
		d := diag.Diagnostic{Severity: diag.Error, Code: "ring-revision", Pos: said.At(RingField(i, ring)), Path: "gitops." + RingField(i, ring).String()}
		members := of.InRing(ring.Name)
		revision, err := w.revision(ctx, ring, said.Values.Repository.Path, func(file string) bool { return output.Needs(file, members) })
		if unknown := (*unknownRevision)(nil); errors.As(err, &unknown) {
			d.Message, d.Hint = unknown.message, unknown.hint
			found = append(found, d)
			continue
		} else if err != nil {
			return nil, err
		}
		absent, err := of.Pin(members, revision)
		if err != nil {
			d.Message = fmt.Sprintf("%q has no complete output of dominoc build: %s", revision.Name, err)
			d.Hint = "name a revision with the manifests of a whole build"
			found = append(found, d)
		}
		for _, name := range absent {
			d := d
			d.Severity, d.Code = diag.Warning, "ring-absent"
			d.Message = fmt.Sprintf("%q does not have environment %q of ring %q: nothing of it is applied", revision.Name, name, ring.Name)
			d.Hint = "merge it, then move the ring by dominoc promote " + ring.Name
			found = append(found, d)
		}
	}
	return found, nil
}

// Applied returns a plan as the tool applies it: with the spec that the revision of the
// environment's ring has, or as it is for one that follows the branch. It is nil if the
// revision lacks the environment.
func (w *Workspace) Applied(ctx context.Context, p *plan.Plan) (*plan.Plan, error) {
	options := w.DeliveryValues()
	for _, ring := range options.Rings {
		if ring.Name != p.Ring || !sync.Pinned(ring) {
			continue
		}
		file := output.CompositeOf(p.Name)
		revision, err := w.revision(ctx, ring, options.Repository.Path, func(name string) bool { return name == file })
		if err != nil {
			return nil, fmt.Errorf("ring %s: %w", ring.Name, err)
		}
		composite, err := revision.Object(file)
		if err != nil || composite == nil {
			return nil, err
		}
		spec := output.SpecOf(composite)
		if spec == nil {
			return nil, fmt.Errorf("%s at %s has a shape that this dominoc does not know", file, revision.Name)
		}
		applied := *p
		applied.Spec = *spec
		return &applied, nil
	}
	return p, nil
}

// RingField is the field of environments/gitops that states the revision of a ring; the
// ring itself for one that follows the branch.
func RingField(i int, ring v1alpha1.Ring) diag.Path {
	p := diag.Path{"rings"}.Index(i)
	switch {
	case ring.Tag != "":
		return p.Child("tag")
	case ring.Commit != "":
		return p.Child("commit")
	}
	return p
}

// unknownRevision is why a ring's revision cannot be read.
type unknownRevision struct{ message, hint string }

func (u *unknownRevision) Error() string { return u.message }

// revision reads what is needed of a ring's revision.
func (w *Workspace) revision(ctx context.Context, ring v1alpha1.Ring, folder string, needs func(file string) bool) (output.Revision, error) {
	r := output.Revision{Name: cmp.Or(ring.Tag, ring.Commit), Files: map[string][]byte{}}
	repository, err := git.Open(ctx, w.Root)
	if err != nil {
		return r, &unknownRevision{fmt.Sprintf("%q cannot be read: %s", r.Name, err), "rings need the manifests in the git repository that holds the sources"}
	}
	commit := RingCommit(ctx, repository, ring)
	if commit == "" {
		what := map[bool]string{true: "tag", false: "commit"}[ring.Tag != ""]
		return r, &unknownRevision{fmt.Sprintf("%q is not a %s in this clone", r.Name, what), "fetch it: git fetch --tags, with --unshallow in a shallow clone; for actions/checkout: fetch-depth: 0"}
	}
	entries, err := repository.Files(ctx, commit)
	if err != nil {
		return r, err
	}
	prefix := folder + "/"
	if folder == "." {
		prefix = ""
	}
	built := false
	var needed []git.Entry
	for _, e := range entries {
		name, below := strings.CutPrefix(e.Path, prefix)
		built = built || below && name == source.Manifest
		if below && e.Sort == git.Plain && needs(name) {
			needed = append(needed, git.Entry{Path: name, ID: e.ID})
		}
	}
	if !built {
		return r, &unknownRevision{fmt.Sprintf("%q has no manifests in %s", r.Name, folder), "rings need the output of dominoc build, committed in repository.path"}
	}
	return r, repository.Read(ctx, needed, func(e git.Entry, _ int64, content io.Reader) (err error) {
		r.Files[e.Path], err = io.ReadAll(content)
		return err
	})
}

// RingCommit returns the commit of a ring's revision, or "" where this clone lacks it.
func RingCommit(ctx context.Context, repository *git.Repository, ring v1alpha1.Ring) string {
	if ring.Tag != "" {
		return repository.Commit(ctx, "refs/tags/"+ring.Tag)
	}
	return repository.Commit(ctx, ring.Commit)
}
