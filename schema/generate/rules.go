package main

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema/shape"
	"github.com/dominoc/dominoc/schema/syntax"
)

// rulesOf are the rules of a definition: the calls of error in each field of its #rules.
func rulesOf(definition *ast.Field) []shape.Rule {
	var all []shape.Rule
	ast.Walk(definition.Value, func(n ast.Node) bool {
		rules, ok := n.(*ast.Field)
		if !ok || syntax.Label(rules.Label) != "#rules" {
			return true
		}
		group, _ := rules.Value.(*ast.StructLit)
		if group == nil {
			return false
		}
		for _, d := range group.Elts {
			f, ok := d.(*ast.Field)
			if !ok {
				continue
			}
			ast.Walk(f.Value, func(n ast.Node) bool {
				if message := errorIn(n); message != nil {
					if path, text, ok := strings.Cut(template(message), ": "); ok {
						path = strings.ReplaceAll(path, "["+shape.Varies+"]", shape.RuleIndex)
						all = append(all, shape.Rule{Code: syntax.Label(f.Label), Path: path, Text: text})
					}
				}
				return true
			}, nil)
		}
		return false
	}, nil)
	return all
}

// errorIn is the message of a call of error, nil for anything else.
func errorIn(n ast.Node) ast.Expr {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil
	}
	if name, ok := call.Fun.(*ast.Ident); !ok || name.Name != "error" {
		return nil
	}
	return call.Args[0]
}

// template is the text of an expression, what is computed left open.
func template(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			return template(x.X) + template(x.Y)
		}
	case *ast.BasicLit:
		return syntax.Text(x)
	case *ast.Interpolation:
		return interpolated(x)
	case *ast.SelectorExpr:
		if m := mapNamed(x.X); m != "" {
			return m + "." + shape.RuleName
		}
	case *ast.CallExpr:
		if syntax.Written(x.Fun) == "strconv.Quote" {
			return shape.RuleName
		}
	}
	return shape.Varies
}

// interpolated is the text around the \(…) of a string.
func interpolated(x *ast.Interpolation) string {
	first, last := x.Elts[0].(*ast.BasicLit), x.Elts[len(x.Elts)-1].(*ast.BasicLit)
	quotes, skip, _, err := literal.ParseQuotes(first.Value, last.Value)
	if err != nil {
		return shape.Varies
	}
	s := ""
	for i := 0; i < len(x.Elts); i += 2 {
		piece, err := quotes.Unquote(x.Elts[i].(*ast.BasicLit).Value[skip:])
		if err != nil {
			return shape.Varies
		}
		if i > 0 {
			s += shape.Varies
		}
		s, skip = s+piece, len(")")
	}
	return s
}

// mapNamed is the map of an expression of the form (_at & {#map: "pools", …}).
func mapNamed(x ast.Expr) string {
	name := ""
	ast.Walk(x, func(n ast.Node) bool {
		if f, ok := n.(*ast.Field); ok && syntax.Label(f.Label) == "#map" {
			name = syntax.Text(f.Value)
		}
		return true
	}, nil)
	return name
}
