package change

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// committed is the manifests that were committed: they are in the cluster, whichever
// release of dominoc wrote them.
type committed struct {
	snapshot *snapshot
	folder   string               // below the top of the repository
	entries  map[string]git.Entry // by path below the folder
}

// committed returns the manifests of a folder at the commit; nil if it has no output of a
// build.
func (s *snapshot) committed(folder string) *committed {
	if filepath.IsAbs(folder) {
		below, err := filepath.Rel(s.repository.Top, folder)
		if err != nil {
			return nil
		}
		folder = filepath.ToSlash(below)
	} else {
		folder = path.Join(s.below, filepath.ToSlash(folder))
	}
	if _, written := s.entries[path.Join(folder, source.Manifest)]; !written {
		return nil
	}
	o := &committed{snapshot: s, folder: folder, entries: map[string]git.Entry{}}
	for name, e := range s.entries {
		if below, inside := strings.CutPrefix(name, folder+"/"); inside && e.Sort == git.Plain {
			o.entries[below] = e
		}
	}
	return o
}

// usual reports whether the repository has the usual format, in which shares state ids.
func (o *committed) usual() bool {
	return len(o.entries[source.Manifest].ID) == emit.BlobDigits
}

// blobOf returns the id of a file in git; empty if it is not a regular file.
func blobOf(dir, name string, digits int) string {
	files, err := os.OpenRoot(dir)
	if err != nil {
		return ""
	}
	defer files.Close()
	if info, err := files.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	content, err := files.ReadFile(name)
	if err != nil {
		return ""
	}
	return emit.BlobID(content, digits)
}

// otherwise returns the environments whose committed manifests differ from those that this
// dominoc writes: the files of some environments, and the shares of others.
func (o *committed) otherwise(files []emit.File, others []output.Share) map[string]bool {
	other, written := map[string]bool{}, map[string]bool{}
	compare := func(path string, id func(digits int) string) {
		written[path] = true
		if e, there := o.entries[path]; !there || e.ID != id(len(e.ID)) {
			other[output.EnvironmentOf(path)] = true
		}
	}
	for _, f := range files {
		compare(f.Path, func(digits int) string { return emit.BlobID(f.Content, digits) })
	}
	for _, share := range others {
		for _, f := range share.Files {
			compare(f.Path, func(int) string { return f.Blob })
		}
	}
	for name := range o.entries {
		if n := output.EnvironmentOf(name); n != "" && !written[name] {
			other[n] = true
		}
	}
	return other
}

// read reads the environments of names, and their Compositions, from the manifests.
func (o *committed) read(ctx context.Context, names map[string]bool) (map[string]*side, error) {
	files, err := o.content(ctx, func(name string) bool {
		return names[output.EnvironmentOf(name)] || strings.HasPrefix(name, "platform/compositions/")
	})
	if err != nil {
		return nil, err
	}
	sides, err := readSides(files)
	if err != nil {
		return nil, fmt.Errorf("the manifests in %s at the base: %w", o.folder, err)
	}
	return sides, nil
}

// content returns the content of the files whose paths below the folder are wanted, by
// that path.
func (o *committed) content(ctx context.Context, wanted func(name string) bool) (map[string][]byte, error) {
	var entries []git.Entry
	for name, e := range o.entries {
		if wanted(name) {
			entries = append(entries, git.Entry{Path: name, ID: e.ID})
		}
	}
	all := map[string][]byte{}
	err := o.snapshot.repository.Read(ctx, entries, func(e git.Entry, _ int64, content io.Reader) (err error) {
		all[e.Path], err = io.ReadAll(content)
		return err
	})
	return all, err
}

// shared returns the committed manifests that belong to no environment. The manifests of an
// output are taken for those whose files are equal: to write YAML takes less time than to
// read it.
func (o *committed) shared(ctx context.Context, of *output.Output, manifests diff.Shared) (diff.Shared, error) {
	made, err := of.SharedFiles()
	if err != nil {
		return nil, workspace.Bug(err)
	}
	var equal diff.Shared
	known := map[string]bool{}
	for i, f := range made {
		if e := o.entries[f.Path]; e.ID != "" && e.ID == emit.BlobID(f.Content, len(e.ID)) {
			equal, known[f.Path] = append(equal, manifests[i]), true
		}
	}
	files, err := o.content(ctx, func(name string) bool { return diff.IsShared(name) && !known[name] })
	if err != nil {
		return nil, err
	}
	others, err := readShared(files)
	return append(others, equal...), err
}

// committed replaces the states before that differ from the committed manifests by these.
// It adds each environment whose files are unchanged but whose committed manifests differ
// from those that this dominoc writes, and each committed environment without a file.
func (c *sinceCommit) committed(ctx context.Context, s sides) error {
	files, err := output.EnvironmentFiles(c.before.fleet)
	if err != nil {
		return workspace.Bug(err)
	}
	other := c.written.otherwise(files, nil)
	for name := range other {
		if c.before.sides[name] == nil && c.after.sides[name] == nil && len(c.patterns) > 0 {
			delete(other, name) // no pattern names it
		}
	}
	if len(c.unchanged) > 0 {
		rest, err := c.unchangedFleet(ctx)
		if err != nil {
			return err
		}
		files, err := output.EnvironmentFiles(rest.fleet)
		if err != nil {
			return workspace.Bug(err)
		}
		if err := c.now.KeepShares(output.Of(rest.fleet, v1alpha1.GitOps{}), files, rest.loaded, false); err != nil {
			return err
		}
		further := c.written.otherwise(files, rest.others)
		maps.Copy(s.broken, rest.broken)
		for _, name := range rest.names() {
			if further[name] {
				other[name] = true
			} else {
				delete(other, name)
			}
		}
	}
	if len(other) == 0 {
		return nil
	}
	read, err := c.written.read(ctx, other)
	if err != nil {
		return err
	}
	for name, was := range read {
		if err := c.useCommitted(s, name, was); err != nil {
			return err
		}
	}
	return nil
}

// useCommitted makes the committed manifests of an environment its state before, unless they
// equal the compiled ones.
func (c *sinceCommit) useCommitted(s sides, name string, was *side) error {
	made := c.before
	if made.sides[name] == nil && c.rest != nil && c.rest.sides[name] != nil {
		made = c.rest
	}
	compiled, err := made.side(name)
	if err != nil || compiled != nil && len(diff.Compare(was.state, compiled.state).Changes) == 0 {
		return err
	}
	if compiled != nil {
		was.file, was.at, was.dir = compiled.file, compiled.at, compiled.dir
	}
	s.before[name] = was
	if made == c.rest {
		s.after[name] = compiled
	}
	s.notes[name] = fmt.Sprintf("at the base, %s/environments/%s is not what this dominoc makes of its files: compared with what was committed", c.written.folder, name)
	return nil
}
