package load

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
)

// module resolves the imports of one environment: the schema comes from the
// binary, the standard library from CUE, packages of the user's own module
// from its folder. Nothing is fetched.
type module struct {
	loader *Loader
	root   string // folder with cue.mod, or ""
	name   string // its module path without the version, or ""
}

func (l *Loader) module(dir string) *module {
	m := &module{loader: l, root: above(dir, "cue.mod", l.reads().boundary(dir, dir))}
	if m.root != "" {
		m.name = l.reads().moduleName(filepath.Join(m.root, "cue.mod", "module.cue"))
	}
	return m
}

// moduleName is the module's path, which is read once; a file that says none gives "".
func (r *repositories) moduleName(path string) string {
	r.mu.Lock()
	name, known := r.modules[path]
	if !known {
		name = sync.OnceValue(func() string { return r.readModuleName(path) })
		r.modules[path] = name
	}
	r.mu.Unlock()
	return name()
}

func (r *repositories) readModuleName(path string) string {
	content, bad := r.read(path, path, maxBytes)
	if bad != nil || unfitText(file{name: path, content: content}) != nil {
		return ""
	}
	module, err := parser.ParseFile(path, content)
	if err != nil {
		return ""
	}
	for _, d := range module.Decls {
		if f, ok := d.(*ast.Field); ok && syntax.Label(f.Label) == "module" {
			name, _, _ := strings.Cut(syntax.Text(f.Value), "@")
			return name
		}
	}
	return ""
}

// instance is a new package whose imports are resolved by m: the binder's is
// bound, the user's own of the schema is users.
func (m *module) instance(dir string, bound, users *build.Instance) *build.Instance {
	var open []string // imports that are being loaded
	var load build.LoadFunc
	context := build.NewContext()
	load = func(pos token.Pos, name string) *build.Instance {
		switch {
		case name == boundPath:
			return bound
		case name == schema.ImportPath:
			return users
		case !m.own(name):
			return nil
		}
		if slices.Contains(open, name) {
			return failed(context, pos, "import cycle: %s", strings.Join(append(open, name), " imports "))
		}
		open = append(open, name)
		defer func() { open = open[:len(open)-1] }()
		return m.pkg(context, load, pos, name)
	}
	inst := context.NewInstance(dir, load)
	inst.CanonicalImportPath = canonical
	return inst
}

func failed(c *build.Context, pos token.Pos, format string, args ...any) *build.Instance {
	inst := c.NewInstance("", nil)
	inst.Err = errors.Newf(pos, format, args...)
	return inst
}

// pkg loads a package of the user's own module.
func (m *module) pkg(c *build.Context, load build.LoadFunc, pos token.Pos, name string) *build.Instance {
	dir, candidates, err := m.sources(name)
	inst := c.NewInstance(dir, load)
	inst.CanonicalImportPath = canonical
	switch {
	case errors.Is(err, errOutside):
		return failed(c, pos, "package %q %v", name, errOutside)
	case err != nil:
		return failed(c, pos, "package %q is not in %s", name, m.loader.show(dir))
	}
	for _, candidate := range candidates {
		f, bad := candidate.read()
		if bad != nil {
			return failed(c, pos, "%s: %s", candidate.name, bad.Message)
		}
		if f == nil { // of another package
			continue
		}
		if err := add(inst, *f); err != nil {
			return failed(c, pos, "%s: %v", candidate.name, err)
		}
	}
	if len(inst.Files) == 0 {
		return failed(c, pos, "no file of package %s in %s", ast.ParseImportPath(name).Qualifier, m.loader.show(dir))
	}
	inst.ImportPath = name
	if err := inst.Complete(); err != nil && inst.Err == nil {
		inst.Err = errors.Promote(err, "")
	}
	return inst
}

// sources are the files in the folder of a package that can be of it.
func (m *module) sources(name string) (dir string, candidates []sharedFile, err error) {
	p := ast.ParseImportPath(name)
	dir = filepath.Join(m.root, filepath.FromSlash(strings.TrimPrefix(p.Path, m.name)))
	entries, err := m.loader.reads().entries(dir)
	if err != nil {
		return dir, nil, err
	}
	return dir, m.loader.candidates(dir, entries, p.Qualifier), nil
}

func add(inst *build.Instance, f file) error {
	if bad := unfitText(f); bad != nil {
		return errors.New(bad.Message)
	}
	syntax, err := parser.ParseFile(f.name, f.content)
	if err != nil {
		return err
	}
	if bad := tooDeep(f, syntax); bad != nil {
		return errors.New(bad.Message)
	}
	return inst.AddSyntax(syntax)
}

// own says whether an import lies in the user's module.
func (m *module) own(name string) bool {
	p := ast.ParseImportPath(name)
	return m.name != "" && (p.Path == m.name || strings.HasPrefix(p.Path, m.name+"/")) && cleaned(p.Path)
}

// canonical makes one name of the ways to write the schema's import path.
func canonical(name string) string {
	p := ast.ParseImportPath(name)
	if p.Path == schema.ImportPath && (p.Version == "" || p.Version == schema.MajorVersion) && p.Qualifier == schema.Package {
		return schema.ImportPath
	}
	return name
}

// imports refuses what cannot be resolved here, at the import's own line.
func (m *module) imports(f *ast.File) diag.List {
	var found diag.List
	for spec := range f.ImportSpecs() {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil || canonical(name) == schema.ImportPath || m.own(name) {
			continue
		}
		if host, _, _ := strings.Cut(name, "/"); !strings.Contains(host, ".") {
			continue // of the standard library; CUE names an unknown one
		}
		found = append(found, m.foreign(spec, name))
	}
	return found
}

func (m *module) foreign(spec *ast.ImportSpec, name string) diag.Diagnostic {
	d := diag.Diagnostic{
		Severity: diag.Error, Code: "import",
		Message: fmt.Sprintf("import %q is of another module, and dominoc fetches nothing", name),
		Hint:    "copy what you need into a file of package environment in a parent folder, or into a package of your own module",
	}
	d.Pos, d.End = span(spec.Path)
	if n := diag.Nearest(ast.ParseImportPath(name).Path, []string{schema.ImportPath}); n != "" {
		d.Hint = fmt.Sprintf("did you mean %q?", n)
	}
	return d
}

// cleaned says whether a path has no dots in it that lead elsewhere.
func cleaned(p string) bool { return path.Clean(p) == p }
