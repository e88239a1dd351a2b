package load

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/syntax"
)

// use is how files use the schema that they import.
type use int

const (
	// anyUse may take anything from the schema.
	anyUse use = iota

	// ofDefinition names only the definition, but may build values on it.
	ofDefinition

	// asConjunct only says that the field is of the definition, which the binder
	// says too: an evaluation with an open schema accepts and refuses the same.
	asConjunct
)

// useOf is the widest use that any of the files makes of the schema.
func useOf(files []*ast.File, of contract) use {
	narrowest := asConjunct
	for _, f := range files {
		for spec := range f.ImportSpecs() {
			if p := syntax.Text(spec.Path); strings.Contains(p, ".") && (!source.IsSchema(p) || spec.Name != nil) {
				return anyUse
			}
		}
		uses, selections := usesOf(f, of.definition)
		if uses != selections {
			return anyUse
		}
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok && syntax.Label(field.Label) == of.field {
				uses -= conjuncts(field.Value, of.definition)
			}
		}
		if uses != 0 {
			narrowest = ofDefinition
		}
	}
	return narrowest
}

// conjuncts counts the uses of a definition as a conjunct.
func conjuncts(x ast.Expr, definition string) int {
	switch x := x.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.AND {
			return conjuncts(x.X, definition) + conjuncts(x.Y, definition)
		}
	case *ast.SelectorExpr:
		if selects(x, definition) {
			return 1
		}
	}
	return 0
}

// usesOf counts how often a file names the schema, and how often it does so to
// select one definition of it.
func usesOf(f *ast.File, definition string) (uses, selections int) {
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if n.Name == schema.Package {
				uses++
			}
		case *ast.SelectorExpr:
			if selects(n, definition) {
				selections++
			}
		}
		return true
	}, nil)
	return uses, selections
}

// selects reports whether a selector is that of a definition of the schema.
func selects(s *ast.SelectorExpr, definition string) bool {
	pkg, ok := s.X.(*ast.Ident)
	return ok && pkg.Name == schema.Package && syntax.Label(s.Sel) == definition
}

// onlyNarrows reports whether what files refer to can only refuse more when more is
// known of it. They have then no value with the whole schema where they have none with
// an open one. A default, a comparison with what has no value, and whatever counts
// fields can go either way.
func onlyNarrows(files []*ast.File) bool {
	narrows := true
	for _, f := range files {
		ast.Walk(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BottomLit, *ast.CallExpr, *ast.ForClause:
				narrows = false
			case *ast.UnaryExpr:
				narrows = narrows && n.Op != token.MUL
			}
			return narrows
		}, nil)
	}
	return narrows
}
