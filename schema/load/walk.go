package load

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/shape"
	"github.com/dominoc/dominoc/schema/syntax"
	"github.com/dominoc/dominoc/schema/words"
)

// value checks what the user wrote at a path against its shape, and reports
// every mistake below it. It returns the correct part as plain data, nil if there is none.
func (e *examination) value(v cue.Value, s *shape.Shape, p diag.Path) ast.Expr {
	if def, ok := v.Default(); ok {
		v = def
	}
	if e.broken(v, p) {
		return nil
	}
	switch k := kindOf(v); {
	case s.Kind == shape.Anything:
		return e.plain(v, p)
	case s.Kind == shape.Either:
		return e.either(v, s, p)
	case s.Kind == shape.Leaf:
		return e.leaf(v, s, p)
	case s.Kind == shape.List && k == cue.ListKind:
		return e.list(v, s, p)
	case s.Kind != shape.List && k == cue.StructKind:
		return e.group(v, s, p)
	case !v.IsConcrete():
		return e.given(v, p)
	}
	return e.unfit(v, s, p, "")
}

// kindOf is the kind of a value. A struct or list with a fault below it has no kind of its
// own any more; its parts can still be visited.
func kindOf(v cue.Value) cue.Kind {
	k := v.IncompleteKind()
	if k != cue.BottomKind {
		return k
	}
	switch it, _ := v.Fields(cue.All()); {
	case it == nil || !it.Next():
		return k
	case it.Selector().LabelType() == cue.IndexLabel:
		return cue.ListKind
	}
	return cue.StructKind
}

// plain is the data of a value that the schema leaves open.
func (e *examination) plain(v cue.Value, p diag.Path) ast.Expr {
	if err := v.Validate(cue.Concrete(true)); err != nil {
		return e.given(v, p)
	}
	return expression(v)
}

func (e *examination) leaf(v cue.Value, s *shape.Shape, p diag.Path) ast.Expr {
	if !v.IsConcrete() {
		return e.given(v, p)
	}
	if k := v.IncompleteKind(); k == cue.StructKind || k == cue.ListKind {
		return e.unfit(v, s, p, "")
	}
	x := expression(v)
	if err := e.worker.verdict(x, s); err != nil {
		return e.unfit(v, s, p, said(err))
	}
	return x
}

// unfit reports a value that does not fit its shape; nothing of it is right.
func (e *examination) unfit(v cue.Value, s *shape.Shape, p diag.Path, sentence string) ast.Expr {
	message, hint := misfit(s, v, sentence), e.hint(v, s)
	if digits := e.octal(v, p); digits != "" {
		message = strings.Replace(message, display(v), "the number "+digits, 1)
		if in := ast.NewString(digits); s.Kind == shape.Leaf && e.fits(in, s) {
			hint = "write it in quotes: " + in.Value + "; without them YAML reads a number to the base of 8"
		}
	}
	e.at(p, "invalid-value", message, hint, e.source.schemaNote(p)...)
	return nil
}

// octal returns the digits of a number that YAML reads to the base of 8, because they
// begin with a zero.
func (e *examination) octal(v cue.Value, p diag.Path) string {
	if v.IncompleteKind() != cue.IntKind {
		return ""
	}
	at, _ := e.source.place(p)
	line := lineOf(e.source.Content(at.File), at)
	digits := line[:len(line)-len(strings.TrimLeft(line, "0123456789"))]
	if len(digits) < 2 || digits[0] != '0' {
		return ""
	}
	return digits
}

// lineOf is the rest of the line at a place.
func lineOf(content []byte, at diag.Pos) string {
	lines := strings.Split(string(content), "\n")
	if at.Line < 1 || at.Line > len(lines) || at.Column < 1 || at.Column > len(lines[at.Line-1])+1 {
		return ""
	}
	return lines[at.Line-1][at.Column-1:]
}

// hint returns how to write what the user probably meant.
func (e *examination) hint(v cue.Value, s *shape.Shape) string {
	k := v.IncompleteKind()
	switch {
	case k == cue.NullKind && (s.Kind == shape.Group || s.Kind == shape.Names):
		return "write {} for the defaults"
	case k == cue.StringKind && s.Kind == shape.List:
		return "write [" + words.Clip(syntax.Written(expression(v))) + "]"
	case k == cue.StringKind && slices.Contains(s.Types, "bool"):
		return "write true or false without quotes"
	case k == cue.StringKind && slices.Contains(s.Types, "int") && e.fits(&ast.BasicLit{Kind: token.INT, Value: syntax.Text(expression(v))}, s):
		return "write it without quotes: " + syntax.Text(expression(v))
	case k == cue.BoolKind || k != 0 && k&^cue.NumberKind == 0:
		if in := ast.NewString(syntax.Written(expression(v))); s.Kind == shape.Leaf && e.fits(in, s) {
			return "write it in quotes: " + in.Value
		}
	}
	return ""
}

// fits reports whether a literal fits a shape.
func (e *examination) fits(x *ast.BasicLit, s *shape.Shape) bool {
	return e.worker.verdict(x, s) == nil
}

// either takes the branch of the value's own kind, so that a mistake inside a
// group is reported there.
func (e *examination) either(v cue.Value, s *shape.Shape, p diag.Path) ast.Expr {
	for _, o := range s.Options {
		if (kindOf(v) == cue.StructKind) == (o.Kind == shape.Group || o.Kind == shape.Names) {
			return e.value(v, o, p)
		}
	}
	return e.unfit(v, s, p, "")
}

func (e *examination) list(v cue.Value, s *shape.Shape, p diag.Path) ast.Expr {
	out := &ast.ListLit{}
	whole := true
	it, _ := v.Fields(cue.All())
	for i := 0; it != nil && it.Next(); i++ {
		x := e.value(it.Value(), s.Elem, p.Index(i))
		whole = whole && x != nil
		out.Elts = append(out.Elts, x)
	}
	if !whole { // a shorter list would break rules that the user's does not
		return nil
	}
	return out
}

func (e *examination) group(v cue.Value, s *shape.Shape, p diag.Path) ast.Expr {
	out := &ast.StructLit{}
	present := map[string]bool{}
	it, _ := v.Fields()
	for it != nil && it.Next() {
		name := it.Selector().Unquoted()
		present[name] = true
		child, _ := s.Child(name)
		if child == nil {
			e.unknown(s, name, p)
			continue
		}
		if x := e.value(it.Value(), child, p.Child(name)); x != nil {
			out.Elts = append(out.Elts, &ast.Field{Label: ast.NewStringLabel(name), Value: x})
		}
	}
	e.missing(s, present, p)
	return out
}

// unknown reports a field that the schema does not have. What it was probably
// meant to be is not reported as missing as well.
func (e *examination) unknown(s *shape.Shape, name string, p diag.Path) {
	child := p.Child(name)
	if why := e.forbidden(s, name); why != "" {
		e.field(child, name, why, "")
		return
	}
	all := s.Members()
	hint := "there are " + enumerate(all)
	if near := diag.Nearest(name, all); near != "" {
		hint = "did you mean " + near + "?"
		e.mark(p.Child(near))
	} else if longer := beginning(all, name); longer != "" {
		hint = "did you mean " + longer + "?"
		e.mark(p.Child(longer))
	} else if elsewhere := named(e.root, name, nil); len(elsewhere) > 0 {
		hint = "did you mean " + strings.Join(elsewhere, " or ") + "?"
	}
	e.field(child, "unknown-field", "there is no such field", hint)
}

// named are the paths of the fields of this name, at most three; the names in a map are
// written as name.
func named(s *shape.Shape, name string, p diag.Path) []string {
	var found []string
	for _, f := range s.Fields {
		at := p.Child(f.Name)
		if f.Name == name {
			found = append(found, at.String())
		}
		found = append(found, named(f.Shape, name, at)...)
	}
	if s.Kind == shape.Names {
		found = append(found, named(s.Elem, name, p.Child("name"))...)
	}
	return found[:min(3, len(found))]
}

// beginning is the only name that begins with a shorter one, such as sizeGiB for
// size; empty where there are several, or none.
func beginning(all []string, name string) string {
	found := ""
	for _, one := range all {
		if len(name) > 2 && strings.HasPrefix(strings.ToLower(one), strings.ToLower(name)) {
			if found != "" {
				return ""
			}
			found = one
		}
	}
	return found
}

// field is at with the place of the name in place of the value's.
func (e *examination) field(p diag.Path, code, message, hint string) {
	before := len(e.found)
	e.at(p, code, message, hint)
	if w := e.source.index().Written(p); len(e.found) > before && len(w) > 0 && w[0].Label != nil {
		d := &e.found[len(e.found)-1]
		d.Pos, d.End = syntax.Span(w[0].Label)
	}
}

// forbidden is why the rules refuse a field by name, if they do.
func (e *examination) forbidden(s *shape.Shape, name string) string {
	if s.Path == "" {
		return ""
	}
	v := e.schema.LookupPath(cue.MakePath(append(schemaPath(s), cue.Str(name).Optional())...))
	if !v.Exists() && v.Err() == nil {
		return ""
	}
	return said(v.Err())
}

// missing reports required fields, and looks below the groups that the user
// left out.
func (e *examination) missing(s *shape.Shape, present map[string]bool, p diag.Path) {
	for _, f := range s.Fields {
		switch {
		case present[f.Name] || f.Optional:
		case f.Required:
			e.at(p.Child(f.Name), "missing-field", "missing, and it has no default", f.Doc)
		case f.Shape.Kind == shape.Group:
			e.missing(f.Shape, nil, p.Child(f.Name))
		}
	}
}

func enumerate(all []string) string {
	const most = 12
	if n := len(all) - most; n > 0 {
		all = append(slices.Clone(all[:most]), strconv.Itoa(n)+" more")
	}
	return strings.Join(all, ", ")
}

// expression is the syntax of a value that is all data.
func expression(v cue.Value) ast.Expr {
	switch x := v.Syntax(cue.Final(), cue.Concrete(true)).(type) {
	case ast.Expr:
		return x
	case *ast.File:
		return &ast.StructLit{Elts: x.Decls}
	}
	return nil
}

func selectors(p diag.Path) cue.Path {
	var all []cue.Selector
	for _, label := range p {
		if i, ok := diag.IndexOf(label); ok {
			all = append(all, cue.Index(i))
			continue
		}
		all = append(all, cue.Str(label))
	}
	return cue.MakePath(all...)
}
