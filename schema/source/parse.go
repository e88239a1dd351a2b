package source

import (
	"fmt"
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
	"github.com/dominoc/dominoc/schema/words"
)

// parse returns the syntax of a file of a package: CUE as it is written, YAML and JSON
// inside the field environment.
func parse(f File, pkg string) (*ast.File, diag.List) {
	if d := unfitText(f); d != nil {
		return nil, diag.List{*d}
	}
	var parsed *ast.File
	var bad *diag.Diagnostic
	switch path.Ext(f.Name) {
	case ".cue":
		var err error
		if parsed, err = parser.ParseFile(f.Name, f.Content); err != nil {
			return nil, syntax.Diagnostics(err, "syntax")
		}
		bad = packageName(f, parsed.PackageName(), pkg)
	case ".json":
		expr, err := json.Extract(f.Name, f.Content)
		if err != nil {
			return nil, unparsed(f, err, "not JSON")
		}
		parsed, bad = wrap(f, expr)
	default:
		content, err := yaml.Extract(f.Name, f.Content)
		if err != nil {
			return nil, unparsed(f, err, "not YAML")
		}
		parsed, bad = wrap(f, single(content))
	}
	if bad == nil {
		bad = tooDeep(f, parsed)
	}
	if bad != nil {
		return nil, diag.List{*bad}
	}
	return parsed, nil
}

// packageName refuses CUE of another package.
func packageName(f File, name, pkg string) *diag.Diagnostic {
	if name == pkg {
		return nil
	}
	d := trouble(f.Name, "package-name", "has no package clause")
	if name != "" {
		d.Message = fmt.Sprintf("is of package %q, not %q", name, pkg)
	}
	d.Pos.Line, d.Pos.Column = 1, 1
	d.Hint = "begin it with: package " + pkg
	return d
}

// single returns the value of a YAML file.
func single(f *ast.File) ast.Expr {
	if len(f.Decls) == 1 {
		if e, ok := f.Decls[0].(*ast.EmbedDecl); ok {
			return e.Expr
		}
	}
	body := &ast.StructLit{Elts: f.Decls}
	if len(f.Decls) > 0 {
		body.Lbrace = f.Decls[0].Pos()
	}
	return body
}

// unparsed returns why a file is not YAML or JSON. YAML's errors have their line in the
// text.
func unparsed(f File, err error, what string) diag.List {
	d := trouble(f.Name, "syntax", "")
	d.Pos.Line, d.Pos.Column = 1, 1
	for _, e := range errors.Errors(err) {
		if at := syntax.Places(e); len(at) > 0 {
			d.Pos = at[0]
		}
	}
	reason := err.Error()
	if inner := errors.Unwrap(err); inner != nil {
		reason = inner.Error()
	}
	reason = strings.TrimPrefix(reason, f.Name+":")
	if line, rest, ok := strings.Cut(reason, ":"); ok {
		if n, err := strconv.Atoi(line); err == nil {
			d.Pos.Line, reason = n, rest
		}
	}
	d.Message = what + ": " + strings.TrimSpace(reason)
	return diag.List{*d}
}

// wrap returns the CUE file with the same content: package environment, and the content
// under its field. Content that is not a group of fields is refused here, where its place
// is known.
func wrap(f File, content ast.Expr) (*ast.File, *diag.Diagnostic) {
	body, ok := content.(*ast.StructLit)
	if !ok {
		d := trouble(f.Name, "not-an-environment", "must hold the fields of one environment, not "+kindOf(content))
		d.Pos.Line, d.Pos.Column = 1, 1
		return nil, d
	}
	if len(body.Elts) == 1 {
		if field, ok := body.Elts[0].(*ast.Field); ok && syntax.Label(field.Label) == EnvironmentPackage {
			d := trouble(f.Name, "wrapped", "has a field environment around the fields of the environment")
			d.Pos, d.End = syntax.Span(field.Label)
			d.Hint = "only CUE has that field: write what is in it at the top"
			return nil, d
		}
	}
	return &ast.File{
		Filename: f.Name,
		Decls: []ast.Decl{
			&ast.Package{Name: ast.NewIdent(EnvironmentPackage)},
			&ast.Field{Label: ast.NewIdent(EnvironmentPackage), Value: content},
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
		return words.Clip(x.Value)
	}
	return "nothing" // an empty YAML file
}
