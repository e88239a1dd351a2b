package syntax

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema/diag"
)

// Index maps the paths below a top-level field to the syntax that the user wrote there.
// It follows structs, unifications, lists and the names of top-level fields; of a
// computed value it has the nearest place above.
type Index struct {
	entries map[string][]*Entry // by path, the one to show first
	top     map[string]ast.Expr
	root    string // the top-level field
}

// Entry is a field as written: Label is nil for an element of a list.
type Entry struct {
	Label ast.Node
	Value ast.Expr
}

// In a path of the index, anyLabel stands for the label of a pattern, such as [string],
// and computed for one that is an expression.
const (
	anyLabel = "\x00"
	computed = "\x02"
)

// NewIndex reads what is below a top-level field of files, in order: the first to write
// a path is the one that is shown, so the environment's own file comes before its parents.
func NewIndex(files []*ast.File, root string) *Index {
	x := &Index{entries: map[string][]*Entry{}, top: map[string]ast.Expr{}, root: root}
	var roots []*ast.Field
	for _, f := range files {
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok {
				name := Label(field.Label)
				x.top[name] = field.Value
				if name == root {
					roots = append(roots, field)
				}
			}
		}
	}
	for _, field := range roots {
		x.put(nil, field.Label, field.Value, 0)
	}
	return x
}

func (x *Index) put(p diag.Path, label ast.Node, value ast.Expr, depth int) {
	key := p.String()
	x.entries[key] = append(x.entries[key], &Entry{label, value})
	x.expr(p, value, depth)
}

// maxFollow bounds how deeply names that refer to each other are followed.
const maxFollow = 100

func (x *Index) expr(p diag.Path, e ast.Expr, depth int) {
	if depth++; depth > maxFollow+1 {
		return
	}
	switch e := e.(type) {
	case *ast.StructLit:
		x.decls(p, e.Elts, depth)
	case *ast.ListLit:
		for i, element := range e.Elts {
			x.put(p.Index(i), nil, element, depth)
		}
	case *ast.ParenExpr:
		x.expr(p, e.X, depth)
	case *ast.UnaryExpr:
		x.expr(p, e.X, depth)
	case *ast.BinaryExpr:
		if e.Op == token.AND || e.Op == token.OR {
			x.expr(p, e.X, depth)
			x.expr(p, e.Y, depth)
		}
	case *ast.Ident:
		if value, ok := x.top[e.Name]; ok && e.Name != x.root {
			x.expr(p, value, depth)
		}
	}
}

func (x *Index) decls(p diag.Path, decls []ast.Decl, depth int) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			label := Label(d.Label)
			switch d.Label.(type) {
			case *ast.ListLit:
				label = anyLabel
			case *ast.ParenExpr, *ast.Interpolation:
				label = computed
			}
			x.put(p.Child(label), d.Label, d.Value, depth)
		case *ast.EmbedDecl:
			x.expr(p, d.Expr, depth)
		case *ast.Comprehension:
			x.expr(p, d.Value, depth)
		}
	}
}

// Top returns the value of a top-level field, nil without one.
func (x *Index) Top(name string) ast.Expr { return x.top[name] }

// Written returns all places where the user wrote just this path.
func (x *Index) Written(p diag.Path) []*Entry { return x.entries[p.String()] }

// Exact returns the first of them, nil without one.
func (x *Index) Exact(p diag.Path) *Entry {
	if all := x.Written(p); len(all) > 0 {
		return all[0]
	}
	return nil
}

// At returns the entry of the path; a name is preferred to a pattern. It is nil if no file
// writes the path.
func (x *Index) At(p diag.Path) *Entry {
	if e := x.Exact(p); e != nil {
		return e
	}
	return x.pattern(p)
}

// Nearest returns the entry of the path, or of its nearest ancestor.
func (x *Index) Nearest(p diag.Path) *Entry {
	for n := len(p); n >= 0; n-- {
		if e := x.At(p[:n]); e != nil {
			return e
		}
	}
	return nil
}

// pattern looks for the path under a pattern in place of one name, or under a
// computed name where nothing is written by that name itself.
func (x *Index) pattern(p diag.Path) *Entry {
	for i := range p {
		q := p.Child()
		q[i] = anyLabel
		e := x.Exact(q)
		if e == nil && x.Exact(p[:i+1]) == nil {
			q[i] = computed
			e = x.Exact(q)
		}
		if e != nil {
			return e
		}
	}
	return nil
}

// Mark returns the place to show for an entry: its value when that is a single
// word, a text or a list, otherwise its label.
func (e *Entry) Mark() (diag.Pos, int) {
	switch e.Value.(type) {
	case *ast.BasicLit, *ast.ListLit, *ast.UnaryExpr, *ast.Interpolation:
		return Span(e.Value)
	}
	if e.Label == nil {
		return Span(e.Value)
	}
	return Span(e.Label)
}
