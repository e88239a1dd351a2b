package source

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/scanner"
	"cuelang.org/go/cue/token"
)

// packageOf returns the name of the package that CUE states; empty if it states none.
func packageOf(name string, text []byte) (string, error) {
	if stated := plainClause(text); stated != "" {
		return stated, nil
	}
	parsed, err := parser.ParseFile(name, text, parser.PackageClauseOnly)
	if err != nil {
		return "", err
	}
	return parsed.PackageName(), nil
}

// plainClause returns the name of the package of text that begins with the clause, apart from
// comments; empty for any other, which takes a parser. A fleet has thousands of files, and
// for so little the parser takes ten times as long.
func plainClause(text []byte) string {
	sound := true
	var s scanner.Scanner
	s.Init(token.NewFile("", -1, len(text)), text, func(token.Pos, string, []any) { sound = false }, 0)
	var words [2]string
	for i := range words {
		_, tok, word := s.Scan()
		if tok != token.IDENT {
			return ""
		}
		words[i] = word
	}
	_, end, _ := s.Scan()
	_, next, _ := s.Scan() // as far as the parser reads
	if words[0] != "package" || end != token.COMMA || next == token.ATTRIBUTE || !sound || !ast.IsValidIdent(words[1]) || words[1][0] == '_' || words[1][0] == '#' {
		return ""
	}
	return words[1]
}
