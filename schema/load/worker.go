package load

import (
	"fmt"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"

	"github.com/dominoc/dominoc/schema"
)

// renewal is how many environments a CUE context evaluates before it is
// replaced: contexts keep what they have seen, and a new one costs about two
// environments.
const renewal = 50

// worker evaluates, one environment at a time: a CUE context with the schema
// compiled once.
type worker struct {
	context *cue.Context
	schema  *build.Instance
	used    int
}

func newWorker() (*worker, error) {
	files, err := schema.Files()
	if err != nil {
		return nil, err
	}
	w := &worker{context: cuecontext.New()}
	w.schema = build.NewContext().NewInstance(schema.ImportPath, nil)
	for _, f := range files {
		syntax, err := parser.ParseFile(schema.Module+"/"+f.Name, f.Content)
		if err != nil {
			return nil, fmt.Errorf("the schema in this binary does not parse: %w", err)
		}
		if err := w.schema.AddSyntax(syntax); err != nil {
			return nil, fmt.Errorf("the schema in this binary is broken: %w", err)
		}
	}
	w.schema.ImportPath = schema.ImportPath
	return w, nil
}

// newStub is a worker whose schema says nothing: every definition is open. It
// shows what the user's files alone are.
func newStub(names []string) (*worker, error) {
	w := &worker{context: cuecontext.New()}
	w.schema = build.NewContext().NewInstance(schema.ImportPath, nil)
	file := &ast.File{Filename: "stub", Decls: []ast.Decl{&ast.Package{Name: ast.NewIdent(schema.Package)}}}
	for _, name := range names {
		file.Decls = append(file.Decls, &ast.Field{Label: ast.NewIdent(name), Value: ast.NewIdent("_")})
	}
	if err := w.schema.AddSyntax(file); err != nil {
		return nil, err
	}
	w.schema.ImportPath = schema.ImportPath
	return w, nil
}

// Names of the files that dominoc makes itself; they are shown to nobody.
const (
	binderName  = "dominoc:binder"
	checkedName = "dominoc:checked"
)

// binder is the file that dominoc adds to each environment:
//
//	package environment
//	import "github.com/dominoc/dominoc/schema/v1alpha1"
//	environment: v1alpha1.#Environment
func binder() *ast.File {
	spec := ast.NewImport(nil, schema.ImportPath)
	pkg := ast.NewIdent(schema.Package)
	pkg.Node = spec
	return &ast.File{
		Filename: binderName,
		Decls: []ast.Decl{
			&ast.Package{Name: ast.NewIdent(Package)},
			&ast.ImportDecl{Specs: []*ast.ImportSpec{spec}},
			&ast.Field{Label: ast.NewIdent(Package), Value: ast.NewSel(pkg, "#Environment")},
		},
	}
}

// take gives an idle worker or a new one.
func (l *Loader) take() (*worker, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.idle); n > 0 {
		w := l.idle[n-1]
		l.idle = l.idle[:n-1]
		return w, nil
	}
	return newWorker()
}

// give takes a worker back, unless it is used up.
func (l *Loader) give(w *worker) {
	w.used++
	if w.used >= renewal {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.idle = append(l.idle, w)
}

// evaluate builds the files as one package with the worker's schema. The value
// is that of the package.
func (w *worker) evaluate(files []*ast.File, dir string, m *module) cue.Value {
	inst := m.instance(dir, w.schema)
	for _, f := range files {
		if err := inst.AddSyntax(f); err != nil {
			break // reported by BuildInstance
		}
	}
	return w.context.BuildInstance(inst)
}
