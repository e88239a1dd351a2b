package load

import (
	"path"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
	"cuelang.org/go/encoding/json"
	"cuelang.org/go/encoding/yaml"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
)

// parse makes the syntax of a file of a package: CUE as it is written, YAML and JSON
// inside the field environment.
func parse(f file, pkg string) (*ast.File, diag.List) {
	if d := unfitText(f); d != nil {
		return nil, diag.List{*d}
	}
	syntax, found := parseAs(f, pkg)
	if found.HasErrors() {
		return nil, found
	}
	if d := tooDeep(f, syntax); d != nil {
		return nil, diag.List{*d}
	}
	return syntax, nil
}

func parseAs(f file, pkg string) (*ast.File, diag.List) {
	switch path.Ext(f.name) {
	case ".cue":
		return parseCUE(f, pkg)
	case ".json":
		expr, err := json.Extract(f.name, f.content)
		if err != nil {
			return nil, unparsed(f, err, "not JSON")
		}
		return wrap(f, expr)
	}
	return parseYAML(f)
}

func parseCUE(f file, pkg string) (*ast.File, diag.List) {
	syntax, err := parser.ParseFile(f.name, f.content)
	if err != nil {
		return nil, described(err, "syntax")
	}
	if name := syntax.PackageName(); name != pkg {
		d := trouble(f.name, "package-name", "is of package %q, not %q", name, pkg)
		if name == "" {
			d.Message = "has no package clause"
		}
		d.Pos.Line, d.Pos.Column = 1, 1
		d.Hint = "begin it with: package " + pkg
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
	if len(body.Elts) == 1 {
		if field, ok := body.Elts[0].(*ast.Field); ok && syntax.Label(field.Label) == Package {
			d := trouble(f.name, "wrapped", "has a field environment around the fields of the environment")
			d.Pos, d.End = span(field.Label)
			d.Hint = "only CUE has that field: write what is in it at the top"
			return nil, diag.List{d}
		}
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
		return "a list or several documents"
	case *ast.BasicLit:
		if x.Kind == token.NULL {
			return "nothing"
		}
		return clip(x.Value)
	}
	return "nothing" // what an empty file of YAML is read as
}
