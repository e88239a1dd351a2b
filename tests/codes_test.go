package tests

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	cueast "cuelang.org/go/cue/ast"
	cueparser "cuelang.org/go/cue/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/explain"
	"github.com/dominoc/dominoc/schema/words"
	"github.com/dominoc/dominoc/tests/goldenfile"
)

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// emitted are the codes that stand in the sources of every package, each with a
// place where it does: the fields of #rules in CUE, and in Go what is given as a
// code: a field, a parameter, a constant or a result of that name.
func emitted(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	inCUE(t, found)
	inGo(t, found)
	return found
}

func inCUE(t *testing.T, found map[string]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root(t), "schema", "v1alpha1", "*.cue"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		file, err := cueparser.ParseFile(name, nil)
		require.NoError(t, err)
		cueast.Walk(file, func(n cueast.Node) bool {
			f, ok := n.(*cueast.Field)
			if !ok {
				return true
			}
			if label, _, _ := cueast.LabelName(f.Label); label != "#rules" {
				return true
			}
			rules, ok := f.Value.(*cueast.StructLit)
			if !ok {
				return false
			}
			for _, d := range rules.Elts {
				if rule, ok := d.(*cueast.Field); ok {
					if code, _, _ := cueast.LabelName(rule.Label); kebab.MatchString(code) {
						found[code] = name
					}
				}
			}
			return false
		}, nil)
	}
}

// goSource is the Go files below a folder, parsed.
type goSource struct {
	set       *token.FileSet
	files     []*ast.File
	constants map[string]string // texts by name, of all packages
	codeAt    map[string]int    // which parameter of a function of a package is a code
	folder    string            // of the file that is looked at
}

func inGo(t *testing.T, found map[string]string) {
	t.Helper()
	s := goSource{set: token.NewFileSet(), constants: map[string]string{}, codeAt: map[string]int{}}
	for _, below := range []string{"cmd", "compositions", "schema"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root(t), below), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "schema/explain/") || strings.Contains(path, "schema/catalog/") {
				return err
			}
			file, err := parser.ParseFile(s.set, path, nil, 0)
			s.files = append(s.files, file)
			return err
		}))
	}
	for _, file := range s.files {
		s.enter(file)
		ast.Inspect(file, s.declare)
	}
	for _, file := range s.files {
		s.enter(file)
		ast.Inspect(file, func(n ast.Node) bool {
			for _, x := range s.given(n) {
				for _, code := range s.texts(x) {
					if kebab.MatchString(code) {
						found[code] = s.set.Position(x.Pos()).String()
					}
				}
			}
			return true
		})
	}
}

func (s *goSource) enter(file *ast.File) {
	s.folder = filepath.Dir(s.set.Position(file.Pos()).Filename)
}

// declare learns constants, and which functions take a code.
func (s *goSource) declare(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if i < len(n.Values) {
				if text, ok := textOf(n.Values[i]); ok {
					s.constants[s.folder+"."+name.Name] = text
				}
			}
		}
	case *ast.FuncDecl:
		at := 0
		for _, field := range n.Type.Params.List {
			for _, name := range field.Names {
				if strings.ToLower(name.Name) == "code" {
					s.codeAt[s.folder+"."+n.Name.Name] = at
				}
				at++
			}
		}
	}
	return true
}

// given are the expressions that a node gives as a code.
func (s *goSource) given(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && strings.ToLower(key.Name) == "code" {
			return []ast.Expr{n.Value}
		}
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		if at, ok := s.codeAt[s.folder+"."+name]; ok && at < len(n.Args) {
			return []ast.Expr{n.Args[at]}
		}
	case *ast.AssignStmt:
		for i, to := range n.Lhs {
			name := ""
			switch to := to.(type) {
			case *ast.Ident:
				name = to.Name
			case *ast.SelectorExpr:
				name = to.Sel.Name
			}
			if strings.ToLower(name) == "code" && len(n.Rhs) == len(n.Lhs) {
				return []ast.Expr{n.Rhs[i]}
			}
		}
	case *ast.FuncDecl:
		if strings.HasPrefix(strings.ToLower(n.Name.Name), "code") && isText(n.Type.Results) {
			return returned(n)
		}
	case *ast.ValueSpec:
		if strings.HasPrefix(n.Names[0].Name, "code") {
			return n.Values
		}
	case *ast.CompositeLit:
		if list, ok := n.Type.(*ast.ArrayType); ok {
			if name, ok := list.Elt.(*ast.Ident); ok && coded[name.Name] {
				var all []ast.Expr
				for _, x := range n.Elts {
					if one, ok := x.(*ast.CompositeLit); ok && one.Type == nil && len(one.Elts) > 0 {
						all = append(all, one.Elts[0])
					}
				}
				return all
			}
		}
		if name, ok := n.Type.(*ast.Ident); ok && coded[name.Name] && len(n.Elts) > 0 {
			if _, named := n.Elts[0].(*ast.KeyValueExpr); !named {
				return n.Elts[:1]
			}
		}
	}
	return nil
}

// coded are the types whose first field is a code, where it is written without its
// name.
var coded = map[string]bool{"deliveryMistake": true}

func isText(results *ast.FieldList) bool {
	if results == nil || len(results.List) != 1 {
		return false
	}
	name, ok := results.List[0].Type.(*ast.Ident)
	return ok && name.Name == "string"
}

func returned(f *ast.FuncDecl) []ast.Expr {
	var all []ast.Expr
	ast.Inspect(f, func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) > 0 {
			all = append(all, r.Results[0])
		}
		return true
	})
	return all
}

// texts are those that an expression may be: one, a constant, or the first that is
// not empty.
func (s *goSource) texts(x ast.Expr) []string {
	switch x := x.(type) {
	case *ast.BasicLit:
		if text, ok := textOf(x); ok {
			return []string{text}
		}
	case *ast.Ident:
		if text, ok := s.constants[s.folder+"."+x.Name]; ok {
			return []string{text}
		}
	case *ast.SelectorExpr:
		for name, text := range s.constants {
			if strings.HasSuffix(name, "."+x.Sel.Name) {
				return []string{text}
			}
		}
	case *ast.CallExpr:
		var all []string
		for _, arg := range x.Args {
			all = append(all, s.texts(arg)...)
		}
		return all
	}
	return nil
}

func textOf(x ast.Expr) (string, bool) {
	lit, ok := x.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// allRules are what is explained: codes of diagnostics, then those of dangers.
func allRules() []diag.Rule { return slices.Concat(explain.Rules(), diff.Rules()) }

func TestEveryCodeIsExplained(t *testing.T) {
	found := emitted(t)
	require.Greater(t, len(found), 150, "the sources are not read as they were")
	for code, place := range found {
		assert.True(t, slices.ContainsFunc(allRules(), func(r diag.Rule) bool { return r.Code == code }), `%s reports %q, which dominoc explain does not know. Add to schema/explain/codes.txt, in the order of the codes:

%s
<what it means>
- e.g. <what is refused or warned of>
- mend: <what to do>

then run UPDATE=1 go test ./tests -run Diagnostics`, place, code, code)
	}
	for _, rule := range explain.Rules() {
		require.Contains(t, found, rule.Code, "nothing reports it: remove it from schema/explain/codes.txt")
	}
}

func TestEveryExplanationIsWhole(t *testing.T) {
	var before string
	for _, rule := range explain.Rules() {
		require.Less(t, before, rule.Code, "codes.txt is sorted")
		before = rule.Code
	}
	for _, rule := range allRules() {
		require.Regexp(t, kebab, rule.Code)
		require.Regexp(t, `^[A-Z].*\.$|^dominoc .*\.$|^[a-z]+[A-Z]\w* .*\.$|^[a-z]+(\.\w+)+ .*\.$|^(attach|ids|replaces) .*\.$`, rule.Means, rule.Code)
		require.NotEmpty(t, rule.Example, rule.Code)
		require.NotEmpty(t, rule.Mend, rule.Code)
		for _, topic := range []string{rule.Code, rule.Code + "/subject"} {
			text, err := explain.Topic(topic, diff.Rules())
			require.NoError(t, err)
			require.Contains(t, text, rule.Means)
		}
	}
	require.Len(t, explain.Requirements(), 25)
	for _, r := range explain.Requirements() {
		text, err := explain.Topic(strings.ToLower(r.ID), nil)
		require.NoError(t, err)
		require.Contains(t, text, r.Text)
	}
}

// DIAGNOSTICS.md is made of the same entries; a code's heading is its address.
func TestDiagnosticsDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Diagnostics

What each code of a diagnostic means, an example, and how to mend it; ` + "`dominoc explain CODE`" + ` prints the same. Messages name requirements of Domino by an id such as R6, which ` + "`dominoc explain R6`" + ` explains. Generated from schema/explain/codes.txt and compositions/diff by ` + "`UPDATE=1 go test ./tests -run Diagnostics`" + `.
`)
	page := func(rules []diag.Rule) {
		for _, r := range rules {
			fmt.Fprintf(&b, "\n### %s\n\n%s\n\nFor example: %s\n\nTo mend it: %s\n", r.Code, words.Markdown(r.Means), words.Code(r.Example), words.Markdown(r.Mend))
		}
	}
	b.WriteString("\n## Of files and fleets\n")
	page(explain.Rules())
	own, ok := explain.RuleOf("policy-rules", nil)
	require.True(t, ok)
	own.Means = "A code that begins with policy- and is not listed above is a rule of the fleet's own, in environments/policy, which says what it means."
	page([]diag.Rule{own})
	b.WriteString("\n## Dangers of dominoc diff\n")
	page(slices.DeleteFunc(diff.Rules(), func(r diag.Rule) bool {
		_, told := explain.RuleOf(r.Code, explain.Rules())
		return told
	}))
	b.WriteString("\n## Requirements of Domino\n")
	for _, r := range explain.Requirements() {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n", r.ID, words.Markdown(r.Text))
	}
	file := filepath.Join(root(t), "DIAGNOSTICS.md")
	if goldenfile.Updating() {
		goldenfile.Write(t, file, []byte(b.String()))
		return
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, b.String(), string(got), "run UPDATE=1 go test ./tests -run Diagnostics")
	for _, r := range append(allRules(), own) {
		_, anchor, _ := strings.Cut(r.Page(), "#")
		require.Contains(t, string(got), "\n### "+anchor+"\n", "the page of %s", r.Code)
	}
}
