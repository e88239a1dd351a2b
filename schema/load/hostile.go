package load

import (
	"bytes"
	"path"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/scanner"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema/diag"
)

// maxDepth bounds how deeply data may be nested; the schema has eight levels.
const maxDepth = 200

// unfitText refuses what no parser should see.
func unfitText(f file) *diag.Diagnostic {
	if d := encoding(f); d != nil {
		return d
	}
	if d := unmerged(f); d != nil {
		return d
	}
	return endless(f)
}

// unmerged refuses a file with the markers of a conflict, of which a parser has
// nothing helpful to say: all three, each at the beginning of a line.
func unmerged(f file) *diag.Diagnostic {
	begin := lineWith(f.content, 0, "<<<<<<< ")
	if begin < 0 {
		return nil
	}
	middle := lineWith(f.content, begin, "=======")
	if middle < 0 || lineWith(f.content, middle, ">>>>>>> ") < 0 {
		return nil
	}
	d := trouble(f.name, "merge-conflict", "has the markers of a merge conflict")
	d.Pos.Line, d.Pos.Column = 1+bytes.Count(f.content[:begin], []byte("\n")), 1
	d.Hint = "choose between the two sides, and remove the lines <<<<<<<, ======= and >>>>>>>"
	return &d
}

// lineWith is where the first line from an offset on begins that starts with a
// text; negative without one.
func lineWith(content []byte, from int, text string) int {
	if from == 0 && bytes.HasPrefix(content, []byte(text)) {
		return 0
	}
	at := bytes.Index(content[from:], []byte("\n"+text))
	if at < 0 {
		return -1
	}
	return from + at + 1
}

// encoding refuses what is no text, before a parser stumbles over it.
func encoding(f file) *diag.Diagnostic {
	at := bytes.IndexByte(f.content, 0)
	reason := "a zero byte"
	if at < 0 && !utf8.Valid(f.content) {
		at, reason = invalid(f.content), "a byte that is not UTF-8"
	}
	if at < 0 {
		return nil
	}
	d := trouble(f.name, "not-text", "not a text file: %s at offset %d", reason, at)
	d.Pos.Line = 1 + bytes.Count(f.content[:at], []byte("\n"))
	d.Pos.Column = at - bytes.LastIndexByte(f.content[:at], '\n')
	return &d
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
func endless(f file) *diag.Diagnostic {
	if len(f.content) < 4*maxRun || path.Ext(f.name) == ".yaml" || path.Ext(f.name) == ".yml" {
		return nil
	}
	var s scanner.Scanner
	s.Init(token.NewFile(f.name, -1, len(f.content)), f.content, func(token.Pos, string, []any) {}, 0)
	run := run{open: []int{0}}
	for {
		pos, tok, _ := s.Scan()
		if tok == token.EOF {
			return nil
		}
		if run.add(tok); run.total > maxRun {
			d := trouble(f.name, "too-deep", "a statement of more than %d words and signs", maxRun)
			d.Pos = place(pos)
			return &d
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
func tooDeep(f file, syntax *ast.File) *diag.Diagnostic {
	const nodes = 4 * maxDepth // a level of data has up to so many of syntax
	depth, deep := 0, ast.Node(nil)
	ast.Walk(syntax, func(n ast.Node) bool {
		depth++
		if depth > nodes && deep == nil {
			deep = n
		}
		return deep == nil
	}, func(ast.Node) { depth-- })
	if deep == nil {
		return nil
	}
	d := trouble(f.name, "too-deep", "nested more than %d levels deep", maxDepth)
	if at := place(deep.Pos()); at.IsValid() {
		d.Pos = at
	}
	return &d
}
