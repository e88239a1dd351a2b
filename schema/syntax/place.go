package syntax

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema/diag"
)

// Span returns where a node begins, and the column after it when it ends on the same
// line.
func Span(n ast.Node) (diag.Pos, int) {
	at := Place(n.Pos())
	end := n.End()
	if !end.IsValid() || end.Line() != at.Line || end.Column() <= at.Column {
		return at, 0
	}
	return at, end.Column()
}

// Place returns a position for a reader.
func Place(p token.Pos) diag.Pos {
	if !p.IsValid() {
		return diag.Pos{}
	}
	at := p.Position()
	return diag.Pos{File: at.Filename, Line: at.Line, Column: at.Column}
}
