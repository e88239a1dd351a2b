package load

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/syntax"
	"github.com/dominoc/dominoc/schema/words"
)

// misnamed refuses the top-level names in the files of a package that dominoc does not
// read and that nothing refers to: their values would be ignored without notice. Hidden
// fields, definitions, and what the known fields refer to are the user's own.
func misnamed(files []*ast.File, known ...string) diag.List {
	top := topLevel(files)
	here := "the fields here are " + strings.Join(known, " and ")
	if len(known) == 1 {
		here = "the field here is " + known[0]
	}
	var used map[string]bool
	var found diag.List
	for _, f := range top.fields {
		name := syntax.Label(f.Label)
		if slices.Contains(known, name) || private(name) {
			continue
		}
		if used == nil {
			used = top.reached(known)
		}
		near := diag.Nearest(name, known)
		// A missing environment is reported instead: that says more.
		if missing := slices.Contains(known, source.EnvironmentPackage) && len(top.values[source.EnvironmentPackage]) == 0; used[name] || near == "" && missing {
			continue
		}
		hint := "a name of your own begins with _ or #, or is referred to"
		if near != "" {
			hint = "did you mean " + near + "?"
		}
		found = append(found, fault(f.Label, "unknown-field", `"`+words.Clip(name)+`" is not read, and nothing refers to it; `+here, hint))
	}
	return found
}

// private reports whether a name is hidden or a definition.
func private(name string) bool {
	return strings.HasPrefix(name, "_") || strings.HasPrefix(name, "#")
}

// topNames are the declarations at the top of the files of a package.
type topNames struct {
	fields []*ast.Field          // with a name, those of embedded structs too
	rest   []ast.Node            // let clauses, conditions, and what is embedded
	values map[string][]ast.Expr // by name and by alias
	alias  map[string]string     // names by alias
}

func topLevel(files []*ast.File) *topNames {
	top := &topNames{values: map[string][]ast.Expr{}, alias: map[string]string{}}
	for _, f := range files {
		top.add(f.Decls)
	}
	return top
}

func (top *topNames) add(decls []ast.Decl) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			label := d.Label
			if a, ok := label.(*ast.Alias); ok {
				label, _ = a.Expr.(ast.Label)
				top.values[a.Ident.Name] = append(top.values[a.Ident.Name], d.Value)
				top.alias[a.Ident.Name] = syntax.Label(label)
			}
			name := syntax.Label(label)
			if _, _, err := ast.LabelName(label); err != nil {
				top.rest = append(top.rest, d)
				continue
			}
			top.fields = append(top.fields, &ast.Field{Label: label, Constraint: d.Constraint, Value: d.Value})
			top.values[name] = append(top.values[name], d.Value)
		case *ast.EmbedDecl:
			if s, ok := d.Expr.(*ast.StructLit); ok {
				top.add(s.Elts)
				continue
			}
			top.rest = append(top.rest, d)
		case *ast.Comprehension:
			for _, c := range d.Clauses {
				top.rest = append(top.rest, c)
			}
			if s, ok := d.Value.(*ast.StructLit); ok {
				top.add(s.Elts)
			}
		case *ast.LetClause:
			top.rest = append(top.rest, d)
		}
	}
}

// reached are the names that the known and the private fields refer to, and what
// those refer to in turn.
func (top *topNames) reached(known []string) map[string]bool {
	used := map[string]bool{}
	var visit func(ast.Node)
	visit = func(n ast.Node) {
		ast.Walk(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Field:
				if _, _, err := ast.LabelName(n.Label); err != nil {
					visit(n.Label) // it is computed
				}
				visit(n.Value)
				return false
			case *ast.SelectorExpr:
				visit(n.X)
				return false
			case *ast.Ident:
				if !used[n.Name] {
					used[n.Name] = true
					if name, ok := top.alias[n.Name]; ok {
						used[name] = true
					}
					for _, value := range top.values[n.Name] {
						visit(value)
					}
				}
			}
			return true
		}, nil)
	}
	for _, n := range top.rest {
		visit(n)
	}
	for name, values := range top.values {
		if slices.Contains(known, name) || private(name) {
			for _, value := range values {
				visit(value)
			}
		}
	}
	return used
}
