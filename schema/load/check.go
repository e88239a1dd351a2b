package load

import (
	"fmt"
	"reflect"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/guard"
	"github.com/dominoc/dominoc/schema/shape"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// check evaluates the files of an environment and checks them against #Environment of the
// schema in the binary. The environment is complete, with all defaults, and nil when
// there is an error among the diagnostics.
func (s *Source) check() (*v1alpha1.Environment, diag.List) {
	var env v1alpha1.Environment
	if found := s.checkInto(request{into: &env}); found.HasErrors() {
		return nil, found
	}
	return &env, nil
}

// A request is where to decode the field, and what dominoc adds to it.
type request struct {
	into  any            // a pointer
	path  cue.Path       // of what is decoded in the field; empty for all of it
	given map[string]any // fields of the field that the user leaves to dominoc
	size  int            // how many environments given has
}

// checkInto evaluates the files, checks them against their contract and decodes the
// field.
func (s *Source) checkInto(r request) diag.List {
	defer s.loader.Uncollected()()
	var found diag.List
	if halt := s.guarded(r.size, func() {
		w, err := s.loader.take()
		if err != nil {
			found = s.bug(err)
			return
		}
		found = s.examine(w, r)
		s.loader.give(w)
	}); halt != nil {
		return halt
	}
	return s.capped(found.Sorted())
}

// maxFound is how many mistakes of one environment are reported.
const maxFound = 100

// capped keeps the first of a great many mistakes.
func (s *Source) capped(l diag.List) diag.List {
	if len(l) <= maxFound {
		return l
	}
	more := words.CountOf(len(l)-maxFound, "more mistake is", "more mistakes are") + " not shown"
	return append(l[:maxFound:maxFound], diag.Diagnostic{Severity: diag.Error, Code: "too-many", Pos: l[maxFound-1].Pos, Message: more})
}

// examine is the good case: one evaluation, no walk.
func (s *Source) examine(w *worker, r request) diag.List {
	files, refused := s.parsed(), false
	if use := useOf(files, s.of); use != anyUse {
		open := s.accept(w, files, w.open, r)
		switch {
		case open.err == nil:
			return s.sized(r)
		case use == asConjunct:
			return s.explain(w, func() outcome { return open })
		}
		refused = open.contradicts() && onlyNarrows(files)
		files = s.parsed()
	}
	schema, err := w.whole()
	if err != nil {
		return s.bug(err)
	}
	full := sync.OnceValue(func() outcome { return s.accept(w, files, schema, r) })
	if !refused && full().err == nil {
		return s.sized(r)
	}
	return s.explain(w, full)
}

// outcome is what became of an evaluation: no error where the field is decoded.
type outcome struct {
	whole cue.Value // the field
	pkg   cue.Value
	err   error
}

// contradicts reports whether something in the environment can have no value, whatever
// else is added. Rules do not count: a value that is still open may break one that the
// complete value satisfies.
func (o outcome) contradicts() bool { return o.whole.Exists() && o.whole.Validate() != nil }

// sized refuses a value that is larger than its files may be: it is kept, planned and
// printed, which the guard does not bound.
func (s *Source) sized(r request) diag.List {
	most := source.MaxBytes * guard.Share(r.size)
	if textIn(reflect.ValueOf(r.into)) <= most {
		return nil
	}
	return diag.List{{
		Severity: diag.Error, Code: "environment-too-large", Pos: s.start(),
		Message: fmt.Sprintf("the texts of an environment may have %d KiB together", most>>10),
		Hint:    "look for texts that are computed",
	}}
}

// textIn is how many bytes of text a value holds.
func textIn(v reflect.Value) int {
	n := 0
	switch v.Kind() {
	case reflect.String:
		return v.Len()
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return textIn(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n += textIn(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			n += textIn(v.Index(i))
		}
	case reflect.Map:
		for entry := v.MapRange(); entry.Next(); {
			n += textIn(entry.Key()) + textIn(entry.Value())
		}
	}
	return n
}

// accept evaluates files that import users as the schema, and decodes what is
// complete and right.
func (s *Source) accept(w *worker, files []*ast.File, users *build.Instance, r request) outcome {
	whole, pkg := w.evaluate(append(files, s.of.binder()), s, users)
	if !whole.Exists() {
		return outcome{whole, pkg, pkg.Err()}
	}
	if len(r.given) > 0 {
		for name, value := range r.given {
			pkg = pkg.FillPath(cue.MakePath(cue.Str(s.of.field), cue.Str(name)), value)
		}
		whole = pkg.LookupPath(cue.MakePath(cue.Str(s.of.field)))
	}
	if err := whole.Validate(cue.Concrete(true), cue.Definitions(true)); err != nil {
		return outcome{whole, pkg, err}
	}
	return outcome{whole, pkg, decode(whole.LookupPath(r.path), r.into)}
}

// explain finds every mistake in files that do not pass. with is their evaluation with
// the schema that they import, which few mistakes need.
func (s *Source) explain(w *worker, with func() outcome) diag.List {
	root := s.of.shape()
	if root == nil {
		return s.inWordsOfCUE(with().err)
	}
	e := &examination{source: s, worker: w, root: root, with: with, schema: w.schemaValue(), known: map[string]bool{}}
	alone := w.user()
	data, pkg := alone.evaluate(s.parsed(), s, alone.open)
	switch {
	case data.Exists():
		e.rules(e.value(data, root, nil))
	case pkg.Err() != nil || s.of.field == source.EnvironmentPackage:
		return s.absent(pkg)
	default:
		e.missing(root, nil, nil)
	}
	if !e.found.HasErrors() {
		e.raw(with().err)
	}
	return e.found
}

// absent says why there is no field in the files.
func (s *Source) absent(pkg cue.Value) diag.List {
	if err := pkg.Err(); err != nil {
		if s.of.field != source.EnvironmentPackage {
			return s.inWordsOfCUE(err)
		}
		return s.described(err)
	}
	return diag.List{{
		Severity: diag.Error, Code: "no-environment", Pos: s.start(),
		Message: "has no field environment", Hint: "write: environment: v1alpha1.#Environment & {…}",
	}}
}

func (s *Source) bug(err error) diag.List {
	return diag.List{{
		Severity: diag.Error, Code: "internal", Pos: diag.Pos{File: s.First()},
		Message: err.Error(), Hint: "this is a bug of dominoc: please report it",
	}}
}

// examination gathers the mistakes of one environment.
type examination struct {
	source *Source
	worker *worker
	root   *shape.Shape
	with   func() outcome // the environment with the schema
	schema cue.Value
	found  diag.List
	beyond bool            // an error outside of the environment is reported
	cyclic bool            // a cycle is reported
	faulty []diag.Path     // paths that are already reported
	known  map[string]bool // the same, by key
}

// at reports a mistake at a path, once for each path.
func (e *examination) at(p diag.Path, code, message, hint string, notes ...diag.Note) {
	if !e.known[p.String()] {
		e.mark(p)
		e.report(p, code, message, hint, notes...)
	}
}

// report is at for a path of which several rules may complain.
func (e *examination) report(p diag.Path, code, message, hint string, notes ...diag.Note) {
	d := diag.Diagnostic{Severity: diag.Error, Code: code, Path: e.source.of.path(p), Message: message, Hint: hint, Notes: notes}
	d.Pos, d.End = e.source.place(p)
	e.found = append(e.found, d)
}

// mark keeps later passes from reporting a path again.
func (e *examination) mark(p diag.Path) {
	e.known[p.String()] = true
	e.faulty = append(e.faulty, p)
}
