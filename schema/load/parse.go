package load

import (
	"bytes"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/scanner"
	"cuelang.org/go/cue/token"
	"cuelang.org/go/encoding/json"
	"cuelang.org/go/encoding/yaml"

	"github.com/dominoc/dominoc/schema/diag"
)

// Package is the CUE package of environment files, and the field in them that
// holds the environment.
const Package = "environment"

// maxDepth bounds how deeply data may be nested; the schema has eight levels.
const maxDepth = 200

// parse makes the syntax of a file: CUE as it stands, YAML and JSON inside the
// field environment.
func parse(f file) (*ast.File, diag.List) {
	if d := unfitText(f); d != nil {
		return nil, diag.List{*d}
	}
	syntax, found := parseAs(f)
	if found.HasErrors() {
		return nil, found
	}
	if d := tooDeep(f, syntax); d != nil {
		return nil, diag.List{*d}
	}
	return syntax, nil
}

// unfitText refuses what no parser should see.
func unfitText(f file) *diag.Diagnostic {
	if d := encoding(f); d != nil {
		return d
	}
	return endless(f)
}

func parseAs(f file) (*ast.File, diag.List) {
	switch path.Ext(f.name) {
	case ".cue":
		return parseCUE(f)
	case ".json":
		expr, err := json.Extract(f.name, f.content)
		if err != nil {
			return nil, unparsed(f, err, "not JSON")
		}
		return wrap(f, expr)
	}
	return parseYAML(f)
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

func parseCUE(f file) (*ast.File, diag.List) {
	syntax, err := parser.ParseFile(f.name, f.content)
	if err != nil {
		return nil, described(err, "syntax")
	}
	if name := syntax.PackageName(); name != Package {
		d := trouble(f.name, "package-name", "is of package %q, not %q", name, Package)
		if name == "" {
			d.Message = "has no package clause"
		}
		d.Pos.Line, d.Pos.Column = 1, 1
		d.Hint = "begin it with: package " + Package
		return nil, diag.List{d}
	}
	return syntax, nil
}

func parseYAML(f file) (*ast.File, diag.List) {
	syntax, err := yaml.Extract(f.name, f.content)
	if err != nil {
		return nil, unparsed(f, err, "not YAML")
	}
	if len(syntax.Decls) == 1 {
		if e, ok := syntax.Decls[0].(*ast.EmbedDecl); ok {
			return wrap(f, e.Expr)
		}
	}
	body := &ast.StructLit{Elts: syntax.Decls}
	if len(syntax.Decls) > 0 {
		body.Lbrace = syntax.Decls[0].Pos()
	}
	return wrap(f, body)
}

// unparsed is the reason why a file is no YAML or JSON. YAML's errors have
// their line in the text.
func unparsed(f file, err error, what string) diag.List {
	d := trouble(f.name, "syntax", "")
	d.Pos.Line, d.Pos.Column = 1, 1
	for _, e := range errors.Errors(err) {
		if at := places(e); len(at) > 0 {
			d.Pos = at[0]
		}
	}
	reason := err.Error()
	if inner := errors.Unwrap(err); inner != nil {
		reason = inner.Error()
	}
	reason = strings.TrimPrefix(reason, f.name+":")
	if line, rest, ok := strings.Cut(reason, ":"); ok {
		if n, err := strconv.Atoi(line); err == nil {
			d.Pos.Line, reason = n, rest
		}
	}
	d.Message = what + ": " + strings.TrimSpace(reason)
	return diag.List{d}
}

// wrap makes the file that CUE would have: package environment, and the
// content under its field. Content that is no group of fields is refused here,
// where its place is known.
func wrap(f file, content ast.Expr) (*ast.File, diag.List) {
	body, ok := content.(*ast.StructLit)
	if !ok {
		d := trouble(f.name, "not-an-environment", "must hold the fields of one environment, not %s", kindOf(content))
		d.Pos.Line, d.Pos.Column = 1, 1
		return nil, diag.List{d}
	}
	if d := wrapped(f, body); d != nil {
		return nil, diag.List{*d}
	}
	return &ast.File{
		Filename: f.name,
		Decls: []ast.Decl{
			&ast.Package{Name: ast.NewIdent(Package)},
			&ast.Field{Label: ast.NewIdent(Package), Value: content},
		},
	}, nil
}

// wrapped refuses the field around the environment, which only CUE has.
func wrapped(f file, body *ast.StructLit) *diag.Diagnostic {
	if len(body.Elts) != 1 {
		return nil
	}
	field, ok := body.Elts[0].(*ast.Field)
	if !ok || labelOf(field.Label) != Package {
		return nil
	}
	d := trouble(f.name, "wrapped", "has a field environment around the fields of the environment")
	d.Pos, d.End = span(field.Label)
	d.Hint = "only CUE has that field: write what is in it at the top"
	return &d
}

func kindOf(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.ListLit:
		return "a list or several documents"
	case *ast.BasicLit:
		if x.Kind == token.NULL {
			return "nothing"
		}
		return clip(x.Value)
	}
	return "nothing" // what an empty file of YAML is read as
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
	runs, total := []int{0}, 0
	for {
		pos, tok, _ := s.Scan()
		last := len(runs) - 1
		switch tok {
		case token.EOF:
			return nil
		case token.COMMA:
			total -= runs[last]
			runs[last] = 0
			continue
		case token.LPAREN, token.LBRACK, token.LBRACE:
			runs = append(runs, 0)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if last > 0 {
				total -= runs[last]
				runs = runs[:last]
			}
		}
		runs[len(runs)-1]++
		if total++; total > maxRun {
			d := trouble(f.name, "too-deep", "a statement of more than %d words and signs", maxRun)
			d.Pos = place(pos)
			return &d
		}
	}
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
