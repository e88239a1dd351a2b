package workspace

import (
	"fmt"
	"path/filepath"

	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// rules returns the rules by which environments are checked against each other: dominoc's
// and the user's. partial means that some environments of the fleet could not be read.
// The list has the mistakes in the user's quotas, rules and delivery themselves, and in a
// copy of the schema.
func (w *Workspace) rules(partial bool) ([]check.Rule, diag.List) {
	stated, found := w.Stated()
	house, more := w.Loader.Policy(w.inFleet("policy"))
	delivery, wrong := w.delivery()
	found = append(append(found, more...), wrong...)
	_, wrong = Acceptances(w.Loader, w.Root)
	found = append(append(found, wrong...), w.Loader.Vendored()...)
	facts := check.Facts{Quotas: stated, Date: w.Date, Partial: partial}
	rules := []check.Rule{func(members []check.Member) []check.Finding { return check.Check(members, facts) }}
	if house != nil {
		rules = append(rules, houseRule(house))
	}
	if delivery != nil || !w.misdelivered().HasErrors() {
		rules = append(rules, check.RingRule(w.DeliveryValues().Rings))
	}
	if delivery != nil {
		rules = append(rules, check.DeliveryRule(delivery.Values, delivery.At, partial))
	}
	return rules, found
}

// Acceptances returns the acceptances of the fleet's policy below a root. The list has the
// mistakes in them that can be found without a base.
func Acceptances(loader *load.Loader, root string) ([]diff.Acceptance, diag.List) {
	read, found := loader.Acceptances(filepath.Join(root, filepath.FromSlash(diff.PolicyFolder)))
	if read == nil {
		return nil, found
	}
	all := make([]diff.Acceptance, len(read.Values))
	for i, value := range read.Values {
		all[i] = diff.Acceptance{Acceptance: value, Pos: read.At(diag.Path{}.Index(i))}
	}
	return all, append(found, diff.Misnamed(all)...)
}

// houseRule returns the user's policy as a rule.
func houseRule(policy *load.Policy) check.Rule {
	return func(members []check.Member) []check.Finding {
		var plans []load.Planned
		names := map[string]int{}
		for i, m := range members {
			names[m.Environment.Name] = i
			if m.Planned {
				plans = append(plans, load.Planned{Name: m.Environment.Name, Environment: m.Environment, Spec: &m.Plan().Spec})
			}
		}
		violations, wrong := policy.Check(plans)
		var found []check.Finding
		for _, d := range wrong {
			found = append(found, check.Finding{Diagnostic: d})
		}
		for _, v := range violations {
			if member, known := names[v.Environment]; known {
				found = append(found, violated(v, member, members[member].At))
			} else {
				found = append(found, unknownEnvironment(v))
			}
		}
		return found
	}
}

func violated(v load.Violation, member int, at diag.Locator) check.Finding {
	return check.Finding{Members: []int{member}, Diagnostic: diag.Diagnostic{
		Severity: v.Severity, Code: check.PolicyPrefix + v.Rule, Pos: at(v.Path), Path: v.Path.String(),
		Message: v.Message, Hint: v.Hint, Notes: []diag.Note{{Pos: v.At, Message: "the rule"}},
	}}
}

func unknownEnvironment(v load.Violation) check.Finding {
	return check.Finding{Diagnostic: diag.Diagnostic{
		Severity: diag.Error, Code: "policy-environment", Pos: v.At,
		Message: fmt.Sprintf("the rule %q names environment %q, which is not in the fleet", v.Rule, v.Environment),
		Hint:    "take the name from the plan: environment: p.name",
	}}
}
