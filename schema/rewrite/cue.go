package rewrite

import (
	"bytes"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
)

// The fields of files of CUE that an environment and the fleet's delivery are; they have the
// names of their packages.
const environment, delivery = "environment", "gitops"

// tree is the syntax of a file of CUE, or of JSON, which is CUE with quoted labels and
// with commas.
type tree struct {
	*text
	json bool
	top  []node // what the environment is
}

// node is a value and the fields that lead to it, the nearest last.
type node struct {
	value ast.Expr
	above []*ast.Field
}

func changeCUE(t *text, c Change) ([]byte, error) {
	file, err := parser.ParseFile(t.name, t.content, parser.ParseComments)
	if err != nil {
		return nil, &Refusal{Pos: diag.Pos{File: t.name}, Reason: "the file is not CUE"}
	}
	s, top := tree{text: t}, environment
	if file.PackageName() == delivery {
		top = delivery
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.Field); ok && syntax.Label(f.Label) == top {
			s.top = append(s.top, node{value: f.Value, above: []*ast.Field{f}})
		}
	}
	edited, err := s.change(c)
	if err != nil {
		return nil, err
	}
	return aligned(t.content, edited), nil
}

func changeJSON(t *text, c Change) ([]byte, error) {
	expr, err := parser.ParseExpr(t.name, t.content)
	if err != nil {
		return nil, &Refusal{Pos: diag.Pos{File: t.name}, Reason: "the file is not JSON"}
	}
	return tree{text: t, json: true, top: []node{{value: expr}}}.change(c)
}

func (s tree) change(c Change) ([]byte, error) {
	found := s.at(c.Path)
	switch {
	case c.From != nil:
		return s.repeat(c)
	case len(found) > 1:
		return nil, s.refuse(offset(found[1].field().Pos()), "%s is stated more than once", c.Path)
	case len(found) == 1 && c.Value == nil:
		return s.remove(c.Path, found[0]), nil
	case len(found) == 1:
		return s.set(found[0], c)
	case c.Value == nil:
		return nil, s.absent(c.Path)
	}
	return s.add(c.Path, s.scalar(c.Value))
}

// repeat adds a field with the text of another.
func (s tree) repeat(c Change) ([]byte, error) {
	from := s.at(c.From)
	if len(from) != 1 {
		return nil, s.absent(c.From)
	}
	value := from[0].value
	return s.add(c.Path, s.unaligned(string(s.content[offset(value.Pos()):offset(value.End())])))
}

// unaligned is the text of a value without the blanks that align a line with its neighbours.
func (s tree) unaligned(text string) string {
	if s.json || strings.Contains(text, "\n") {
		return text
	}
	const label = "x: "
	formatted, err := format.Source([]byte(label + text))
	if err != nil {
		return text
	}
	return strings.TrimSuffix(strings.TrimPrefix(string(formatted), label), "\n")
}

// field is the field whose value the node is.
func (n node) field() *ast.Field { return n.above[len(n.above)-1] }

// at returns what the file states of a path.
func (s tree) at(p diag.Path) []node {
	nodes := s.top
	for _, label := range p {
		var next []node
		for _, n := range nodes {
			if i, ok := diag.IndexOf(label); ok {
				next = append(next, element(n, i)...)
				continue
			}
			for _, body := range bodies(n.value) {
				next = append(next, labelled(n, body, label)...)
			}
		}
		nodes = next
	}
	return nodes
}

// element is an element of a list that is written as such up to there.
func element(n node, i int) []node {
	list, ok := n.value.(*ast.ListLit)
	if !ok || i >= len(list.Elts) {
		return nil
	}
	for _, e := range list.Elts[:i+1] {
		switch e.(type) {
		case *ast.Comprehension, *ast.Ellipsis:
			return nil
		}
	}
	return []node{{list.Elts[i], n.above}}
}

func labelled(n node, body *ast.StructLit, label string) []node {
	var found []node
	for _, d := range body.Elts {
		if f, ok := d.(*ast.Field); ok && f.Constraint == token.ILLEGAL && syntax.Label(f.Label) == label {
			found = append(found, node{f.Value, append(n.above[:len(n.above):len(n.above)], f)})
		}
	}
	return found
}

// bodies are the groups of fields that an expression unifies.
func bodies(x ast.Expr) []*ast.StructLit {
	switch x := x.(type) {
	case *ast.StructLit:
		return []*ast.StructLit{x}
	case *ast.ParenExpr:
		return bodies(x.X)
	case *ast.BinaryExpr:
		if x.Op == token.AND {
			return append(bodies(x.X), bodies(x.Y)...)
		}
	}
	return nil
}

// set replaces a value that is written as such.
func (s tree) set(n node, c Change) ([]byte, error) {
	from, to := offset(n.value.Pos()), offset(n.value.End())
	if !literals(n.value) {
		return nil, s.refuse(from, "%s is computed from something else, not written as a value", c.Path)
	}
	if bytes.Contains(s.content[from:to], []byte("//")) {
		return nil, s.refuse(from, "%s has comments", c.Path)
	}
	return s.replaced(from, to, s.scalar(c.Value)), nil
}

// literals reports whether an expression is a scalar of one line, or a list of such.
func literals(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.BasicLit:
		return !strings.HasPrefix(x.Value, "#") && !strings.Contains(x.Value, "\n")
	case *ast.ListLit:
		return !slices.ContainsFunc(x.Elts, func(e ast.Expr) bool { return !literals(e) })
	}
	return false
}

// remove cuts a field out. A group that would be left without a field stays as {}, unless
// the file states it in another place as well.
func (s tree) remove(p diag.Path, n node) []byte {
	f := n.field()
	from, to := offset(f.Pos()), offset(f.End())
	var group []*ast.StructLit // of which f is the only field
	var before ast.Decl        // the field before f
	if len(n.above) > 1 {
		for _, body := range bodies(n.above[len(n.above)-2].Value) {
			switch i := slices.Index(body.Elts, ast.Decl(f)); {
			case i == 0 && len(body.Elts) == 1:
				group = append(group, body)
			case i > 0 && i == len(body.Elts)-1:
				before = body.Elts[i-1]
			}
		}
	}
	switch {
	case len(group) == 1 && !group[0].Lbrace.IsValid():
		up := p[:len(p)-1]
		if len(s.at(up)) > 1 {
			return s.remove(up, node{above: n.above[:len(n.above)-1]})
		}
		return s.replaced(from, to, "{}")
	case len(group) == 1 && s.blank(offset(group[0].Lbrace)+1, from) && s.blank(to, offset(group[0].Rbrace)):
		return s.replaced(offset(group[0].Lbrace)+1, offset(group[0].Rbrace), "")
	case s.json && before != nil:
		return s.replaced(offset(before.End()), to, "")
	}
	return s.cut(from, to)
}

// add writes a field into the nearest group above it that has a place for one.
func (s tree) add(p diag.Path, value string) ([]byte, error) {
	for n := len(p) - 1; n >= 0; n-- {
		if _, element := diag.IndexOf(p[n]); element {
			break // an element is not added
		}
		for _, owner := range s.at(p[:n]) {
			for _, body := range bodies(owner.value) {
				if edited, ok := s.insert(body, s.chain(p[n:], value)); ok {
					return edited, nil
				}
			}
		}
	}
	return nil, s.absent(p)
}

// insert writes a field as the last one of a group: in a line of its own where the
// others are, else in the group's line. There is no place in a group without braces that
// has several lines.
func (s tree) insert(body *ast.StructLit, field string) ([]byte, bool) {
	if !body.Lbrace.IsValid() {
		from, to := offset(body.Pos()), offset(body.End())
		if !s.sameLine(from, to) || s.json {
			return nil, false
		}
		return s.replaced(from, to, "{"+string(s.content[from:to])+", "+field+"}"), true
	}
	open, shut := offset(body.Lbrace)+1, offset(body.Rbrace)
	own := s.blank(s.lineStart(shut), shut) // the brace has a line of its own
	if len(body.Elts) == 0 {
		switch {
		case s.blank(open, shut):
			return s.replaced(open, shut, field), true
		case own:
			return s.replaced(s.lineStart(shut), s.lineStart(shut), s.indent(shut)+"\t"+field+s.newline), true
		}
		return nil, false
	}
	last := body.Elts[len(body.Elts)-1]
	from, to := offset(last.Pos()), offset(last.End())
	comma := s.json
	at := s.skipBlanks(to)
	if at < shut && s.content[at] == ',' {
		comma, to = false, at+1
	}
	if !own {
		if s.sameLine(from, shut) {
			if s.content[to-1] == ',' {
				return s.replaced(to, to, " "+field), true
			}
			return s.replaced(to, to, ", "+field), true
		}
		return nil, false
	}
	edited := s.replaced(s.lineEnd(to), s.lineEnd(to), s.newline+s.indent(from)+field)
	if comma {
		edited = bytes.Join([][]byte{edited[:to], []byte(","), edited[to:]}, nil)
	}
	return edited, true
}

// chain is a field with the groups that lead to it.
func (s tree) chain(p diag.Path, value string) string {
	out := ""
	for i, name := range p {
		if s.json && i > 0 {
			out += "{"
		}
		out += s.label(name) + ": "
	}
	if s.json {
		value += strings.Repeat("}", len(p)-1)
	}
	return out + value
}

func (s tree) label(name string) string {
	switch {
	case s.json:
		return quoted(name)
	case !ast.IsValidIdent(name) || strings.HasPrefix(name, "_") || strings.HasPrefix(name, "#"):
		return literal.String.Quote(name)
	}
	return name
}

// scalar is a value in one line.
func (s tree) scalar(value any) string {
	text := literal.String.Quote
	if s.json {
		text = quoted[string]
	}
	return inline(value, text, s.label)
}

func offset(p token.Pos) int { return p.Offset() }

// aligned is the content as cue fmt has it, where the file was formatted by it before and
// nothing but the edited lines would change.
func aligned(before, after []byte) []byte {
	if formatted, err := format.Source(before); err != nil || !bytes.Equal(formatted, before) {
		return after
	}
	formatted, err := format.Source(after)
	if err != nil {
		return after
	}
	old, plain, tidy := lines(before), lines(after), lines(formatted)
	head := 0
	for head < min(len(old), len(plain)) && bytes.Equal(old[head], plain[head]) {
		head++
	}
	tail := 0
	for tail < min(len(old), len(plain))-head && bytes.Equal(old[len(old)-1-tail], plain[len(plain)-1-tail]) {
		tail++
	}
	if len(tidy) != len(plain) {
		return after
	}
	for i := range tidy {
		if (i < head || i >= len(tidy)-tail) && !bytes.Equal(tidy[i], plain[i]) {
			return after
		}
	}
	return formatted
}

func lines(content []byte) [][]byte { return bytes.SplitAfter(content, []byte("\n")) }
