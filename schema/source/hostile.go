package source

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/scanner"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
)

// maxDepth bounds how deeply data may be nested; the schema has eight levels.
const maxDepth = 200

// unfitText refuses a file that no parser should read.
func unfitText(f File) *diag.Diagnostic {
	for _, check := range []func(File) *diag.Diagnostic{encoding, unmerged, endless} {
		if d := check(f); d != nil {
			return d
		}
	}
	return nil
}

// conflict is all three markers of a merge conflict, each at the beginning of a line.
var conflict = regexp.MustCompile(`(?ms)^<{7} .*?^={7}.*?^>{7} `)

// unmerged refuses a file with the markers of a conflict, of which a parser has
// nothing helpful to say.
func unmerged(f File) *diag.Diagnostic {
	if !bytes.Contains(f.Content, []byte("<<<<<<< ")) {
		return nil
	}
	at := conflict.FindIndex(f.Content)
	if at == nil {
		return nil
	}
	d := trouble(f.Name, "merge-conflict", "has the markers of a merge conflict")
	d.Pos.Line, d.Pos.Column = 1+bytes.Count(f.Content[:at[0]], []byte("\n")), 1
	d.Hint = "choose between the two sides, and remove the lines <<<<<<<, ======= and >>>>>>>"
	return d
}

// encoding refuses a file that is not UTF-8 text.
func encoding(f File) *diag.Diagnostic {
	at := bytes.IndexByte(f.Content, 0)
	reason := "a zero byte"
	if at < 0 && !utf8.Valid(f.Content) {
		at, reason = invalid(f.Content), "a byte that is not UTF-8"
	}
	if at < 0 {
		return nil
	}
	d := trouble(f.Name, "not-text", fmt.Sprintf("not a text file: %s at offset %d", reason, at))
	d.Pos.Line = 1 + bytes.Count(f.Content[:at], []byte("\n"))
	d.Pos.Column = at - bytes.LastIndexByte(f.Content[:at], '\n')
	return d
}

func invalid(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}

// maxRun bounds the tokens of one statement, with those of the statements
// around it.
const maxRun = 10_000

// endless refuses a statement that is so long that what walks its syntax would
// exhaust the stack, which nothing could recover: a.a.a.a or a: a: a: a. A
// small file has none.
func endless(f File) *diag.Diagnostic {
	if len(f.Content) < 4*maxRun || path.Ext(f.Name) == ".yaml" || path.Ext(f.Name) == ".yml" {
		return nil
	}
	var s scanner.Scanner
	s.Init(token.NewFile(f.Name, -1, len(f.Content)), f.Content, func(token.Pos, string, []any) {}, 0)
	run := run{open: []int{0}}
	for {
		pos, tok, _ := s.Scan()
		if tok == token.EOF {
			return nil
		}
		if run.add(tok); run.total > maxRun {
			d := trouble(f.Name, "too-deep", fmt.Sprintf("a statement of more than %d words and signs", maxRun))
			d.Pos = syntax.Place(pos)
			return d
		}
	}
}

// run counts the tokens of the statements that are open: for each bracket the
// tokens since its last comma.
type run struct {
	open  []int
	total int
}

func (r *run) add(tok token.Token) {
	last := len(r.open) - 1
	switch tok {
	case token.COMMA:
		r.total -= r.open[last]
		r.open[last] = 0
		return
	case token.LPAREN, token.LBRACK, token.LBRACE:
		r.open = append(r.open, 0)
	case token.RPAREN, token.RBRACK, token.RBRACE:
		if last > 0 {
			r.total -= r.open[last]
			r.open = r.open[:last]
		}
	}
	r.open[len(r.open)-1]++
	r.total++
}

// tooDeep refuses data that is nested too deeply. It descends no further
// itself, so that it cannot exhaust the stack.
func tooDeep(f File, parsed *ast.File) *diag.Diagnostic {
	const nodes = 4 * maxDepth // a level of data has up to so many of syntax
	depth, deep := 0, ast.Node(nil)
	ast.Walk(parsed, func(n ast.Node) bool {
		depth++
		if depth > nodes && deep == nil {
			deep = n
		}
		return deep == nil
	}, func(ast.Node) { depth-- })
	if deep == nil {
		return nil
	}
	d := trouble(f.Name, "too-deep", fmt.Sprintf("nested more than %d levels deep", maxDepth))
	if at := syntax.Place(deep.Pos()); at.IsValid() {
		d.Pos = at
	}
	return d
}
