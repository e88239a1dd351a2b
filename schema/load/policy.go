package load

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// Policy is the rules of the house: CUE of the user's, over all plans.
type Policy struct{ source *Source }

// Planned is what a rule sees of an environment.
type Planned struct {
	Name        string                    `json:"name"`
	Environment *v1alpha1.Environment     `json:"environment"` // as the schema completes it
	Spec        *v1alpha1.EnvironmentSpec `json:"spec"`        // of its DominoEnvironment
}

// Violation is what a rule says about an environment. Path is that of the field
// that must change, empty for the environment as a whole; At is the rule's.
type Violation struct {
	Rule        string
	Severity    diag.Severity
	Environment string
	Path        diag.Path
	Message     string
	Hint        string
	At          diag.Pos
}

// Policy reads the files of package policy in a folder. It is nil when there are
// none, or when an error is among the diagnostics.
func (l *Loader) Policy(dir string) (*Policy, diag.List) {
	s, found := l.fleet(policies, dir)
	if s == nil {
		return nil, found
	}
	return &Policy{s}, nil
}

// Check evaluates the rules over the plans, with the bounds of an environment's
// evaluation but for the deadline, which grows with the plans. The violations are sorted
// by rule, and within a rule in the order in which it lists them; the diagnostics say what
// is wrong with the rules themselves.
func (p *Policy) Check(plans []Planned) ([]Violation, diag.List) {
	sorted := slices.SortedFunc(slices.Values(plans), func(a, b Planned) int { return cmp.Compare(a.Name, b.Name) })
	var policy v1alpha1.Policy
	r := request{into: &policy.Rules, path: cue.ParsePath("rules"), given: map[string]any{"plans": sorted}, size: len(plans)}
	if found := p.source.checkInto(r); found.HasErrors() {
		return nil, found
	}
	return p.violations(policy)
}

func (p *Policy) violations(policy v1alpha1.Policy) ([]Violation, diag.List) {
	var all []Violation
	var found diag.List
	for _, code := range slices.Sorted(maps.Keys(policy.Rules)) {
		rule := policy.Rules[code]
		place, severity := p.source.At(diag.Path{"rules", code}), diag.Error
		if rule.Severity == "warning" {
			severity = diag.Warning
		}
		for _, v := range rule.Violations {
			path, ok := diag.ParsePath(v.Path)
			if !ok {
				found = append(found, diag.Diagnostic{
					Severity: diag.Error, Code: "policy-path", Pos: place,
					Message: "path \"" + words.Clip(v.Path) + "\" of a violation of \"" + code + "\" is no path",
					Hint:    "write it as in CUE: pools.default.size.max, network.peers[0].cidr",
				})
				continue
			}
			all = append(all, Violation{code, severity, v.Environment, path, v.Message, v.Hint, place})
		}
	}
	return all, found
}

// inWordsOfCUE is what CUE says of rules, which are programs, and of references.
func (s *Source) inWordsOfCUE(err error) diag.List {
	var found diag.List
	for _, e := range errors.Errors(err) {
		for _, d := range s.described(e) {
			d.Path = strings.Join(e.Path(), ".")
			if p, inside := s.of.relative(e.Path()); inside && s.index().Exact(p) != nil || len(syntax.Places(e)) == 0 {
				d.Pos, d.Notes = s.At(p), nil
			}
			switch format, args := e.Msg(); {
			case strings.HasPrefix(format, "reference ") && len(args) > 0:
				s.unresolved(&d, fmt.Sprint(args[0]))
			case strings.HasPrefix(format, "field not allowed"):
				d.Code, d.Message, d.Hint = "unknown-field", "there is no such field", s.of.form
			case strings.HasPrefix(format, "field is required but not present"):
				d.Code, d.Message, d.Hint = "missing-field", "missing, and it has no default", s.of.form
			}
			found = append(found, d)
		}
	}
	return found
}

// unresolved points to the name that a reference has and nothing declares.
func (s *Source) unresolved(d *diag.Diagnostic, name string) {
	files, _ := s.Parse()
	found := false
	for _, f := range files {
		ast.Walk(f, func(n ast.Node) bool {
			if i, ok := n.(*ast.Ident); ok && i.Name == name && !found {
				d.Pos, d.End = syntax.Span(i)
				found = true
			}
			return !found
		}, nil)
	}
	rules := s.of.definition == policies.definition
	switch {
	case name == "plans" && rules:
		d.Hint = "write plans: _ within policy"
	case name == schema.Package:
		d.Hint = "write above: import " + strconv.Quote(schema.ImportPath)
	case slices.Contains([]string{"list", "strings", "net", "struct", "math", "regexp", "strconv", "time"}, name):
		d.Hint = "write above: import " + strconv.Quote(name)
	case rules:
		if near := diag.Nearest(name, append(slices.Sorted(maps.Keys(topLevel(files).values)), "plans")); near != "" {
			d.Hint = "did you mean " + near + "?"
		}
	}
}
