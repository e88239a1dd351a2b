package load

import (
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// In the path of a rule, anyName stands for a name of the user's and anyIndex
// for a place in a list; varies stands for anything else that an environment
// decides.
const (
	anyName  = "<name>"
	anyIndex = "[…]"
	varies   = "…"
)

func join(path, name string) string {
	if path == "" || name == anyIndex {
		return path + name
	}
	return path + "." + name
}

// rules of a definition are read from the syntax: the calls of error in each field
// of its #rules.
func (k *known) rules(definition string) ([]Rule, error) {
	var all []Rule
	for _, name := range slices.Sorted(maps.Keys(k.content)) {
		file, err := parser.ParseFile(name, k.content[name])
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.Field); ok && labelOf(f.Label) == definition {
				all = append(all, rulesBelow(f)...)
			}
		}
	}
	return all, nil
}

func rulesBelow(definition *ast.Field) []Rule {
	var all []Rule
	ast.Walk(definition.Value, func(n ast.Node) bool {
		f, ok := n.(*ast.Field)
		if !ok || labelOf(f.Label) != ruleField {
			return true
		}
		all = append(all, rulesIn(f.Value)...)
		return false
	}, nil)
	return all
}

func rulesIn(group ast.Expr) []Rule {
	s, ok := group.(*ast.StructLit)
	if !ok {
		return nil
	}
	var all []Rule
	for _, d := range s.Elts {
		f, ok := d.(*ast.Field)
		if !ok {
			continue
		}
		ast.Walk(f.Value, func(n ast.Node) bool {
			if r, ok := ruleOf(n); ok {
				r.Code = labelOf(f.Label)
				all = append(all, r)
			}
			return true
		}, nil)
	}
	return all
}

// ruleOf reads one call of error.
func ruleOf(n ast.Node) (Rule, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return Rule{}, false
	}
	if name, ok := call.Fun.(*ast.Ident); !ok || name.Name != "error" {
		return Rule{}, false
	}
	path, text, ok := cutUnquoted(template(call.Args[0]))
	path = strings.ReplaceAll(path, "["+varies+"]", anyIndex)
	return Rule{Path: path, Text: text}, ok
}

// template is the text of an expression, what is computed left open.
func template(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			return template(x.X) + template(x.Y)
		}
	case *ast.BasicLit:
		return text(x)
	case *ast.Interpolation:
		return interpolated(x)
	case *ast.SelectorExpr:
		if m := mapNamed(x.X); m != "" {
			return m + "." + anyName
		}
	case *ast.CallExpr:
		if written(x.Fun) == "strconv.Quote" {
			return anyName
		}
	}
	return varies
}

// interpolated is the text around the \(…) of a string.
func interpolated(x *ast.Interpolation) string {
	first, last := x.Elts[0].(*ast.BasicLit), x.Elts[len(x.Elts)-1].(*ast.BasicLit)
	quotes, skip, _, err := literal.ParseQuotes(first.Value, last.Value)
	if err != nil {
		return varies
	}
	s := ""
	for i := 0; i < len(x.Elts); i += 2 {
		piece, err := quotes.Unquote(x.Elts[i].(*ast.BasicLit).Value[skip:])
		if err != nil {
			return varies
		}
		if i > 0 {
			s += varies
		}
		s, skip = s+piece, len(")")
	}
	return s
}

// mapNamed is the map of an expression of the form (_at & {#map: "pools", …}).
func mapNamed(x ast.Expr) string {
	name := ""
	ast.Walk(x, func(n ast.Node) bool {
		if f, ok := n.(*ast.Field); ok && labelOf(f.Label) == "#map" {
			name = text(f.Value)
		}
		return true
	}, nil)
	return name
}
