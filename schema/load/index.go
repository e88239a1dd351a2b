package load

import (
	"bytes"
	"path/filepath"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
)

// index knows where the user wrote what: from an environment's path to the
// syntax there. It follows structs, unifications, lists and the names of
// top-level fields; for values that are computed it knows the nearest place
// above them.
type index struct {
	entries map[string][]*entry // by key of the path, the one to show first
	top     map[string]ast.Expr
	root    string // the top-level field that the paths are of
}

// entry is a field as written: label is nil for an element of a list.
type entry struct {
	label ast.Node
	value ast.Expr
}

// In a key, anyLabel stands for the label of a pattern, such as [string], and
// computed for one that is an expression.
const (
	anyLabel = "\x00"
	computed = "\x02"
)

// key ends each name, so that a name which is empty has one of its own.
func key(p diag.Path) string {
	if len(p) == 0 {
		return ""
	}
	return strings.Join(p, "\x01") + "\x01"
}

// newIndex reads what is below a top-level field of files, in order: the first to write
// a path is the one that is shown, so the environment's own file comes before its parents.
func newIndex(files []*ast.File, root string) *index {
	x := &index{entries: map[string][]*entry{}, top: map[string]ast.Expr{}, root: root}
	for _, f := range files {
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok {
				x.top[syntax.Label(field.Label)] = field.Value
			}
		}
	}
	for _, f := range files {
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok && syntax.Label(field.Label) == root {
				x.put(diag.Path{}, field.Label, field.Value)
				x.expr(diag.Path{}, field.Value, 0)
			}
		}
	}
	return x
}

func (x *index) put(p diag.Path, label ast.Node, value ast.Expr) {
	k := key(p)
	x.entries[k] = append(x.entries[k], &entry{label, value})
}

// maxFollow bounds how deeply names that refer to each other are followed.
const maxFollow = 100

func (x *index) expr(p diag.Path, e ast.Expr, depth int) {
	if depth > maxFollow {
		return
	}
	switch e := e.(type) {
	case *ast.StructLit:
		x.decls(p, e.Elts, depth+1)
	case *ast.ListLit:
		x.list(p, e, depth+1)
	case *ast.ParenExpr:
		x.expr(p, e.X, depth+1)
	case *ast.UnaryExpr:
		x.expr(p, e.X, depth+1)
	case *ast.BinaryExpr:
		if e.Op == token.AND || e.Op == token.OR {
			x.expr(p, e.X, depth+1)
			x.expr(p, e.Y, depth+1)
		}
	case *ast.Ident:
		if value, ok := x.top[e.Name]; ok && e.Name != x.root {
			x.expr(p, value, depth+1)
		}
	}
}

func (x *index) decls(p diag.Path, decls []ast.Decl, depth int) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			x.field(p, d, depth)
		case *ast.EmbedDecl:
			x.expr(p, d.Expr, depth)
		case *ast.Comprehension:
			x.expr(p, d.Value, depth)
		}
	}
}

func (x *index) field(p diag.Path, f *ast.Field, depth int) {
	label := syntax.Label(f.Label)
	switch f.Label.(type) {
	case *ast.ListLit:
		label = anyLabel
	case *ast.ParenExpr, *ast.Interpolation:
		label = computed
	}
	child := p.Child(label)
	x.put(child, f.Label, f.Value)
	x.expr(child, f.Value, depth)
}

func (x *index) list(p diag.Path, l *ast.ListLit, depth int) {
	for i, e := range l.Elts {
		child := p.Index(i)
		x.put(child, nil, e)
		x.expr(child, e, depth)
	}
}

// exact is the entry of just this path, if the user wrote it.
func (x *index) exact(p diag.Path) *entry {
	if all := x.entries[key(p)]; len(all) > 0 {
		return all[0]
	}
	return nil
}

// nearest is the entry of the path, or of what stands closest above it; of
// both, a name is preferred to a pattern.
func (x *index) nearest(p diag.Path) *entry {
	for n := len(p); n >= 0; n-- {
		if e := x.exact(p[:n]); e != nil {
			return e
		}
		if e := x.pattern(p[:n]); e != nil {
			return e
		}
	}
	return nil
}

// pattern looks for the path under a pattern in place of one name, or under a
// computed name where nothing is written by that name itself.
func (x *index) pattern(p diag.Path) *entry {
	for i := range p {
		if e := x.replaced(p, i, anyLabel); e != nil {
			return e
		}
		if x.exact(p[:i+1]) != nil {
			continue
		}
		if e := x.replaced(p, i, computed); e != nil {
			return e
		}
	}
	return nil
}

func (x *index) replaced(p diag.Path, i int, label string) *entry {
	q := p.Child()
	q[i] = label
	return x.exact(q)
}

// mark is the place to show for an entry: its value when that is a single
// word, a text or a list, otherwise its label.
func (e *entry) mark() (diag.Pos, int) {
	switch e.value.(type) {
	case *ast.BasicLit, *ast.ListLit, *ast.UnaryExpr, *ast.Interpolation:
		return span(e.value)
	}
	if e.label == nil {
		return span(e.value)
	}
	return span(e.label)
}

// span is where a node begins, and the column after it when it ends on the
// same line.
func span(n ast.Node) (diag.Pos, int) {
	at := place(n.Pos())
	end := n.End()
	if !end.IsValid() || end.Line() != at.Line || end.Column() <= at.Column {
		return at, 0
	}
	return at, end.Column()
}

func place(p token.Pos) diag.Pos {
	if !p.IsValid() {
		return diag.Pos{}
	}
	at := p.Position()
	return diag.Pos{File: at.Filename, Line: at.Line, Column: at.Column}
}

// statedName is the name that a folder's environment gives itself in so many
// words, "" when it cannot be read.
func (l *Loader) statedName(f Folder) string {
	name, content := l.own(f)
	if content == nil {
		return ""
	}
	own, _ := parse(file{name: name, content: content}, Package)
	if own == nil {
		return ""
	}
	if e := newIndex([]*ast.File{own}, Package).exact(diag.Path{"name"}); e != nil {
		return syntax.Text(e.value)
	}
	return ""
}

// mayState is false where a folder's environment certainly does not give itself a
// name that a pattern matches: the name is not in its file, and nothing there is
// written by an escape.
func (l *Loader) mayState(f Folder, pattern string) bool {
	_, content := l.own(f)
	return strings.ContainsAny(pattern, wildcards) || mayHold(content, pattern)
}

// mayHold is false where no literal of a file has the text in it.
func mayHold(content []byte, text string) bool {
	return bytes.Contains(content, []byte(text)) || bytes.IndexByte(content, '\\') >= 0
}

// own is the file of a folder's environment, without content where it cannot be read.
func (l *Loader) own(f Folder) (name string, content []byte) {
	if len(f.Files) == 0 {
		return "", nil
	}
	name = f.Files[0]
	if content := l.shared(f.Dir).content(name); content != nil {
		return name, content
	}
	content, bad := l.reads().read(filepath.Join(f.Dir, name), name, maxBytes)
	if bad != nil {
		return name, nil
	}
	return name, content
}
