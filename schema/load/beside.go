package load

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/parser"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/shape"
)

// beside is one field of a package of the user's that stands beside the
// environments, held against a definition of the schema in the binary, in CUE
// files of a folder of its own. The same bounds hold as for an environment.
type beside struct {
	loader     *Loader
	dir        string // the folder, as the loader shows it
	pkg        string // the name of the package
	field      string // the field: that of the package's name, or another one
	definition string
	form       string       // how it is written, for whoever wrote it otherwise
	shape      *shape.Shape // of the definition, to find the name that was meant; nil where nothing has one
	files      []file
	module     *module
}

// beside reads the files. It is nil when there are none, or when an error is
// among the diagnostics.
func (l *Loader) beside(dir, pkg, field, definition, form string) (*beside, diag.List) {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	entries, err := l.reads().entries(dir)
	if err != nil {
		return nil, append(noFolder(dir, l.show(dir), err), l.outsideFolder(dir, pkg)...)
	}
	b := &beside{loader: l, dir: l.show(dir), pkg: pkg, field: field, definition: definition, form: form, module: l.module(dir)}
	found := b.gather(dir, entries)
	found = append(found, b.misplaced(dir, entries)...)
	if len(b.files) > 0 {
		syntax, bad := b.parse()
		found = append(found, bad...)
		if pkg == field { // the other fields of the package are read on their own
			found = append(found, misnamed(syntax, fieldsOf(pkg)...)...)
		}
		if field == policyField {
			found = append(found, idle(syntax)...)
		}
	}
	if len(b.files) == 0 || found.HasErrors() {
		return nil, found
	}
	return b, nil
}

// fieldsOf are the fields that dominoc reads in a package.
func fieldsOf(pkg string) []string {
	if pkg == policyField {
		return []string{policyField, "accept"}
	}
	return []string{pkg}
}

// noFolder is nil when there is nothing by that name. A link that leads nowhere is
// something, and so is a file: what was meant to be there would be missed.
func noFolder(dir, name string, err error) diag.List {
	if _, missing := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) && missing != nil {
		return nil
	}
	return diag.List{*unreadable(name, err)}
}

// misplaced are files that were meant for the package and are not read: CUE of other
// packages only, the package in YAML or JSON, and a file of it next to the folder.
func (b *beside) misplaced(dir string, entries []fs.DirEntry) diag.List {
	var found diag.List
	var other string
	for _, e := range entries {
		switch name := e.Name(); {
		case !e.IsDir() && isSource(name) && other == "":
			other = name
		case slices.Contains([]string{b.pkg + ".yaml", b.pkg + ".yml", b.pkg + ".json"}, name):
			d := trouble(b.loader.show(filepath.Join(dir, name)), "package-name", "is not read: package %q is written in CUE", b.pkg)
			d.Hint = "write it as " + b.pkg + ".cue"
			found = append(found, d)
		}
	}
	if len(b.files) == 0 && other != "" {
		d := trouble(b.loader.show(filepath.Join(dir, other)), "package-name", "is not a file of package %q, and no other file here is", b.pkg)
		d.Pos.Line, d.Pos.Column = 1, 1
		d.Hint = "begin it with: package " + b.pkg
		found = append(found, d)
	}
	return append(found, b.loader.outsideFolder(dir, b.pkg)...)
}

// outsideFolder refuses a file of the package next to its folder: environments/policy.cue
// in the place of environments/policy/policy.cue.
func (l *Loader) outsideFolder(dir, pkg string) diag.List {
	file := dir + ".cue"
	if filepath.Base(dir) != pkg {
		return nil
	}
	if info, err := l.reads().stat(file); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	if mine, _ := l.reads().ofPackage(file, l.show(file), pkg); !mine {
		return nil
	}
	d := trouble(l.show(file), "package-name", "is not read: files of package %q are in the folder %s", pkg, l.show(dir))
	d.Pos.Line, d.Pos.Column = 1, 1
	d.Hint = "move it there"
	return diag.List{d}
}

// gather reads the files of the package, and says which cannot be read.
func (b *beside) gather(dir string, entries []fs.DirEntry) diag.List {
	var found diag.List
	left := int64(maxBytes)
	for _, e := range entries {
		p := filepath.Join(dir, e.Name())
		content, bad := b.content(p, e, left)
		switch {
		case bad != nil:
			found = append(found, *bad)
		case content != nil:
			left -= int64(len(content))
			b.files = append(b.files, file{name: b.loader.show(p), content: content})
		}
	}
	return found
}

// content is that of a file of the package, nil for anything else. What has the
// package's name and is not of it is refused: what it says would be ignored in
// silence.
func (b *beside) content(path string, e fs.DirEntry, left int64) ([]byte, *diag.Diagnostic) {
	name := b.loader.show(path)
	if !isSource(e.Name()) {
		return nil, nil
	}
	mine, bad := b.loader.reads().ofPackage(path, name, b.pkg)
	switch {
	case bad != nil:
		return nil, bad
	case mine:
		return b.loader.reads().read(path, name, left)
	case e.Name() != b.pkg+".cue":
		return nil, nil
	}
	d := trouble(name, "package-name", "is not a file of package %q", b.pkg)
	d.Pos.Line, d.Pos.Column = 1, 1
	d.Hint = "begin it with: package " + b.pkg
	return nil, &d
}

// parse makes new syntax: evaluation writes into it.
func (b *beside) parse() ([]*ast.File, diag.List) {
	var all []*ast.File
	var found diag.List
	for _, f := range b.files {
		if d := unfitText(f); d != nil {
			found = append(found, *d)
			continue
		}
		syntax, err := parser.ParseFile(f.name, f.content)
		if err != nil {
			found = append(found, described(err, "syntax")...)
			continue
		}
		if d := tooDeep(f, syntax); d != nil {
			found = append(found, *d)
			continue
		}
		found = append(found, b.module.imports(syntax)...)
		all = append(all, syntax)
	}
	return all, found
}

// evaluated is the field as the definition completes it, with the given values
// filled in, handed to use. What CUE refuses is given at the user's lines. The
// deadline is that of an environment, once for every hundred environments that
// the values are of.
func (b *beside) evaluated(given map[string]any, environments int, use func(cue.Value) error) diag.List {
	defer b.loader.uncollected()()
	var err error
	limit := b.loader.deadline() * time.Duration(1+environments/100)
	halt := b.loader.guardedFor(limit, environments > 0, subject{b.module, b.files}, func() {
		var w *worker
		if w, err = b.loader.take(); err != nil {
			return
		}
		var v cue.Value
		if v, err = b.value(w, given); err == nil {
			err = use(v)
		}
		b.loader.give(w)
	})
	if halt != nil {
		return diag.List{{Severity: diag.Error, Code: halt.code, Pos: diag.Pos{File: b.files[0].name}, Message: halt.message, Hint: halt.hint}}
	}
	if err == nil {
		return nil
	}
	var single, ofRules diag.List
	for _, same := range byPath(err) {
		if path := same[0].Path(); len(path) > 1 && path[1] == ruleField {
			ofRules = append(ofRules, b.refused(same)...)
		} else {
			single = append(single, b.refused(same)...)
		}
	}
	if len(single) > 0 {
		return single.Sorted() // to a rule, what is wrong is as if it were missing
	}
	return ofRules.Sorted()
}

// byPath are the errors in groups of one path, in the order in which the paths
// are first met.
func byPath(err error) [][]errors.Error {
	var groups [][]errors.Error
	at := map[string]int{}
	for _, e := range errors.Errors(err) {
		path := strings.Join(e.Path(), "\x00")
		i, known := at[path]
		if !known {
			i = len(groups)
			at[path], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], e)
	}
	return groups
}

// refused is what is wrong at one path: a sentence of the schema's alone where
// there is one, else what CUE says.
func (b *beside) refused(same []errors.Error) diag.List {
	for _, e := range same {
		if message := said(e); message != "" {
			return diag.List{b.sentence(e.Path(), message)}
		}
	}
	var found diag.List
	for _, e := range same {
		found = append(found, b.inWordsOfCUE(e)...)
	}
	return found
}

// sentence is one of the schema's. That of a rule begins with the path that the
// user must change, and its own path has the code.
func (b *beside) sentence(labels []string, message string) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Error, Code: "invalid-value", Message: message}
	if len(labels) > 2 && labels[1] == ruleField {
		if path, rest, ok := cutPath(message); ok {
			d.Code, d.Message = unquoted(labels[2]), rest
			labels = append([]string{b.field}, path...)
		}
	}
	d.Path = strings.Join(labels, ".")
	d.Pos, _ = b.written(labels)
	return d
}

func unquoted(label string) string {
	if text, err := literal.Unquote(label); err == nil {
		return text
	}
	return label
}

// inWordsOfCUE is one error of CUE's, at the path that it is about.
func (b *beside) inWordsOfCUE(e errors.Error) diag.List {
	found := described(e, "")
	format, _ := e.Msg()
	for i := range found {
		d := &found[i]
		d.Path = strings.Join(e.Path(), ".")
		if at, exact := b.written(e.Path()); exact || !d.Pos.IsValid() {
			d.Pos, d.Notes = at, nil
		}
		if strings.HasPrefix(format, "reference ") {
			b.unresolved(d, e)
		}
		if strings.HasPrefix(format, "field not allowed") {
			d.Code, d.Message, d.Hint = "unknown-field", "there is no such field", b.meant(e.Path())
		}
		if strings.HasPrefix(format, "field is required but not present") {
			d.Code, d.Message, d.Hint = "missing-field", "missing, and it has no default", b.form
		}
	}
	return found
}

// unresolved points to the name that a reference has and nothing declares.
func (b *beside) unresolved(d *diag.Diagnostic, e errors.Error) {
	_, args := e.Msg()
	if len(args) == 0 {
		return
	}
	name, files := fmt.Sprint(args[0]), b.syntax()
	var at ast.Node
	for _, f := range files {
		ast.Walk(f, func(n ast.Node) bool {
			if i, ok := n.(*ast.Ident); ok && i.Name == name && at == nil {
				at = i
			}
			return at == nil
		}, nil)
	}
	if at != nil {
		d.Pos, d.End = span(at)
	}
	switch {
	case name == "plans" && b.pkg == policyField:
		d.Hint = "write plans: _ within policy"
	case name == schema.Package:
		d.Hint = "write above: import " + strconv.Quote(schema.ImportPath)
	case slices.Contains(standardPackages(), name):
		d.Hint = "write above: import " + strconv.Quote(name)
	default:
		top := topLevel(files)
		if near := diag.Nearest(name, append(slices.Sorted(maps.Keys(top.values)), "plans")); near != "" && b.pkg == policyField {
			d.Hint = "did you mean " + near + "?"
		}
	}
}

// standardPackages are packages of CUE whose import is easily forgotten.
func standardPackages() []string {
	return []string{"list", "strings", "net", "struct", "math", "regexp", "strconv", "time"}
}

func (b *beside) syntax() []*ast.File {
	files, _ := b.parse()
	return files
}

// meant is the hint for a field that there is not.
func (b *beside) meant(labels []string) string {
	last := len(labels) - 1
	if b.shape == nil || last < 1 {
		return b.form
	}
	if above, _ := b.shape.Lookup(labels[1:last]); above != nil {
		if near := diag.Nearest(labels[last], above.Members()); near != "" {
			return "did you mean " + near + "?"
		}
	}
	return b.form
}

func (b *beside) value(w *worker, given map[string]any) (cue.Value, error) {
	files, _ := b.parse() // reading has reported what is wrong
	users, err := b.imported(w, files)
	if err != nil {
		return cue.Value{}, err
	}
	inst := b.module.instance(b.dir, w.schema, users)
	for _, f := range append(files, b.binder()) {
		if err := inst.AddSyntax(f); err != nil {
			return cue.Value{}, err
		}
	}
	w.used++
	v := w.context.BuildInstance(inst)
	if !v.LookupPath(cue.MakePath(cue.Str(b.field))).Exists() { // a value that is filled in would hide why
		return cue.Value{}, v.Err()
	}
	for path, value := range given {
		v = v.FillPath(cue.MakePath(cue.Str(b.field), cue.Str(path)), value)
	}
	field := v.LookupPath(cue.MakePath(cue.Str(b.field)))
	if !field.Exists() {
		return field, v.Err()
	}
	return field, field.Validate(cue.Concrete(true), cue.Definitions(true))
}

// imported is what the files import as the schema.
func (b *beside) imported(w *worker, files []*ast.File) (*build.Instance, error) {
	if useOf(files, b.field, b.definition) == asConjunct {
		return opened([]string{b.definition}), nil
	}
	return w.whole()
}

// binder holds the field against the definition, so that no file can opt out.
func (b *beside) binder() *ast.File {
	spec := ast.NewImport(nil, boundPath)
	pkg := ast.NewIdent(schema.Package)
	pkg.Node = spec
	return &ast.File{
		Filename: binderName,
		Decls: []ast.Decl{
			&ast.Package{Name: ast.NewIdent(b.pkg)},
			&ast.ImportDecl{Specs: []*ast.ImportSpec{spec}},
			&ast.Field{Label: ast.NewIdent(b.field), Value: ast.NewSel(pkg, b.definition)},
		},
	}
}

// written is where the user wrote a path of CUE's, and whether it is written just
// so. A path that is not below the field is at the first file's first line.
func (b *beside) written(labels []string) (at diag.Pos, exact bool) {
	p := diag.Path{}
	for _, l := range labels[min(1, len(labels)):] {
		p = labelled(p, l)
	}
	return b.locator()(p), len(labels) > 0 && b.index().exact(p) != nil
}

func (b *beside) index() *index {
	files, _ := b.parse()
	return newIndexOf(files, b.field)
}

// locator knows where the user wrote a path below the field.
func (b *beside) locator() diag.Locator {
	x := b.index()
	return func(p diag.Path) diag.Pos {
		if e := x.nearest(p); e != nil {
			if at, _ := e.mark(); at.IsValid() {
				return at
			}
		}
		return diag.Pos{File: b.files[0].name, Line: 1, Column: 1}
	}
}
