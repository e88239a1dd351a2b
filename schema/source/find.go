package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"golang.org/x/sync/errgroup"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
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

// Member returns the folder of an environment of the fleet below a root, which need not exist.
func Member(root, name string) Folder {
	dir := filepath.Join(root, FleetFolder, name)
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return Folder{Dir: dir, Shown: path.Join(FleetFolder, name), Files: Names()[:1]}
}

// Names are what an environment's file may be called, the usual one first.
func Names() []string {
	return []string{"environment.cue", "environment.yaml", "environment.yml", "environment.json"}
}

// Find returns the folders that the patterns name, each once, sorted by path. A
// pattern is a folder, a file in it, a tree (./... or dir/...), a path with
// wildcards (./environments/prod-*), or the name of an environment below the root, also
// with wildcards (prod-*).
// Files and folders whose name begins with . or _, cue.mod, testdata, and
// folders called rendered are skipped in trees. The error is for the user: a
// *NoMatch for a pattern that matches nothing; any other error is a
// malformed pattern or a folder that cannot be read.
func (t *Tree) Find(patterns []string) ([]Folder, error) {
	t.finding.Lock()
	defer t.finding.Unlock()
	var found []Folder
	for _, p := range patterns {
		folders, err := t.pattern(p)
		if err != nil {
			return nil, err
		}
		found = append(found, folders...)
	}
	slices.SortFunc(found, func(a, b Folder) int { return strings.Compare(a.Dir, b.Dir) })
	return slices.CompactFunc(found, func(a, b Folder) bool { return a.Dir == b.Dir }), nil
}

// Below returns the environments in a folder and below it, none when there is no
// such folder: unlike for Find, that is not an error.
func (t *Tree) Below(dir string) ([]Folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	t.finding.Lock()
	defer t.finding.Unlock()
	return t.walk(dir, dir)
}

// At returns the environment in a folder itself, in a list of one or of none.
func (t *Tree) At(dir string) []Folder { return slices.DeleteFunc(t.one(dir), t.isForeign) }

func (t *Tree) pattern(p string) ([]Folder, error) {
	if p == "" {
		return nil, errors.New("an empty pattern names no environment")
	}
	dir, recursive := strings.CutSuffix(filepath.ToSlash(p), "...")
	if strings.Contains(dir, "...") || recursive && dir != "" && !strings.HasSuffix(dir, "/") {
		return nil, fmt.Errorf("pattern %q: \"...\" stands for what is below and may only be the last element", p)
	}
	found, err := t.match(p, dir, recursive)
	if err == nil && len(found) == 0 {
		err = t.nothing(p)
	}
	return found, err
}

func (t *Tree) match(p, dir string, recursive bool) ([]Folder, error) {
	at := t.abs(dir)
	switch {
	case strings.ContainsAny(dir, wildcards):
		found, err := t.glob(p, at, recursive)
		if err == nil && len(found) == 0 && isName(p) {
			return t.named(p)
		}
		return found, err
	case recursive:
		return t.walk(p, at)
	}
	info, err := t.stat(at)
	switch {
	case errors.Is(err, ErrOutside):
		return nil, leaves(p)
	case err == nil && info.IsDir():
		return t.one(at), nil
	case err == nil:
		return t.one(filepath.Dir(at)), nil
	case !isName(p):
		return nil, nil
	}
	return t.named(p)
}

// wildcards are the characters by which a pattern may mean several folders or names.
const wildcards = "*?["

func (t *Tree) glob(p, at string, recursive bool) ([]Folder, error) {
	if _, err := filepath.Match(at, ""); err != nil {
		return nil, fmt.Errorf("pattern %q: %w", p, err)
	}
	var found []Folder
	for _, m := range t.matching(at) {
		info, err := t.stat(m)
		switch {
		case errors.Is(err, ErrOutside) && !skipped(filepath.Base(m)):
			return nil, leaves(t.Shown(m))
		case err != nil || skipped(filepath.Base(m)):
			continue
		case !info.IsDir():
			m = filepath.Dir(m)
		case recursive:
			below, err := t.walk(p, m)
			if err != nil {
				return nil, err
			}
			found = append(found, below...)
			continue
		}
		found = append(found, t.one(m)...)
	}
	return found, nil
}

// matching returns the paths that a path with wildcards stands for, sorted. What cannot be
// read has none.
func (t *Tree) matching(pattern string) []string {
	if !strings.ContainsAny(pattern, wildcards) {
		return []string{pattern}
	}
	var all []string
	for _, dir := range t.matching(filepath.Dir(pattern)) {
		entries, _ := t.files.ReadDir(dir)
		for _, e := range entries {
			if matched, _ := filepath.Match(filepath.Base(pattern), e.Name()); matched {
				all = append(all, filepath.Join(dir, e.Name()))
			}
		}
	}
	return all
}

// named finds by the name that the file states, or else by the folder's; a name with
// wildcards by both.
func (t *Tree) named(name string) ([]Folder, error) {
	all, err := t.fleet()
	if err != nil {
		return nil, err
	}
	var stated, base []Folder
	for _, f := range all {
		if matches(name, t.statedName(f, name)) {
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

func (t *Tree) fleet() ([]Folder, error) {
	if t.walked {
		return t.all, nil
	}
	found, err := t.walk(t.Root, t.Root)
	t.all, t.walked = found, err == nil
	return found, err
}

// nothing is the error of a pattern that matches nothing, with what it may have meant.
func (t *Tree) nothing(p string) error {
	all, err := t.fleet()
	if err != nil { // elsewhere, where the pattern does not look
		return noMatch("%q matches no environment", p)
	}
	if len(all) == 0 {
		return noMatch("%q matches no environment: there is none below %s (a folder with %s)", p, filepath.ToSlash(t.Root), strings.Join(Names(), ", "))
	}
	if strings.ContainsAny(p, wildcards) { // not a name that was misspelt
		return noMatch("%q matches no environment: there are %s", p, Some(all))
	}
	var near []string
	for _, f := range all {
		near = append(near, strings.TrimPrefix(f.Shown, "./"), filepath.Base(f.Dir), t.statedName(f, ""))
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

// leaves is the error of a pattern that names what is outside the repository.
func leaves(pattern string) error { return fmt.Errorf("%q %w", pattern, ErrOutside) }

func isName(p string) bool { return !strings.ContainsAny(p, `/\`) && p != "." && p != ".." }

// walk finds the environments at and below dir, which may be a link. Links to folders
// below it are not followed, so it ends.
func (t *Tree) walk(pattern, dir string) ([]Folder, error) {
	if _, err := t.stat(dir); errors.Is(err, ErrOutside) {
		return nil, leaves(pattern)
	}
	if t.walked && t.passes(dir) {
		return slices.DeleteFunc(slices.Clone(t.all), func(f Folder) bool { return !within(dir, f.Dir) }), nil
	}
	found, err := t.below(dir, true)
	if err != nil {
		return nil, err
	}
	foreign := make([]bool, len(found))
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range found {
		workers.Go(func() error { foreign[i] = t.isForeign(f); return nil })
	}
	_ = workers.Wait()
	own := found[:0]
	for i, f := range found {
		if !foreign[i] {
			own = append(own, f)
		}
	}
	return own, nil
}

// passes reports whether a walk from the root goes through dir.
func (t *Tree) passes(dir string) bool {
	for at := dir; at != t.Root; at = filepath.Dir(at) {
		info, err := t.files.Lstat(at)
		if err != nil || !info.IsDir() || !within(t.Root, at) || skipped(filepath.Base(at)) || t.isOutput(at) {
			return false
		}
	}
	return true
}

// below are the folders at and below dir with an environment's file.
func (t *Tree) below(dir string, top bool) ([]Folder, error) {
	entries, err := t.files.ReadDir(dir)
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
	found := t.folder(dir, func(name string) bool { return is[name] })
	for _, e := range entries {
		if !e.IsDir() || skipped(e.Name()) {
			continue
		}
		more, err := t.below(filepath.Join(dir, e.Name()), false)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// isForeign reports whether a folder's environment.cue is a file of another package that
// is not for dominoc: in a tree it is skipped. One that has a field
// environment is an environment with a mistake in its first line.
func (t *Tree) isForeign(f Folder) bool {
	file := filepath.Join(f.Dir, f.Files[0])
	if len(f.Files) > 1 || filepath.Ext(file) != ".cue" || t.asMember(file) != nil {
		return false
	}
	content, bad := t.own(file)
	if bad != nil || unfitText(File{file, content}) != nil {
		return false
	}
	if stated, err := packageOf(file, content); err != nil || stated == "" || stated == EnvironmentPackage {
		return false
	}
	parsed, err := parser.ParseFile(file, content)
	return err == nil && syntax.NewIndex([]*ast.File{parsed}, EnvironmentPackage).Exact(nil) == nil
}

// statedName returns the name in the file of a folder's environment, "" if it is computed
// or cannot be read, or if it certainly does not match a pattern: the pattern is not in
// the file, and nothing there is written by an escape.
func (t *Tree) statedName(f Folder, pattern string) string {
	content, bad := t.own(filepath.Join(f.Dir, f.Files[0]))
	if bad != nil || !strings.ContainsAny(pattern, wildcards) && !mayHold(content, pattern) {
		return ""
	}
	parsed, _ := parse(File{f.Files[0], content}, EnvironmentPackage)
	if parsed == nil {
		return ""
	}
	if e := syntax.NewIndex([]*ast.File{parsed}, EnvironmentPackage).Exact(diag.Path{"name"}); e != nil {
		return syntax.Text(e.Value)
	}
	return ""
}

// mayHold reports whether a literal of a file can have the text in it.
func mayHold(content []byte, text string) bool {
	return bytes.Contains(content, []byte(text)) || bytes.IndexByte(content, '\\') >= 0
}

// Manifest lists the files of an output folder, in it.
const Manifest = "dominoc.sha256"

// isOutput reports whether a folder is the output of a build: the environment.yaml of
// an environment there is a manifest.
func (t *Tree) isOutput(dir string) bool {
	_, err := t.files.Lstat(filepath.Join(dir, Manifest))
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
func (t *Tree) one(dir string) []Folder {
	return t.folder(dir, func(name string) bool {
		info, err := t.files.Lstat(filepath.Join(dir, name))
		return err == nil && !info.IsDir()
	})
}

// folder is the folder dir when it has a file of an environment.
func (t *Tree) folder(dir string, has func(name string) bool) []Folder {
	var files []string
	for _, name := range Names() {
		if has(name) {
			files = append(files, name)
		}
	}
	if len(files) == 0 {
		return nil
	}
	return []Folder{{Dir: dir, Shown: t.Shown(dir), Files: files}}
}
