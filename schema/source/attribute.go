package source

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// included reports whether a file takes part, by its build attributes: as in CUE
// when no tag is given.
func included(f *ast.File) bool {
	for _, d := range f.Decls {
		switch x := d.(type) {
		case *ast.Attribute:
			switch key, body := x.Split(); key {
			case "ignore":
				return false
			case "if":
				return condition(body)
			}
		case *ast.Package:
			return true
		}
	}
	return true
}

// condition is the value of an @if expression in which every tag is unset. One
// that cannot be read excludes the file.
func condition(body string) bool {
	x, err := parser.ParseExpr("", body)
	return err == nil && holds(x)
}

func holds(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return holds(x.X)
	case *ast.UnaryExpr:
		return x.Op == token.NOT && !holds(x.X)
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND:
			return holds(x.X) && holds(x.Y)
		case token.LOR:
			return holds(x.X) || holds(x.Y)
		}
	}
	return false
}
