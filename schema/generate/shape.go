package main

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/shape"
	"github.com/dominoc/dominoc/schema/syntax"
)

// reader makes shapes of the schema's syntax.
type reader map[string]*ast.Field // definitions by name

// shapes reads the schema. Its shapes are not recursive, so this ends.
func shapes() (*shape.Schema, error) {
	r := reader{}
	s := &shape.Schema{Roots: map[string]*shape.Shape{}, Rules: map[string][]shape.Rule{}}
	for _, f := range schema.Files() {
		file, err := parser.ParseFile(schema.Module+"/"+f.Name, f.Content, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			if def, ok := d.(*ast.Field); ok && strings.HasPrefix(syntax.Label(def.Label), "#") {
				if r.define(def) {
					s.Definitions = append(s.Definitions, syntax.Label(def.Label))
				}
				if rules := rulesOf(def); len(rules) > 0 {
					s.Rules[syntax.Label(def.Label)] = append(s.Rules[syntax.Label(def.Label)], rules...)
				}
			}
		}
	}
	for definition, name := range map[string]string{
		shape.Environment: "#EnvironmentShape", shape.GitOps: "#GitOpsShape",
		shape.Quotas: shape.Quotas, shape.Acceptances: shape.Acceptances,
	} {
		s.Roots[definition] = r.expr(ast.NewIdent(name), definition)
	}
	return s, nil
}

// define keeps a definition and reports whether it is the first of its name. Of several
// the first one with a comment is kept: rules may add to a shape what is not a shape.
func (r reader) define(f *ast.Field) bool {
	name := syntax.Label(f.Label)
	old, known := r[name]
	if !known || comment(old) == "" && comment(f) != "" {
		r[name] = f
	}
	return !known
}

func (r reader) expr(x ast.Expr, at string) *shape.Shape {
	switch x := x.(type) {
	case *ast.Ident:
		return r.ident(x.Name, at)
	case *ast.ParenExpr:
		return r.expr(x.X, at)
	case *ast.StructLit:
		return r.group(x, at)
	case *ast.ListLit:
		return r.list(x, at)
	case *ast.BasicLit:
		return &shape.Shape{Kind: shape.Leaf, Path: at, Enum: []string{x.Value}}
	case *ast.UnaryExpr:
		return unary(x, at)
	case *ast.BinaryExpr:
		return r.binary(x, at)
	}
	return &shape.Shape{Path: at}
}

func (r reader) ident(name, at string) *shape.Shape {
	switch name {
	case "string", "int", "bool", "number":
		return &shape.Shape{Kind: shape.Leaf, Path: at, Types: []string{name}}
	}
	def, ok := r[name]
	if !ok {
		return &shape.Shape{Path: at}
	}
	s := r.expr(def.Value, at)
	s.Name = name
	if doc := comment(def); doc != "" {
		s.Doc = doc
	}
	return s
}

func (r reader) group(x *ast.StructLit, at string) *shape.Shape {
	s := &shape.Shape{Kind: shape.Group, Path: at}
	for _, d := range x.Elts {
		switch d := d.(type) {
		case *ast.Ellipsis:
			return &shape.Shape{Path: at}
		case *ast.Field:
			if pattern, ok := d.Label.(*ast.ListLit); ok {
				elem := r.expr(d.Value, at+"."+shape.AnyName)
				if syntax.Written(pattern) != "[string]" {
					elem = r.named(elem)
				}
				return &shape.Shape{Kind: shape.Names, Path: at, Elem: elem}
			}
			f := &shape.Field{
				Name:     syntax.Label(d.Label),
				Doc:      comment(d),
				Required: d.Constraint == token.NOT,
				Optional: d.Constraint == token.OPTION,
			}
			pos := d.Pos().Position()
			f.At = diag.Pos{File: pos.Filename, Line: pos.Line, Column: pos.Column}
			label := f.Name
			switch {
			case f.Required:
				label += "!"
			case f.Optional:
				label += "?"
			}
			f.Shape = r.expr(d.Value, at+"."+label)
			s.Fields = append(s.Fields, f)
		}
	}
	return s
}

func (r reader) list(x *ast.ListLit, at string) *shape.Shape {
	s := &shape.Shape{Kind: shape.List, Path: at, Elem: &shape.Shape{}}
	for _, e := range x.Elts {
		if dots, ok := e.(*ast.Ellipsis); ok && dots.Type != nil {
			s.Elem = r.expr(dots.Type, at+"."+shape.AnyIndex)
		}
	}
	return s
}

func unary(x *ast.UnaryExpr, at string) *shape.Shape {
	s := &shape.Shape{Kind: shape.Leaf, Path: at}
	switch x.Op {
	case token.MAT:
		s.Types, s.Pattern = []string{"string"}, syntax.Text(x.X)
	case token.GEQ, token.LEQ, token.GTR, token.LSS, token.NEQ:
		s.Bounds = []string{x.Op.String() + syntax.Written(x.X)}
	case token.SUB:
		s.Enum = []string{syntax.Written(x)}
	}
	return s
}

func (r reader) binary(x *ast.BinaryExpr, at string) *shape.Shape {
	if x.Op == token.AND {
		return and(r.expr(x.X, at), r.expr(x.Y, at))
	}
	if x.Op != token.OR {
		return &shape.Shape{Path: at}
	}
	if def, ok := x.X.(*ast.UnaryExpr); ok && def.Op == token.MUL {
		s := r.expr(x.Y, at)
		s.Default = syntax.Written(def.X)
		if s.Kind == shape.List {
			s.Elem = r.named(s.Elem)
		}
		return s
	}
	if errorIn(x.Y) != nil { // a sentence for a value that does not fit
		return r.expr(x.X, at)
	}
	return or(r.option(x.X, at), r.option(x.Y, at))
}

// option is one of several shapes.
func (r reader) option(x ast.Expr, at string) *shape.Shape {
	s := r.expr(x, at)
	if s.Kind == shape.Group {
		return r.named(s)
	}
	return s
}

// named is a shape below a disjunction or a pattern, where CUE cannot look it up by
// path: it is looked up by its own name. One without a name has no path.
func (r reader) named(s *shape.Shape) *shape.Shape {
	if s.Name == "" {
		s.Path = ""
		return s
	}
	return r.ident(s.Name, s.Name)
}

// and joins what both sides say; the first that has a name gives it.
func and(a, b *shape.Shape) *shape.Shape {
	if a.Kind != shape.Leaf || b.Kind != shape.Leaf {
		if a.Kind == shape.Anything {
			return b
		}
		return a
	}
	a.Types = append(a.Types, b.Types...)
	a.Bounds = append(a.Bounds, b.Bounds...)
	if a.Pattern == "" {
		a.Pattern = b.Pattern
	}
	if a.Doc == "" {
		a.Doc, a.Name = b.Doc, b.Name
	}
	return a
}

// or makes one enum of literals, and a choice of anything else.
func or(a, b *shape.Shape) *shape.Shape {
	if a.Kind == shape.Leaf && b.Kind == shape.Leaf && len(a.Enum) > 0 && len(b.Enum) > 0 {
		a.Enum = append(a.Enum, b.Enum...)
		return a
	}
	return &shape.Shape{Kind: shape.Either, Path: a.Path, Options: append(branches(a), branches(b)...)}
}

func branches(s *shape.Shape) []*shape.Shape {
	if s.Kind == shape.Either && s.Name == "" {
		return s.Options
	}
	return []*shape.Shape{s}
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
