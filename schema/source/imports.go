package source

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
)

// module resolves imports: the standard library comes from CUE, packages of the user's
// own module from its folder, and the schema from the caller. Nothing is fetched.
type module struct {
	files *Tree
	root  string // folder with cue.mod, or ""
	path  string // without the version, or ""
}

func (t *Tree) module(dir string) module {
	m := module{files: t, root: t.above(dir, "cue.mod", t.boundary(dir, dir))}
	if m.root != "" {
		file := filepath.Join(m.root, "cue.mod", "module.cue")
		m.path = t.modules.of(file, func() string { return t.modulePath(file) })
	}
	return m
}

// modulePath is what a module.cue states; "" where it states nothing.
func (t *Tree) modulePath(file string) string {
	content, bad := t.read(file, file, MaxBytes)
	if bad != nil || unfitText(File{file, content}) != nil {
		return ""
	}
	parsed, err := parser.ParseFile(file, content)
	if err != nil {
		return ""
	}
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.Field); ok && syntax.Label(f.Label) == "module" {
			name, _, _ := strings.Cut(syntax.Text(f.Value), "@")
			return name
		}
	}
	return ""
}

// Instance returns a new CUE package for these files, without them. Its imports are
// resolved by what is known, by their path, and then by the user's module.
func (p *Package) Instance(known map[string]*build.Instance) *build.Instance {
	var open []string // imports that are being loaded
	context := build.NewContext()
	var load build.LoadFunc
	load = func(pos token.Pos, name string) *build.Instance {
		switch inst, is := known[name]; {
		case is:
			return inst
		case !p.owns(name):
			return nil
		}
		if slices.Contains(open, name) {
			return failed(context, pos, "import cycle: %s", strings.Join(append(open, name), " imports "))
		}
		open = append(open, name)
		defer func() { open = open[:len(open)-1] }()
		return p.imported(context, load, pos, name)
	}
	inst := context.NewInstance(p.Dir, load)
	inst.CanonicalImportPath = canonical
	return inst
}

func failed(c *build.Context, pos token.Pos, format string, args ...any) *build.Instance {
	inst := c.NewInstance("", nil)
	inst.Err = errors.Newf(pos, format, args...)
	return inst
}

// imported loads a package of the user's module.
func (m module) imported(c *build.Context, load build.LoadFunc, pos token.Pos, name string) *build.Instance {
	dir, files, unread, err := m.sources(name)
	switch {
	case errors.Is(err, ErrOutside):
		return failed(c, pos, "package %q %v", name, ErrOutside)
	case err != nil:
		return failed(c, pos, "package %q is not in %s", name, m.files.Shown(dir))
	case len(unread) > 0:
		return failed(c, pos, "%s: %s", unread[0].Pos.File, unread[0].Message)
	case len(files) == 0:
		return failed(c, pos, "no file of package %s in %s", ast.ParseImportPath(name).Qualifier, m.files.Shown(dir))
	}
	inst := c.NewInstance(dir, load)
	inst.CanonicalImportPath = canonical
	for _, f := range files {
		parsed, bad := parse(f, ast.ParseImportPath(name).Qualifier)
		if len(bad) > 0 {
			return failed(c, pos, "%s: %s", f.Name, bad[0].Message)
		}
		if err := inst.AddSyntax(parsed); err != nil {
			return failed(c, pos, "%s: %v", f.Name, err)
		}
	}
	inst.ImportPath = name
	if err := inst.Complete(); err != nil && inst.Err == nil {
		inst.Err = errors.Promote(err, "")
	}
	return inst
}

// sources are the files of a package in its folder, and what is wrong with those that
// could not be read.
func (m module) sources(name string) (dir string, files []File, unread diag.List, err error) {
	p := ast.ParseImportPath(name)
	dir = filepath.Join(m.root, filepath.FromSlash(strings.TrimPrefix(p.Path, m.path)))
	entries, err := m.files.entries(dir)
	if err != nil {
		return dir, nil, nil, err
	}
	for _, candidate := range m.files.members(p.Qualifier, dir, entries) {
		f, bad := candidate.read()
		switch {
		case bad != nil:
			unread = append(unread, *bad)
		case f != nil:
			files = append(files, *f)
		}
	}
	return dir, files, unread, nil
}

// owns reports whether an import lies in the user's module. Its path has no dots that
// lead elsewhere.
func (m module) owns(name string) bool {
	p := ast.ParseImportPath(name).Path
	return m.path != "" && (p == m.path || strings.HasPrefix(p, m.path+"/")) && path.Clean(p) == p
}

// canonical returns the one name of all forms of the schema's import path.
func canonical(name string) string {
	if p := ast.ParseImportPath(name); p.Path == schema.ImportPath && (p.Version == "" || p.Version == schema.MajorVersion) && p.Qualifier == schema.Package {
		return schema.ImportPath
	}
	return name
}

// IsSchema reports whether an import is of the schema.
func IsSchema(name string) bool { return canonical(name) == schema.ImportPath }

// foreign refuses the imports of a file that cannot be resolved here.
func (m module) foreign(f *ast.File) diag.List {
	var found diag.List
	for spec := range f.ImportSpecs() {
		name := syntax.Text(spec.Path)
		host, _, _ := strings.Cut(name, "/")
		if IsSchema(name) || m.owns(name) || !strings.Contains(host, ".") { // CUE names what is not in the standard library
			continue
		}
		d := diag.Diagnostic{
			Severity: diag.Error, Code: "import",
			Message: fmt.Sprintf("import %q is of another module, and dominoc fetches nothing", name),
			Hint:    "copy what you need into a file of package environment in a parent folder, or into a package of your own module",
		}
		d.Pos, d.End = syntax.Span(spec.Path)
		if n := diag.Nearest(ast.ParseImportPath(name).Path, []string{schema.ImportPath}); n != "" {
			d.Hint = fmt.Sprintf("did you mean %q?", n)
		}
		found = append(found, d)
	}
	return found
}
