package load

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/shape"
	"github.com/dominoc/dominoc/schema/syntax"
)

// idle refuses the parts of a policy that CUE accepts and that never run: a rule that is
// optional or has a pattern instead of a code, a field plans outside the policy, and a
// field of a plan that no environment has, which a test for its absence (!= _|_) hides.
func idle(files []*ast.File) diag.List {
	var found diag.List
	for _, f := range topLevel(files).fields {
		switch syntax.Label(f.Label) {
		case "plans":
			found = append(found, fault(f.Label, "unknown-field", `"plans" is not filled in here: dominoc gives the plans to policy.plans`, "write plans: _ within policy"))
		case policies.field:
			found = append(found, optional(f)...)
			found = append(found, unnamedRules(f.Value)...)
		}
	}
	for _, f := range files {
		found = append(found, unknownPlanFields(f)...)
	}
	return found
}

func fault(n ast.Node, code, message, hint string) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Error, Code: code, Message: message, Hint: hint}
	d.Pos, d.End = syntax.Span(n)
	return d
}

// unnamedRules refuses the rules below a value of policy that never run.
func unnamedRules(policy ast.Expr) diag.List {
	var found diag.List
	ast.Walk(policy, func(n ast.Node) bool {
		rules, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		found = append(found, optional(rules)...)
		if syntax.Label(rules.Label) != "rules" {
			return true
		}
		ast.Walk(rules.Value, func(n ast.Node) bool {
			rule, ok := n.(*ast.Field)
			if !ok {
				return true
			}
			found = append(found, optional(rule)...)
			makes := false
			if body, ok := rule.Value.(*ast.StructLit); ok {
				for _, d := range body.Elts {
					if f, ok := d.(*ast.Field); ok && syntax.Label(f.Label) == "violations" {
						makes = true
						found = append(found, optional(f)...)
					}
				}
			}
			if _, pattern := rule.Label.(*ast.ListLit); pattern && makes {
				found = append(found, fault(rule.Label, "policy-rule", "a pattern makes no rule: it only adds to rules that have a name", "give the rule a code, as in \"production-keeps-data\""))
			}
			return false
		}, nil)
		return false
	}, nil)
	return found
}

// optional refuses a field with a question mark: what is below it never runs.
func optional(f *ast.Field) diag.List {
	if f.Constraint != token.OPTION {
		return nil
	}
	return diag.List{fault(f.Label, "policy-rule", "an optional rule never runs", "remove the question mark")}
}

// unknownPlanFields refuses selections of unknown fields from a plan, in a comprehension
// over plans.
func unknownPlanFields(f *ast.File) diag.List {
	var found diag.List
	ast.Walk(f, func(n ast.Node) bool {
		c, ok := n.(*ast.Comprehension)
		if !ok {
			return true
		}
		for _, clause := range c.Clauses {
			loop, ok := clause.(*ast.ForClause)
			if !ok || loop.Value == nil || !overPlans(loop.Source) {
				continue
			}
			ast.Walk(c, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				path, of := selection(s)
				if of != loop.Value.Name {
					return true
				}
				found = append(found, unknownIn(s, path)...)
				return false
			}, nil)
		}
		return true
	}, nil)
	return found
}

// overPlans reports whether an expression is plans or policy.plans.
func overPlans(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name == "plans"
	case *ast.SelectorExpr:
		return syntax.Label(x.Sel) == "plans"
	}
	return false
}

// selection is the path that selectors take from a variable.
func selection(x ast.Expr) (path diag.Path, of string) {
	switch x := x.(type) {
	case *ast.Ident:
		return nil, x.Name
	case *ast.SelectorExpr:
		path, of = selection(x.X)
		return append(path, syntax.Label(x.Sel)), of
	}
	return nil, ""
}

// unknownIn refuses a selection from a plan that the schema has no field for.
func unknownIn(s *ast.SelectorExpr, path diag.Path) diag.List {
	fields := []string{"name", "environment", "spec"}
	at, last := shape.Read().Roots[shape.Environment], 0
	switch path[0] {
	case "spec", "name":
		return nil
	case "environment":
		for last = 1; last < len(path); last++ {
			next, _ := at.Child(path[last])
			if next == nil {
				break
			}
			at = next
		}
		if last == len(path) {
			return nil
		}
		fields = at.Members()
	}
	for range len(path) - 1 - last { // to the selector of the unknown name
		s = s.X.(*ast.SelectorExpr)
	}
	hint := "there are " + enumerate(fields)
	if near := diag.Nearest(path[last], fields); near != "" {
		hint = "did you mean " + near + "?"
	}
	return diag.List{fault(s.Sel, "unknown-field", "a plan has no field "+path[:last+1].String()+", so this guards or says nothing", hint)}
}
