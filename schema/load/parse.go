package load

import (
	"bytes"
	"path"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
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
	if d := encoding(f); d != nil {
		return nil, diag.List{*d}
	}
	syntax, found := parseAs(f)
	if found.HasErrors() {
		return nil, found
	}
	if deep := tooDeep(syntax); deep.IsValid() {
		d := trouble(f.name, "too-deep", "nested more than %d levels deep", maxDepth)
		d.Pos = place(deep)
		return nil, diag.List{d}
	}
	return syntax, nil
}

func parseAs(f file) (*ast.File, diag.List) {
	switch path.Ext(f.name) {
	case ".cue":
		return parseCUE(f)
	case ".json":
		expr, err := json.Extract(f.name, f.content)
		if err != nil {
			return nil, described(err, "syntax")
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
		return nil, described(err, "syntax")
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

// wrap makes the file that CUE would have: package environment, and the
// content under its field. Content that is no group of fields is refused here,
// where its place is known.
func wrap(f file, content ast.Expr) (*ast.File, diag.List) {
	if _, ok := content.(*ast.StructLit); !ok {
		d := trouble(f.name, "not-an-environment", "must hold the fields of one environment, not %s", kindOf(content))
		d.Pos.Line, d.Pos.Column = 1, 1
		return nil, diag.List{d}
	}
	return &ast.File{
		Filename: f.name,
		Decls: []ast.Decl{
			&ast.Package{Name: ast.NewIdent(Package)},
			&ast.Field{Label: ast.NewIdent(Package), Value: content},
		},
	}, nil
}

func kindOf(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.ListLit:
		return "a list (of documents, perhaps)"
	case *ast.BasicLit:
		return clip(x.Value)
	}
	return "this"
}

// tooDeep is the place of a node below more than maxDepth others, if any. It
// descends no further, so it cannot exhaust the stack itself.
func tooDeep(f *ast.File) token.Pos {
	depth, at := 0, token.NoPos
	ast.Walk(f, func(n ast.Node) bool {
		depth++
		if depth > 4*maxDepth && !at.IsValid() {
			at = nearestPos(n)
		}
		return !at.IsValid()
	}, func(ast.Node) { depth-- })
	return at
}

func nearestPos(n ast.Node) token.Pos {
	if p := n.Pos(); p.IsValid() {
		return p
	}
	return token.NoPos
}
