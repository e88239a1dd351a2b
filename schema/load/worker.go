package load

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/guard"
	"github.com/dominoc/dominoc/schema/shape"
	"github.com/dominoc/dominoc/schema/syntax"
)

// renewal is how many packages a CUE context evaluates before it is replaced:
// contexts keep what they have evaluated, about 1 MiB for each environment, and a new
// one costs about an evaluation.
const renewal = 25

// swelling is how much more the process may hold after an evaluation for its context
// to be kept: it keeps the texts that were computed in it too.
const swelling = 64 << 20

// worker evaluates, one environment at a time: a CUE context with the schema
// compiled once.
//
// What a file imports as the schema is not the copy that the file is checked
// against. CUE drops the second of two identical conjuncts, and with it the
// refusal of unknown fields where the first one was embedded; and most files
// only say that they are an #Environment, which costs an evaluation and adds
// nothing to the check.
type worker struct {
	context *cue.Context
	schema  *build.Instance // what environments are checked against
	open    *build.Instance // what a file imports that names only the definition it is checked against
	full    *build.Instance // what any other file imports; nil until needed
	used    int             // evaluations
	before  uint64          // what the process held when the worker was taken

	// What broken environments need; made when the first is met.
	alone    *worker                    // evaluates the user's files without the schema
	shapes   map[*shape.Shape]cue.Value // the schema at a shape
	verdicts map[verdict]error          // why it refuses a literal there; nil where it accepts
}

// verdict is a literal at a shape, as CUE writes it. A fleet has the same values over
// and over.
type verdict struct {
	shape   *shape.Shape
	literal string
}

func newWorker() (*worker, error) {
	bound, err := compiled()
	if err != nil {
		return nil, err
	}
	return &worker{context: cuecontext.New(), schema: bound, open: opened([]string{shape.Environment, shape.GitOps, shape.Quotas, shape.Acceptances, policies.definition})}, nil
}

// renewed is a worker with a new context. What is parsed stays.
func (w *worker) renewed() *worker {
	return &worker{context: cuecontext.New(), schema: w.schema, open: w.open, full: w.full}
}

// compiled is the schema of the binary as a package.
func compiled() (*build.Instance, error) {
	files := schema.Files()
	inst := build.NewContext().NewInstance(schema.ImportPath, nil)
	inst.ImportPath = schema.ImportPath
	parsed := make([]*ast.File, len(files))
	failures := make([]error, len(files))
	var parsing sync.WaitGroup
	for i, f := range files { // at once: nothing else can be done before they are parsed
		parsing.Go(func() { parsed[i], failures[i] = parser.ParseFile(schema.Module+"/"+f.Name, f.Content) })
	}
	parsing.Wait()
	if err := errors.Join(failures...); err != nil {
		return nil, fmt.Errorf("the schema in this binary does not parse: %w", err)
	}
	for _, syntax := range parsed {
		if err := inst.AddSyntax(syntax); err != nil {
			return nil, fmt.Errorf("the schema in this binary is broken: %w", err)
		}
	}
	return inst, nil
}

// opened is a package in which every definition is open.
func opened(definitions []string) *build.Instance {
	file := &ast.File{Decls: []ast.Decl{&ast.Package{Name: ast.NewIdent(schema.Package)}}}
	for _, name := range definitions {
		file.Decls = append(file.Decls, &ast.Field{Label: ast.NewIdent(name), Value: ast.NewIdent("_")})
	}
	inst := build.NewContext().NewInstance(schema.ImportPath, nil)
	inst.ImportPath, inst.PkgName = schema.ImportPath, schema.Package
	inst.Files = append(inst.Files, file)
	return inst
}

// boundPath is how the binder imports the schema. No file of the user's can: it
// is of another module.
const boundPath = "dominoc.dev/schema/" + schema.Package

// binder is the file that dominoc adds to the user's, so that none can opt out:
//
//	package environment
//	import "dominoc.dev/schema/v1alpha1"
//	environment: v1alpha1.#Environment
func (c contract) binder() *ast.File {
	spec := ast.NewImport(nil, boundPath)
	pkg := ast.NewIdent(schema.Package)
	pkg.Node = spec
	return c.file(ast.NewSel(pkg, c.definition), &ast.ImportDecl{Specs: []*ast.ImportSpec{spec}})
}

// file is a file of the package in which the field has a value.
func (c contract) file(value ast.Expr, imports ...ast.Decl) *ast.File {
	decls := append([]ast.Decl{&ast.Package{Name: ast.NewIdent(c.pkg)}}, imports...)
	return &ast.File{Decls: append(decls, &ast.Field{Label: ast.NewIdent(c.field), Value: value})}
}

// take returns an idle worker or a new one.
func (l *Loader) take() (*worker, error) {
	var w *worker
	l.mu.Lock()
	if n := len(l.idle); n > 0 {
		w, l.idle = l.idle[n-1], l.idle[:n-1]
	}
	l.mu.Unlock()
	if w == nil {
		var err error
		if w, err = newWorker(); err != nil { // without the lock: it parses the schema
			return nil, err
		}
	}
	w.before = guard.Held()
	return w, nil
}

// give returns a worker to the idle ones, with a new context if its own is used up.
func (l *Loader) give(w *worker) {
	if w.used >= renewal || guard.Held() > w.before+swelling {
		w = w.renewed()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.idle = append(l.idle, w)
}

// evaluate builds the files as one package, in which users is the schema that
// they import. The value is that of the field that is checked, with that of the
// whole package for what it says about errors.
func (w *worker) evaluate(files []*ast.File, s *Source, users *build.Instance) (field, pkg cue.Value) {
	inst := s.Instance(map[string]*build.Instance{boundPath: w.schema, schema.ImportPath: users})
	for _, f := range files {
		if err := inst.AddSyntax(f); err != nil {
			break // reported by BuildInstance
		}
	}
	w.used++
	pkg = w.context.BuildInstance(inst)
	return pkg.LookupPath(cue.MakePath(cue.Str(s.of.field))), pkg
}

// schemaValue is the compiled schema.
func (w *worker) schemaValue() cue.Value { return w.context.BuildInstance(w.schema) }

// user returns a worker whose schema is open: it evaluates the user's files alone.
func (w *worker) user() *worker {
	if w.alone == nil {
		w.alone = &worker{context: cuecontext.New(), open: opened(shape.Read().Definitions)}
	}
	return w.alone
}

// verdict returns why the schema refuses a scalar at a shape, nil if it accepts.
func (w *worker) verdict(x ast.Expr, s *shape.Shape) error {
	of := verdict{s, syntax.Written(x)}
	said, known := w.verdicts[of]
	if known {
		return said
	}
	if w.verdicts == nil {
		w.verdicts, w.shapes = map[verdict]error{}, map[*shape.Shape]cue.Value{}
	}
	v := w.context.BuildExpr(x)
	if said = v.Err(); said == nil {
		at, known := w.shapes[s]
		if !known {
			at = w.schemaValue().LookupPath(cue.MakePath(schemaPath(s)...))
			w.shapes[s] = at
		}
		said = at.Unify(v).Err()
	}
	w.verdicts[of] = said
	return said
}

// schemaPath is where a shape is in the compiled schema.
func schemaPath(s *shape.Shape) []cue.Selector {
	var all []cue.Selector
	for label := range strings.SplitSeq(s.Path, ".") {
		name := strings.TrimRight(label, "!?")
		switch {
		case label == shape.AnyName:
			all = append(all, cue.AnyString)
		case label == shape.AnyIndex:
			all = append(all, cue.AnyIndex)
		case strings.HasPrefix(label, "#"):
			all = append(all, cue.Def(label))
		case strings.HasSuffix(label, "!"):
			all = append(all, cue.Str(name).Required())
		case strings.HasSuffix(label, "?"):
			all = append(all, cue.Str(name).Optional())
		default:
			all = append(all, cue.Str(label))
		}
	}
	return all
}

// whole is the schema for files that use more of it than #Environment.
func (w *worker) whole() (*build.Instance, error) {
	if w.full != nil {
		return w.full, nil
	}
	full, err := compiled()
	w.full = full
	return full, err
}
