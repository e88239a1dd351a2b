package load

import (
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema"
)

// reader makes shapes of the schema's syntax.
type reader struct {
	defs map[string]*ast.Field
}

// known is what the binary's schema says.
type known struct {
	root        *shape // of an environment
	gitOps      *shape
	definitions []string
	content     map[string][]byte // of the files, by name
}

// readSchema is the shapes of an environment and of what is said of GitOps. The schema is ours and its shapes
// are not recursive, so that this ends.
func readSchema() (*known, error) {
	files, err := schema.Files()
	if err != nil {
		return nil, err
	}
	r := &reader{defs: map[string]*ast.Field{}}
	k := &known{content: map[string][]byte{}}
	for _, f := range files {
		k.content[schema.Module+"/"+f.Name] = f.Content
		syntax, err := parser.ParseFile(schema.Module+"/"+f.Name, f.Content, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range syntax.Decls {
			k.definitions = r.define(k.definitions, d)
		}
	}
	k.root = r.expr(ast.NewIdent(rootShape), []cue.Selector{cue.Def(environment)})
	k.gitOps = r.expr(ast.NewIdent(gitOpsShape), []cue.Selector{cue.Def(gitOps)})
	return k, nil
}

// define keeps a definition. The first one with a comment wins: rules may add
// to a shape what is no shape.
func (r *reader) define(defs []string, d ast.Decl) []string {
	f, ok := d.(*ast.Field)
	if !ok {
		return defs
	}
	name := labelOf(f.Label)
	if !strings.HasPrefix(name, "#") {
		return defs
	}
	if old, ok := r.defs[name]; !ok || comment(old) == "" && comment(f) != "" {
		r.defs[name] = f
	}
	return append(defs, name)
}

func (r *reader) expr(x ast.Expr, at []cue.Selector) *shape {
	switch x := x.(type) {
	case *ast.Ident:
		return r.ident(x, at)
	case *ast.ParenExpr:
		return r.expr(x.X, at)
	case *ast.StructLit:
		return r.group(x, at)
	case *ast.ListLit:
		return r.list(x, at)
	case *ast.BasicLit:
		return &shape{kind: leaf, path: at, enum: []string{x.Value}}
	case *ast.UnaryExpr:
		return r.unary(x, at)
	case *ast.BinaryExpr:
		return r.binary(x, at)
	}
	return &shape{path: at}
}

func (r *reader) ident(x *ast.Ident, at []cue.Selector) *shape {
	switch x.Name {
	case "string", "int", "bool", "number":
		return &shape{kind: leaf, path: at, types: []string{x.Name}}
	}
	def, ok := r.defs[x.Name]
	if !ok {
		return &shape{path: at}
	}
	s := r.expr(def.Value, at)
	s.name = x.Name
	if doc := comment(def); doc != "" {
		s.doc = doc
	}
	return s
}

func (r *reader) group(x *ast.StructLit, at []cue.Selector) *shape {
	s := &shape{kind: group, path: at}
	for _, d := range x.Elts {
		switch d := d.(type) {
		case *ast.Ellipsis:
			return &shape{path: at}
		case *ast.Field:
			if _, ok := d.Label.(*ast.ListLit); ok {
				return &shape{kind: names, path: at, elem: r.expr(d.Value, below(at, cue.AnyString))}
			}
			s.fields = append(s.fields, r.member(d, at))
		}
	}
	return s
}

func (r *reader) member(d *ast.Field, at []cue.Selector) *field {
	f := &field{
		name:     labelOf(d.Label),
		doc:      comment(d),
		required: d.Constraint == token.NOT,
		optional: d.Constraint == token.OPTION,
		at:       d.Pos(),
	}
	selector := cue.Str(f.name)
	switch {
	case f.required:
		selector = selector.Required()
	case f.optional:
		selector = selector.Optional()
	}
	f.shape = r.expr(d.Value, below(at, selector))
	return f
}

func (r *reader) list(x *ast.ListLit, at []cue.Selector) *shape {
	s := &shape{kind: list, path: at}
	for _, e := range x.Elts {
		if dots, ok := e.(*ast.Ellipsis); ok && dots.Type != nil {
			s.elem = r.expr(dots.Type, below(at, cue.AnyIndex))
		}
	}
	if s.elem == nil {
		s.elem = &shape{}
	}
	return s
}

func (r *reader) unary(x *ast.UnaryExpr, at []cue.Selector) *shape {
	s := &shape{kind: leaf, path: at}
	switch x.Op {
	case token.MAT:
		s.types, s.pattern = []string{"string"}, text(x.X)
	case token.GEQ, token.LEQ, token.GTR, token.LSS, token.NEQ:
		s.bounds = []string{x.Op.String() + written(x.X)}
	case token.SUB:
		s.enum = []string{written(x)}
	}
	return s
}

func (r *reader) binary(x *ast.BinaryExpr, at []cue.Selector) *shape {
	if x.Op == token.AND {
		return and(r.expr(x.X, at), r.expr(x.Y, at))
	}
	if x.Op != token.OR {
		return &shape{path: at}
	}
	if def, ok := x.X.(*ast.UnaryExpr); ok && def.Op == token.MUL {
		s := r.expr(x.Y, at)
		s.def = written(def.X)
		if s.kind == list {
			s.elem = r.named(s.elem)
		}
		return s
	}
	return or(r.option(x.X, at), r.option(x.Y, at))
}

// option is one of several shapes.
func (r *reader) option(x ast.Expr, at []cue.Selector) *shape {
	s := r.expr(x, at)
	if s.kind == group {
		return r.named(s)
	}
	return s
}

// named is a shape below a disjunction, where CUE cannot look it up by path:
// it is looked up by its own name.
func (r *reader) named(s *shape) *shape {
	if s.name == "" {
		return s
	}
	return r.expr(ast.NewIdent(s.name), []cue.Selector{cue.Def(s.name)})
}

// and joins what both sides say; the first that has a name gives it.
func and(a, b *shape) *shape {
	if a.kind != leaf || b.kind != leaf {
		if a.kind == anything {
			return b
		}
		return a
	}
	a.types = append(a.types, b.types...)
	a.bounds = append(a.bounds, b.bounds...)
	if a.pattern == "" {
		a.pattern = b.pattern
	}
	if a.doc == "" {
		a.doc, a.name = b.doc, b.name
	}
	return a
}

// or makes one enum of literals, and a choice of anything else.
func or(a, b *shape) *shape {
	if a.kind == leaf && b.kind == leaf && len(a.enum) > 0 && len(b.enum) > 0 {
		a.enum = append(a.enum, b.enum...)
		return a
	}
	return &shape{kind: either, path: a.path, options: append(branches(a), branches(b)...)}
}

func branches(s *shape) []*shape {
	if s.kind == either && s.name == "" {
		return s.options
	}
	return []*shape{s}
}

func below(at []cue.Selector, s cue.Selector) []cue.Selector {
	return append(append(make([]cue.Selector, 0, len(at)+1), at...), s)
}

// comment is the text of a field's comment, on one line.
func comment(f *ast.Field) string {
	var words []string
	for _, g := range ast.Comments(f) {
		if g.Doc {
			words = append(words, strings.Fields(g.Text())...)
		}
	}
	return strings.Join(words, " ")
}
