package compositions

import (
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fleet"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
)

// PolicyPrefix begins the codes of the rules that users write themselves.
const PolicyPrefix = "policy-"

// Check plans the environments and says what is wrong with them, alone and, by
// the rules, beside each other. It lowers nothing.
func Check(inputs []Input, rules ...Rule) diag.List {
	_, diagnostics := planAll(inputs, rules)
	return diagnostics
}

// CheckSome is Check for some of the environments, by index: of what is wrong
// with the others only that is told which concerns one of these too.
func CheckSome(inputs []Input, some map[int]bool, rules ...Rule) diag.List {
	members, lists := decide(inputs)
	for i := range lists {
		if !some[i] {
			lists[i] = nil
		}
	}
	concerned := func(member int) bool { return some[member] }
	findings := slices.DeleteFunc(hold(members, rules), func(f fleet.Finding) bool {
		return len(f.Members) > 0 && !slices.ContainsFunc(f.Members, concerned)
	})
	found := beside(findings, lists)
	for i, in := range inputs {
		elsewhere := anywhere
		if some[i] {
			elsewhere = unruled(rules)
		}
		found = append(found, plan.Accept(in.Environment, in.At, lists[i], elsewhere)...)
	}
	return found
}

// planAll plans the environments, and applies what each of them accepts to all
// that was found about it.
func planAll(inputs []Input, rules []Rule) ([]*plan.Plan, diag.List) {
	members, lists := decide(inputs)
	found := beside(hold(members, rules), lists)
	plans := make([]*plan.Plan, len(inputs))
	for i, in := range inputs {
		plans[i] = members[i].Plan
		found = append(found, plan.Accept(in.Environment, in.At, lists[i], unruled(rules))...)
	}
	return plans, found
}

// decide plans the environments side by side.
func decide(inputs []Input) ([]fleet.Member, []diag.List) {
	members := make([]fleet.Member, len(inputs))
	lists := make([]diag.List, len(inputs))
	parallel(len(inputs), func(i int) {
		members[i] = fleet.Member{Environment: inputs[i].Environment, At: inputs[i].At}
		members[i].Plan, lists[i] = plan.Decide(inputs[i].Environment, inputs[i].At)
	})
	return members, lists
}

// hold applies the rules; without any only names are compared, for two folders
// of one name could not be written.
func hold(members []fleet.Member, rules []Rule) []fleet.Finding {
	if len(rules) == 0 {
		return fleet.CheckNames(members)
	}
	var findings []fleet.Finding
	for _, rule := range rules {
		findings = append(findings, rule(members)...)
	}
	return findings
}

// beside adds each finding to the list of the environment at whose line it
// stands, which may accept it, and gives those that stand at none.
func beside(findings []fleet.Finding, lists []diag.List) diag.List {
	var rest diag.List
	for _, f := range findings {
		if len(f.Members) == 0 {
			rest = append(rest, f.Diagnostic)
			continue
		}
		lists[f.Members[0]] = append(lists[f.Members[0]], f.Diagnostic)
	}
	return rest
}

// unruled says of a code that only a rule could have warned of it, where none
// ran.
func unruled(rules []Rule) func(code string) bool {
	if len(rules) > 0 {
		return nil
	}
	return func(code string) bool {
		return strings.HasPrefix(code, PolicyPrefix) || slices.Contains(fleet.Codes(), code)
	}
}

func anywhere(string) bool { return true }
