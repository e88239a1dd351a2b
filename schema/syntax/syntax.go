// Package syntax reads CUE syntax and the errors of CUE's packages.
//
// In go nodes, files and errors; out come their text, their places, an index from paths
// to places, and diagnostics. What the text means is left to the callers, packages
// source, load and generate.
package syntax

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// Label returns the name of a field, "" for a computed one.
func Label(l ast.Label) string {
	name, _, err := ast.LabelName(l)
	if err != nil {
		return ""
	}
	return name
}

// Text returns the value of a string literal, "" for any other expression.
func Text(x ast.Expr) string {
	lit, ok := x.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := literal.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}

// Written returns an expression as CUE writes it, on one line.
func Written(x ast.Node) string {
	b, err := format.Node(x, format.Simplify())
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(string(b)), " ")
}
