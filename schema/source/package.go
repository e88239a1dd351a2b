package source

import (
	"io"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
)

// EnvironmentPackage is the CUE package of environment files, and the field in them that holds
// the environment.
const EnvironmentPackage = "environment"

// A Package is the files that are evaluated together: those of an environment, or those of
// one package of the fleet.
type Package struct {
	Name  string
	Dir   string    // absolute
	Files []File    // the environment's own file first
	Found diag.List // what is wrong with files that could not be read

	tree *Tree
	module
	left int64 // bytes that more files may have
}

// File is a file as read. Name is its path for the reader.
type File struct {
	Name    string
	Content []byte
}

func (t *Tree) newPackage(name, dir string) *Package {
	return &Package{Name: name, Dir: dir, tree: t, module: t.module(dir), left: MaxBytes}
}

// Environment reads the environment's file, the CUE files next to it and those in the
// folders above, in this order.
func (t *Tree) Environment(f Folder) *Package {
	p := t.newPackage(EnvironmentPackage, f.Dir)
	if len(f.Files) > 1 {
		d := trouble(t.Shown(filepath.Join(f.Dir, f.Files[1])), "ambiguous-environment", "the folder has "+f.Files[0]+" as well; an environment has one file")
		d.Hint = "keep one of the two"
		p.Found = diag.List{*d}
		return p
	}
	file := filepath.Join(f.Dir, f.Files[0])
	content, bad := t.own(file)
	if bad != nil {
		p.Found = diag.List{*bad}
	} else {
		p.add(File{t.Shown(file), content})
	}
	p.take(t.shared(f.Dir), f.Files[0])
	return p.inherit()
}

// Drafted is Environment for files that are not written yet: contents are those of the
// environment's file and of the CUE files next to it, by their names in the folder.
func (t *Tree) Drafted(f Folder, contents map[string][]byte) *Package {
	p := t.newPackage(EnvironmentPackage, f.Dir)
	p.add(File{t.Shown(filepath.Join(f.Dir, f.Files[0])), contents[f.Files[0]]})
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		if name != f.Files[0] {
			p.add(File{t.Shown(filepath.Join(f.Dir, name)), contents[name]})
		}
	}
	return p.inherit()
}

// Edited is Environment with other contents of some of its files, by their names for the
// reader.
func (t *Tree) Edited(f Folder, contents map[string][]byte) *Package {
	p := t.Environment(f)
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		p = p.With(name, contents[name])
	}
	return p
}

// With returns the package with another content of one of its files, by its name for the
// reader.
func (p *Package) With(name string, content []byte) *Package {
	i := slices.IndexFunc(p.Files, func(file File) bool { return file.Name == name })
	if i < 0 {
		return p
	}
	if p.left += int64(len(p.Files[i].Content) - len(content)); p.left < 0 {
		p.Found = append(p.Found, *tooLarge(name, MaxBytes))
	}
	p.Files[i].Content = content
	return p
}

// Fleet reads the files of a package of the fleet in a folder of its own.
func (t *Tree) Fleet(name, dir string) *Package {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	p := t.newPackage(name, dir)
	entries, err := t.entries(dir)
	if err != nil {
		// A link that leads nowhere is something, and so is a file: what was meant to be
		// there would be missed.
		if _, missing := t.files.Lstat(dir); !errors.Is(err, fs.ErrNotExist) || missing == nil {
			p.Found = diag.List{*unreadable(t.Shown(dir), err)}
		}
	}
	p.take(t.members(name, dir, entries), "")
	p.misplaced(entries)
	return p
}

// own is the content of an environment's own file, from those that were read already
// where it is one of them.
func (t *Tree) own(file string) ([]byte, *diag.Diagnostic) {
	if f := t.asMember(file); f != nil {
		return f.Content, nil
	}
	return t.read(file, t.Shown(file), MaxBytes)
}

// asMember is a file of package environment; nil for any other, and for one with a mistake.
func (t *Tree) asMember(file string) *File {
	for _, m := range t.shared(filepath.Dir(file)) {
		if path.Base(m.name) != filepath.Base(file) {
			continue
		}
		if f, bad := m.read(); f != nil && bad == nil {
			return f
		}
	}
	return nil
}

func (p *Package) add(f File) {
	p.left -= int64(len(f.Content))
	p.Files = append(p.Files, f)
}

// take adds those of the files that are of the package, but one.
func (p *Package) take(members []member, except string) {
	for _, m := range members {
		if path.Base(m.name) == except {
			continue
		}
		f, bad := m.read()
		switch {
		case bad != nil:
			p.Found = append(p.Found, *bad)
		case f == nil: // of another package
		case int64(len(f.Content)) > p.left:
			p.Found = append(p.Found, *tooLarge(f.Name, p.left))
		default:
			p.add(*f)
		}
	}
}

// inherit adds the files in the folders above, up to the last whose files are shared.
func (p *Package) inherit() *Package {
	top := p.tree.top(p.Dir)
	for dir := p.Dir; dir != top && dir != filepath.Dir(dir); {
		dir = filepath.Dir(dir)
		p.take(p.tree.shared(dir), "")
	}
	return p
}

// top is the last folder whose files are shared with dir.
func (t *Tree) top(dir string) string {
	boundary := t.boundary(dir, dir)
	for _, mark := range []string{"cue.mod", ".git"} {
		if root := t.above(dir, mark, boundary); root != "" {
			return root
		}
	}
	if within(t.Root, dir) {
		return t.Root
	}
	return dir
}

// member is a file that can be of a package. It is read once, and only when it is asked
// for; the result is nothing where it is of another package.
type member struct {
	name string // for the reader
	read func() (*File, *diag.Diagnostic)
}

// shared are the files of a folder that can be of package environment.
func (t *Tree) shared(dir string) []member {
	return t.folders.of(dir, func() []member {
		entries, err := t.entries(dir)
		members := t.members(EnvironmentPackage, dir, entries)
		if err != nil {
			name := t.Shown(dir)
			members = append([]member{{name, func() (*File, *diag.Diagnostic) { return nil, unreadable(name, err) }}}, members...)
		}
		return members
	})
}

// members are those of a folder's files that can be of a package.
func (t *Tree) members(pkg, dir string, entries []fs.DirEntry) []member {
	var all []member
	for _, e := range entries {
		if e.IsDir() || !isSource(e.Name()) {
			continue
		}
		file := filepath.Join(dir, e.Name())
		all = append(all, member{t.Shown(file), sync.OnceValues(func() (*File, *diag.Diagnostic) { return t.ofPackage(pkg, file) })})
	}
	return all
}

// mostBeginning is how far a package clause is looked for.
const mostBeginning = 64 << 10

// ofPackage reads a CUE file if it is of a package, else its beginning only, so that
// other packages in a folder of the user's cost nothing and break nothing. A file
// without a package clause may be the one that is missed, so it is refused.
func (t *Tree) ofPackage(pkg, file string) (*File, *diag.Diagnostic) {
	name := t.Shown(file)
	f, info, err := t.open(file)
	switch {
	case err != nil && info != nil && info.IsDir(): // a link to a folder
		return nil, nil
	case err != nil:
		return nil, unreadable(name, err)
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, mostBeginning))
	if err != nil {
		return nil, unreadable(name, err)
	}
	stated, err := packageOf(name, head)
	switch {
	case err != nil:
		return nil, &syntax.Diagnostics(err, "syntax")[0]
	case stated == "" && len(head) < mostBeginning:
		return nil, unparsable(File{name, head})
	case stated != pkg:
		return nil, nil
	}
	content, bad := rest(f, info, head, name, MaxBytes)
	return &File{name, content}, bad
}

// unparsable returns what is wrong with a file that has no package clause, such as a
// misspelt one; nil if it is CUE.
func unparsable(f File) *diag.Diagnostic {
	if d := unfitText(f); d != nil {
		return d
	}
	if _, err := parser.ParseFile(f.Name, f.Content); err != nil {
		return &syntax.Diagnostics(err, "syntax")[0]
	}
	return nil
}

// isSource reports whether CUE reads a file as part of a package.
func isSource(name string) bool {
	return strings.HasSuffix(name, ".cue") && !strings.HasSuffix(name, "_tool.cue") && !strings.HasSuffix(name, "_test.cue") &&
		!strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_")
}

// misplaced refuses files that were meant for a package and are not read: the package in
// YAML or JSON, its usual file with another package clause, CUE of other packages only,
// and a file next to the folder, such as environments/policy.cue.
func (p *Package) misplaced(entries []fs.DirEntry) {
	refuse := func(file, hint string, line int, message string) {
		d := trouble(p.tree.Shown(file), "package-name", message)
		d.Pos.Line, d.Pos.Column, d.Hint = line, line, hint
		p.Found = append(p.Found, *d)
	}
	begin, other := "begin it with: package "+p.Name, ""
	for _, e := range entries {
		file := filepath.Join(p.Dir, e.Name())
		switch name := e.Name(); {
		case name == p.Name+".yaml" || name == p.Name+".yml" || name == p.Name+".json":
			refuse(file, "write it as "+p.Name+".cue", 0, `is not read: package "`+p.Name+`" is written in CUE`)
		case e.IsDir() || !isSource(name):
		case name == p.Name+".cue":
			if f, bad := p.tree.ofPackage(p.Name, file); f == nil && bad == nil { // what is wrong with it is reported
				refuse(file, begin, 1, `is not a file of package "`+p.Name+`"`)
			}
		case other == "":
			other = file
		}
	}
	if len(p.Files) == 0 && len(p.Found) == 0 && other != "" {
		refuse(other, begin, 1, `is not a file of package "`+p.Name+`", and no other file here is`)
	}
	file := p.Dir + ".cue"
	if info, err := p.tree.stat(file); err == nil && info.Mode().IsRegular() && filepath.Base(p.Dir) == p.Name {
		if f, _ := p.tree.ofPackage(p.Name, file); f != nil {
			refuse(file, "move it there", 1, `is not read: files of package "`+p.Name+`" are in the folder `+p.tree.Shown(p.Dir))
		}
	}
}

// First is the environment's own file, for the reader.
func (p *Package) First() string {
	if len(p.Files) == 0 {
		return p.tree.Shown(p.Dir)
	}
	return p.Files[0].Name
}

// Content returns the text of a file of the package by its name for the reader, nil for
// any other.
func (p *Package) Content(name string) []byte {
	for _, f := range p.Files {
		if f.Name == name {
			return f.Content
		}
	}
	return nil
}

// Parse makes new syntax: evaluation writes into it, so it is not shared. Imports that
// cannot be resolved are refused.
func (p *Package) Parse() ([]*ast.File, diag.List) {
	var parsed []*ast.File
	var found diag.List
	for _, f := range p.Files {
		file, bad := parse(f, p.Name)
		found = append(found, bad...)
		if file == nil || p.Name == EnvironmentPackage && !included(file) { // no tag switches a rule of the fleet off
			continue
		}
		parsed = append(parsed, file)
		found = append(found, p.foreign(file)...)
	}
	return parsed, found
}
