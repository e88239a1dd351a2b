package load

import (
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Check evaluates the files and checks them against #Environment of the schema
// in the binary. The environment is complete, with all defaults, and nil when
// there is an error among the diagnostics.
func (s *Source) Check() (*v1alpha1.Environment, diag.List) {
	var env *v1alpha1.Environment
	var found diag.List
	var bug error
	halt := s.loader.guarded(func() {
		w, err := s.loader.take()
		if err != nil {
			bug = err
			return
		}
		env, found = s.check(w)
		s.loader.give(w)
	})
	switch {
	case halt != nil:
		return nil, diag.List{s.halted(halt)}
	case bug != nil:
		return nil, diag.List{s.halted(&stop{code: "internal", message: bug.Error(), hint: "this is a bug of dominoc: please report it"})}
	case found.HasErrors():
		return nil, found.Sorted()
	}
	return env, found.Sorted()
}

// check is the good case: one evaluation, no walk.
func (s *Source) check(w *worker) (*v1alpha1.Environment, diag.List) {
	value := w.evaluate(append(s.syntax(), binder()), s.folder.Dir, s.module).LookupPath(cue.MakePath(cue.Str(Package)))
	err := value.Err()
	if err == nil {
		err = value.Validate(cue.Concrete(true), cue.Definitions(true))
	}
	if err != nil {
		return nil, s.explain(w, value, err)
	}
	var env v1alpha1.Environment
	if err := value.Decode(&env); err != nil {
		return nil, s.explain(w, value, err)
	}
	return &env, nil
}

// explain finds every mistake in files that do not pass.
func (s *Source) explain(w *worker, whole cue.Value, raw error) diag.List {
	known, err := theShape()
	if err != nil {
		return diag.List{s.halted(&stop{code: "internal", message: err.Error()})}
	}
	stub, err := newStub(known.definitions)
	if err != nil {
		return diag.List{s.halted(&stop{code: "internal", message: err.Error()})}
	}
	e := &examination{source: s, worker: w, root: known.root, whole: whole, known: map[string]bool{}}
	if !e.user(stub.evaluate(s.syntax(), s.folder.Dir, s.module)) {
		return e.found
	}
	data := e.value(e.data, known.root, nil)
	e.rules(data)
	if !e.found.HasErrors() {
		e.raw(raw)
	}
	return e.found
}

// examination gathers the mistakes of one environment.
type examination struct {
	source *Source
	worker *worker
	root   *shape
	whole  cue.Value // with the schema: gives what the user's files take from it
	data   cue.Value // without the schema: what the user wrote
	schema cue.Value
	found  diag.List
	faulty []diag.Path     // paths that are already reported
	known  map[string]bool // the same, by key
}

// user takes the value of the user's own files. It is false when nothing can
// be said about an environment in them.
func (e *examination) user(pkg cue.Value) bool {
	e.schema = e.worker.schemaValue()
	e.data = pkg.LookupPath(cue.MakePath(cue.Str(Package)))
	if e.data.Exists() {
		return true
	}
	if err := pkg.Err(); err != nil {
		e.found = append(e.found, e.source.described(err, "evaluation")...)
		return false
	}
	d := trouble(e.source.name(), "no-environment", "has no field environment")
	d.Pos.Line, d.Pos.Column = 1, 1
	d.Hint = "write: environment: v1alpha1.#Environment & {…}"
	e.found = append(e.found, d)
	return false
}

// at reports a mistake at a path, once for each path.
func (e *examination) at(p diag.Path, code, message, hint string, notes ...diag.Note) {
	if e.known[key(p)] {
		return
	}
	e.mark(p)
	d := diag.Diagnostic{Severity: diag.Error, Code: code, Path: p.String(), Message: message, Hint: hint, Notes: notes}
	d.Pos, d.End = e.source.place(p)
	e.found = append(e.found, d)
}

// mark keeps later passes from reporting a path again.
func (e *examination) mark(p diag.Path) {
	e.known[key(p)] = true
	e.faulty = append(e.faulty, p)
}

// theShape is read once in a process: it is the binary's.
var theShape = sync.OnceValues(readSchema)

// schemaValue is the compiled schema.
func (w *worker) schemaValue() cue.Value { return w.context.BuildInstance(w.schema) }

// enclosed is a file that holds nothing but checked data as the environment.
func enclosed(data ast.Expr) *ast.File {
	return &ast.File{
		Filename: checkedName,
		Decls: []ast.Decl{
			&ast.Package{Name: ast.NewIdent(Package)},
			&ast.Field{Label: ast.NewIdent(Package), Value: data},
		},
	}
}
