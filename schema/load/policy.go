package load

import (
	"cmp"
	"maps"
	"slices"

	"cuelang.org/go/cue"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// policyField is the package of the rules, and its field.
const policyField = "policy"

// Policy is the rules of the house: CUE of the user's, over all plans.
type Policy struct{ files *beside }

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
	b, found := l.beside(dir, policyField, policyField, "#Policy", "a rule has severity and violations, a violation environment, path, message and hint")
	if b == nil {
		return nil, found
	}
	return &Policy{b}, nil
}

// Check evaluates the rules over the plans, with the bounds of an environment's
// evaluation but for the deadline, which grows with the plans. The violations are sorted by rule, and within a rule in the order
// in which it lists them; the diagnostics say what is wrong with the rules
// themselves.
func (p *Policy) Check(plans []Planned) ([]Violation, diag.List) {
	sorted := slices.SortedFunc(slices.Values(plans), func(a, b Planned) int { return cmp.Compare(a.Name, b.Name) })
	var policy v1alpha1.Policy
	given := map[string]any{"plans": sorted}
	if found := p.files.evaluated(given, len(plans), func(v cue.Value) error {
		return decoded(v.LookupPath(cue.ParsePath("rules")), &policy.Rules, maxBytes*(1+len(plans)/100))
	}); found.HasErrors() {
		return nil, found
	}
	return p.violations(policy)
}

func (p *Policy) violations(policy v1alpha1.Policy) ([]Violation, diag.List) {
	at := p.files.locator()
	var all []Violation
	var found diag.List
	for _, code := range slices.Sorted(maps.Keys(policy.Rules)) {
		rule := policy.Rules[code]
		place := at(diag.Path{"rules", code})
		for _, v := range rule.Violations {
			path, ok := diag.ParsePath(v.Path)
			if !ok {
				found = append(found, diag.Diagnostic{
					Severity: diag.Error, Code: "policy-path", Pos: place,
					Message: "path \"" + clip(v.Path) + "\" of a violation of \"" + code + "\" is no path",
					Hint:    "write it as in CUE: pools.default.size.max, network.peers[0].cidr",
				})
				continue
			}
			all = append(all, Violation{code, severity(rule), v.Environment, path, v.Message, v.Hint, place})
		}
	}
	return all, found
}

func severity(rule v1alpha1.PolicyRule) diag.Severity {
	if rule.Severity == "warning" {
		return diag.Warning
	}
	return diag.Error
}
