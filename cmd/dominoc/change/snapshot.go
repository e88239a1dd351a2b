package change

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/source"
)

// snapshot is the tree of a commit.
type snapshot struct {
	repository *git.Repository
	entries    map[string]git.Entry // by path below the top of the repository
	below      string               // of the run, below the top, with slashes
}

// newSnapshot returns the tree of a commit, for a run in root.
func newSnapshot(ctx context.Context, b Base, root string) (*snapshot, error) {
	below, err := filepath.Rel(b.repository.Top, root)
	if err != nil {
		return nil, err
	}
	s := &snapshot{repository: b.repository, entries: map[string]git.Entry{}, below: filepath.ToSlash(below)}
	all, err := b.repository.Files(ctx, b.commit)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		s.entries[e.Path] = e
	}
	return s, s.whole()
}

// whole refuses a fleet with a submodule, whose files are in another repository.
func (s *snapshot) whole() error {
	fleet := path.Join(s.below, source.FleetFolder)
	for _, e := range s.entries {
		if e.Sort == git.Submodule && within(fleet, e.Path) {
			return mistake(fmt.Errorf("%s is a submodule, whose files at the base are in another repository: compare its environments there, by dominoc diff -C %s", e.Path, e.Path))
		}
	}
	return nil
}

// within reports whether a path is that of a folder or below it.
func within(folder, inner string) bool {
	return folder == "." || inner == folder || strings.HasPrefix(inner, folder+"/")
}

// largest is the size beyond which a file is not read: the loader refuses it.
const largest = 1 << 20

// files returns the sources of environments as if they were in the work tree. They are as
// the commit has them, so that no attribute of a path (export-ignore, filters, line endings)
// affects the comparison. A link is a link: the loader judges its target, on both sides
// alike.
func (s *snapshot) files(ctx context.Context) (source.Files, error) {
	m := newMemory()
	for _, dir := range []string{".git", s.below} { // the loader looks for shared values up to .git
		if _, err := m.folder(dir); err != nil {
			return nil, err
		}
	}
	links, targets, err := s.links(ctx)
	if err != nil {
		return nil, err
	}
	for name, target := range ordered.All(links) {
		if err := m.add(name, &node{mode: fs.ModeSymlink | 0o777, target: target}); err != nil {
			return nil, err
		}
	}
	err = s.repository.Read(ctx, s.sources(targets), func(e git.Entry, size int64, content io.Reader) error {
		n := &node{mode: 0o644, size: size, content: make([]byte, min(size, largest+1))}
		if _, err := io.ReadFull(content, n.content); err != nil {
			return err
		}
		return m.add(e.Path, n)
	})
	return source.Mounted(filepath.FromSlash(s.repository.Top), m), err
}

// sources returns the files that are read, in the order of their paths.
func (s *snapshot) sources(targets map[string]bool) []git.Entry {
	var all []git.Entry
	for name, e := range ordered.All(s.entries) {
		if e.Sort == git.Plain && (s.isSource(name) || targets[name]) {
			all = append(all, e)
		}
	}
	return all
}

// links returns the targets of the commit's links, by path, and the set of the targets: a
// target is a source although its name may not be that of one.
func (s *snapshot) links(ctx context.Context) (links map[string]string, targets map[string]bool, err error) {
	links, targets = map[string]string{}, map[string]bool{}
	var all []git.Entry
	for _, e := range s.entries {
		if e.Sort == git.Link {
			all = append(all, e)
		}
	}
	err = s.repository.Read(ctx, all, func(e git.Entry, _ int64, content io.Reader) error {
		target, err := io.ReadAll(io.LimitReader(content, 4<<10))
		links[e.Path] = string(target)
		targets[path.Join(path.Dir(e.Path), string(target))] = true
		return err
	})
	return links, targets, err
}

// isSource reports whether a file can be part of an environment, or decides where
// environments are. Packages of other modules are not read. The names of the folders above
// the run do not matter.
func (s *snapshot) isSource(name string) bool {
	below := "/" + name
	if s.below != "." {
		below = strings.TrimPrefix(name, s.below)
	}
	base := path.Base(name)
	switch {
	case strings.Contains(below, "/cue.mod/pkg/"), strings.Contains(below, "/cue.mod/gen/"), strings.Contains(below, "/cue.mod/usr/"):
		return false
	case strings.Contains(below, "/cue.mod/"), base == "cue.mod", base == source.Manifest, path.Ext(name) == ".cue":
		return true
	}
	return slices.Contains(source.Names(), base) && !strings.Contains(below, "/rendered/")
}

// present refuses a sparse checkout without all files of the fleet: the environments of the
// missing files would count as removed.
func (s *snapshot) present(ctx context.Context) error {
	absent, err := s.repository.Absent(ctx)
	if err != nil {
		return err
	}
	fleet := path.Join(s.below, source.FleetFolder)
	for _, name := range absent {
		if !s.isSource(name) || !within(fleet, name) && !within(path.Dir(name), fleet) {
			continue
		}
		if _, err := os.Lstat(filepath.Join(s.repository.Top, filepath.FromSlash(name))); err != nil {
			return mistake(fmt.Errorf("a sparse checkout leaves out %s: add its folder by git sparse-checkout add, or git sparse-checkout disable", name))
		}
	}
	return nil
}
