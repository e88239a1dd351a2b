package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"github.com/dominoc/dominoc/schema/diag"
)

// Folder is a folder that holds an environment.
type Folder struct {
	Dir   string   // absolute
	Shown string   // Dir for the reader: relative to the root, with slashes
	Files []string // names of the environment files in it: one, unless the user is mistaken
}

// NoMatch is the error of a pattern that names no environment, with what is near.
// All that the pattern names could be read.
type NoMatch struct{ reason string }

func (e *NoMatch) Error() string { return e.reason }

func noMatch(format string, args ...any) error {
	return &NoMatch{fmt.Sprintf(format, args...)}
}

// FleetFolder is the folder below the root that holds the environments of the
// fleet, and what is said of all of them.
const FleetFolder = "environments"

// Names are what an environment's file may be called, the usual one first.
func Names() []string {
	return []string{"environment.cue", "environment.yaml", "environment.yml", "environment.json"}
}

// Find gives the folders that the patterns name, each once, sorted by path. A
// pattern is a folder, a file in it, a tree (./... or dir/...), a path with
// wildcards (./environments/prod-*), or the name of an environment below root, also
// with wildcards (prod-*).
// Files and folders whose name begins with . or _, cue.mod, testdata, and
// folders called rendered are skipped in trees. The error is for the user: a
// *NoMatch for a pattern that matches nothing; any other error says that a
// pattern is malformed or that a folder cannot be read.
func Find(root string, patterns []string) ([]Folder, error) { return New(root).Find(patterns) }

// Find is Find below the loader's root. What it reads to find environments the loader
// does not read again.
func (l *Loader) Find(patterns []string) ([]Folder, error) {
	s, err := l.search()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Folder
	for _, p := range patterns {
		folders, err := s.pattern(p)
		if err != nil {
			return nil, err
		}
		found = append(found, folders...)
	}
	slices.SortFunc(found, func(a, b Folder) int { return strings.Compare(a.Dir, b.Dir) })
	return slices.CompactFunc(found, func(a, b Folder) bool { return a.Dir == b.Dir }), nil
}

type search struct {
	root   string
	loader *Loader
	reads  *repositories

	mu   sync.Mutex
	tree []Folder // all below root, once it was walked
	done bool
}

// search is that of the loader, which walks a tree once.
func (l *Loader) search() (*search, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.found != nil {
		return l.found, nil
	}
	root, err := filepath.Abs(l.Root)
	if err != nil {
		return nil, err
	}
	l.found = &search{root: root, loader: l, reads: l.reads()}
	return l.found, nil
}

func (s *search) pattern(p string) ([]Folder, error) {
	if p == "" {
		return nil, errors.New("an empty pattern names no environment")
	}
	dir, recursive := strings.CutSuffix(filepath.ToSlash(p), "...")
	if strings.Contains(dir, "...") || recursive && dir != "" && !strings.HasSuffix(dir, "/") {
		return nil, fmt.Errorf("pattern %q: \"...\" stands for what is below and may only be the last element", p)
	}
	found, err := s.match(p, dir, recursive)
	if err == nil && len(found) == 0 {
		err = s.nothing(p)
	}
	return found, err
}

func (s *search) match(p, dir string, recursive bool) ([]Folder, error) {
	at := s.abs(dir)
	switch {
	case strings.ContainsAny(dir, wildcards):
		found, err := s.glob(p, at, recursive)
		if err == nil && len(found) == 0 && isName(p) {
			return s.named(p)
		}
		return found, err
	case recursive:
		return s.walk(p, at)
	}
	info, err := s.reads.stat(at)
	switch {
	case errors.Is(err, errOutside):
		return nil, leaves(p, err)
	case err == nil && info.IsDir():
		return s.one(at), nil
	case err == nil:
		return s.one(filepath.Dir(at)), nil
	case !isName(p):
		return nil, nil
	}
	return s.named(p)
}

// wildcards are the characters by which a pattern may mean several folders or names.
const wildcards = "*?["

func (s *search) abs(p string) string {
	p = filepath.FromSlash(p)
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(s.root, p)
}

func (s *search) glob(p, at string, recursive bool) ([]Folder, error) {
	matches, err := filepath.Glob(at)
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", p, err)
	}
	var found []Folder
	for _, m := range matches {
		info, err := s.reads.stat(m)
		switch {
		case errors.Is(err, errOutside) && !skipped(filepath.Base(m)):
			return nil, leaves(shown(s.root, m), err)
		case err != nil || skipped(filepath.Base(m)):
			continue
		case !info.IsDir():
			m = filepath.Dir(m)
		case recursive:
			below, err := s.walk(p, m)
			if err != nil {
				return nil, err
			}
			found = append(found, below...)
			continue
		}
		found = append(found, s.one(m)...)
	}
	return found, nil
}

// named finds by the name that the file states, or else by the folder's; a name with
// wildcards by both.
func (s *search) named(name string) ([]Folder, error) {
	all, err := s.all()
	if err != nil {
		return nil, err
	}
	var stated, base []Folder
	for _, f := range all {
		if s.loader.mayState(f, name) && matches(name, s.loader.statedName(f)) {
			stated = append(stated, f)
		}
		if matches(name, filepath.Base(f.Dir)) {
			base = append(base, f)
		}
	}
	switch {
	case strings.ContainsAny(name, wildcards):
		return append(stated, base...), nil
	case len(stated) > 0:
		return stated, nil
	}
	return base, nil
}

func matches(pattern, name string) bool {
	matched, err := path.Match(pattern, name)
	return err == nil && matched && name != ""
}

func (s *search) all() ([]Folder, error) {
	if s.done {
		return s.tree, nil
	}
	found, err := s.walk(s.root, s.root)
	s.tree, s.done = found, err == nil
	return found, err
}

// nothing says that a pattern matches nothing, and what it may have meant.
func (s *search) nothing(p string) error {
	all, err := s.all()
	if err != nil { // elsewhere, where the pattern does not look
		return noMatch("%q matches no environment", p)
	}
	if len(all) == 0 {
		return noMatch("%q matches no environment: there is none below %s (a folder with %s)", p, filepath.ToSlash(s.root), strings.Join(Names(), ", "))
	}
	if strings.ContainsAny(p, wildcards) { // not a name that was misspelt
		return noMatch("%q matches no environment: there are %s", p, Some(all))
	}
	var near []string
	for _, f := range all {
		near = append(near, strings.TrimPrefix(f.Shown, "./"), filepath.Base(f.Dir), s.loader.statedName(f))
	}
	slices.Sort(near)
	near = slices.Compact(near)
	if n := diag.Nearest(strings.TrimPrefix(filepath.ToSlash(p), "./"), near); n != "" {
		return noMatch("%q matches no environment: did you mean %q?", p, n)
	}
	return noMatch("%q matches no environment: there are %s", p, Some(all))
}

// Some names folders for a reader, the first few of many.
func Some(all []Folder) string {
	const most = 5
	var names []string
	for _, f := range all[:min(most, len(all))] {
		names = append(names, f.Shown)
	}
	if n := len(all) - most; n > 0 {
		names = append(names, fmt.Sprintf("%d more", n))
	}
	return strings.Join(names, ", ")
}

func isName(p string) bool { return !strings.ContainsAny(p, `/\`) && p != "." && p != ".." }

// walk finds the environments at and below dir, which may be a link. Links to folders
// below it are not followed, so it ends.
func (s *search) walk(pattern, dir string) ([]Folder, error) {
	if _, err := s.reads.stat(dir); errors.Is(err, errOutside) {
		return nil, leaves(pattern, err)
	}
	if s.done && s.walked(dir) {
		return slices.DeleteFunc(slices.Clone(s.tree), func(f Folder) bool { return !within(dir, f.Dir) }), nil
	}
	found, err := s.below(dir, true)
	if err != nil {
		return nil, err
	}
	foreign := make([]bool, len(found))
	each(len(found), runtime.GOMAXPROCS(0), func(i int) { foreign[i] = s.loader.foreign(found[i]) })
	own := found[:0]
	for i, f := range found {
		if !foreign[i] {
			own = append(own, f)
		}
	}
	return own, nil
}

// walked reports whether a walk from the root goes through dir.
func (s *search) walked(dir string) bool {
	for at := dir; at != s.root; at = filepath.Dir(at) {
		info, err := os.Lstat(at)
		if err != nil || !info.IsDir() || !within(s.root, at) || skipped(filepath.Base(at)) || isOutput(at) {
			return false
		}
	}
	return true
}

// below are the folders at and below dir with an environment's file.
func (s *search) below(dir string, top bool) ([]Folder, error) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	is := map[string]bool{}
	for _, e := range entries {
		if e.Name() == Manifest && !top {
			return nil, nil // the output of a build
		}
		is[e.Name()] = !e.IsDir()
	}
	found := s.folder(dir, func(name string) bool { return is[name] })
	for _, e := range entries {
		if !e.IsDir() || skipped(e.Name()) {
			continue
		}
		more, err := s.below(filepath.Join(dir, e.Name()), false)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// foreign says that a folder's environment.cue is a file of another package
// that has nothing to do with us: in a tree it is passed over. One that has a
// field environment is an environment with a mistake in its first line.
func (l *Loader) foreign(f Folder) bool {
	p := filepath.Join(f.Dir, f.Files[0])
	if len(f.Files) > 1 || filepath.Ext(p) != ".cue" || l.shared(f.Dir).content(f.Files[0]) != nil {
		return false
	}
	content, bad := l.reads().read(p, p, maxBytes)
	if bad != nil || unfitText(file{name: p, content: content}) != nil {
		return false
	}
	if clause, err := parser.ParseFile(p, content, parser.PackageClauseOnly); err == nil && clause.PackageName() == Package {
		return false
	}
	syntax, err := parser.ParseFile(p, content)
	if err != nil || syntax.PackageName() == "" || syntax.PackageName() == Package {
		return false
	}
	return newIndex([]*ast.File{syntax}, Package).exact(diag.Path{}) == nil
}

// Manifest lists the files of an output folder, in it.
const Manifest = "dominoc.sha256"

// isOutput says that a folder is the output of a build: the environment.yaml of
// an environment there is a manifest.
func isOutput(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, Manifest))
	return err == nil
}

func skipped(name string) bool {
	switch name {
	case "cue.mod", "rendered", "testdata":
		return true
	}
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// one is the folder dir when it holds an environment.
func (s *search) one(dir string) []Folder {
	return s.folder(dir, func(name string) bool {
		info, err := os.Lstat(filepath.Join(dir, name))
		return err == nil && !info.IsDir()
	})
}

// folder is the folder dir when it has a file of an environment.
func (s *search) folder(dir string, has func(name string) bool) []Folder {
	var files []string
	for _, name := range Names() {
		if has(name) {
			files = append(files, name)
		}
	}
	if len(files) == 0 {
		return nil
	}
	return []Folder{{Dir: dir, Shown: shown(s.root, dir), Files: files}}
}

func shown(root, p string) string {
	rel, err := filepath.Rel(root, p)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return filepath.ToSlash(p)
	}
	return filepath.ToSlash(rel)
}
