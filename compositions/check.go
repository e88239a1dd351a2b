package compositions

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
)

// PolicyPrefix begins the codes of the rules that users write themselves.
const PolicyPrefix = "policy-"

// Check plans the environments and says what is wrong with them, alone and, by
// the rules, beside each other. It lowers nothing but what ids are given of.
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
	findings := slices.DeleteFunc(hold(members, rules), func(f check.Finding) bool {
		return len(f.Members) > 0 && !slices.ContainsFunc(f.Members, concerned)
	})
	found, elsewhere := beside(findings, lists), excused(findings, rules, len(inputs))
	for i, in := range inputs {
		if !some[i] {
			elsewhere[i] = anywhere
		}
		found = append(found, plan.Accept(in.Environment, in.At, lists[i], elsewhere[i]).In(in.Environment.Name)...)
		if some[i] {
			found = append(found, notItsOwn(in).In(in.Environment.Name)...)
		}
	}
	return found
}

// planAll plans the environments, and applies what each of them accepts to all
// that was found about it.
func planAll(inputs []Input, rules []Rule) ([]*plan.Plan, diag.List) {
	members, lists := decide(inputs)
	findings := hold(members, rules)
	found, elsewhere := beside(findings, lists), excused(findings, rules, len(inputs))
	plans := make([]*plan.Plan, len(inputs))
	for i, in := range inputs {
		plans[i] = members[i].Plan
		found = append(found, plan.Accept(in.Environment, in.At, lists[i], elsewhere[i]).In(in.Environment.Name)...)
		found = append(found, notItsOwn(in).In(in.Environment.Name)...)
	}
	return plans, found
}

// notItsOwn warns of dangers that an environment's file names and only the fleet's
// policy accepts.
func notItsOwn(in Input) diag.List {
	var found diag.List
	for _, id := range slices.Sorted(maps.Keys(in.Environment.Accept)) {
		if !diff.IsCode(id) {
			continue
		}
		code, subject, _ := strings.Cut(id, "/")
		danger := diff.Danger{Code: code, Subject: subject}
		if danger.Own() {
			continue
		}
		path := diag.Path{"accept", id}
		found = append(found, diag.Diagnostic{
			Severity: diag.Warning, Code: "accept-class", Pos: in.At(path), Path: path.String(),
			Message: fmt.Sprintf("accepts nothing: %s is of the class %q, which only the fleet's policy accepts", code, danger.Class()),
			Hint:    "remove it; dominoc diff prints the entry for " + diff.PolicyFolder + " in the change that needs it",
		})
	}
	return found
}

// decide plans the environments side by side.
func decide(inputs []Input) ([]check.Member, []diag.List) {
	members := make([]check.Member, len(inputs))
	lists := make([]diag.List, len(inputs))
	_ = Parallel(len(inputs), func(i int) error {
		members[i] = check.Member{Environment: inputs[i].Environment, At: inputs[i].At}
		members[i].Plan, lists[i] = plan.Decide(inputs[i].Environment, inputs[i].At)
		if members[i].Plan != nil {
			lists[i] = append(lists[i], checkIDs(members[i].Plan, inputs[i].At)...)
		}
		return nil
	})
	return members, lists
}

// hold applies the rules; without any only names are compared, for two folders
// of one name could not be written.
func hold(members []check.Member, rules []Rule) []check.Finding {
	if len(rules) == 0 {
		return check.CheckNames(members)
	}
	var findings []check.Finding
	for _, rule := range rules {
		findings = append(findings, rule(members)...)
	}
	return findings
}

// beside adds each finding to the list of the environment at whose line it
// stands, which may accept it, and gives those that stand at none.
func beside(findings []check.Finding, lists []diag.List) diag.List {
	var rest diag.List
	for _, f := range findings {
		switch {
		case len(f.Used) > 0:
		case len(f.Members) == 0:
			rest = append(rest, f.Diagnostic)
		default:
			lists[f.Members[0]] = append(lists[f.Members[0]], f.Diagnostic)
		}
	}
	return rest
}

// excused says for each environment which codes it may accept although nothing
// in its list has them: those that a rule found in use, those of a danger, of
// which only a diff knows, and, where no rule ran, those that only a rule gives.
func excused(findings []check.Finding, rules []Rule, environments int) []func(code string) bool {
	used := make([][]string, environments)
	for _, f := range findings {
		if len(f.Used) > 0 {
			used[f.Members[0]] = append(used[f.Members[0]], f.Used...)
		}
	}
	all := make([]func(string) bool, environments)
	for i := range all {
		all[i] = func(code string) bool {
			return slices.Contains(used[i], code) || diff.IsCode(code) || len(rules) == 0 && ofRules(code)
		}
	}
	return all
}

// ofRules says that only a rule warns of a code.
func ofRules(code string) bool {
	return strings.HasPrefix(code, PolicyPrefix) || slices.Contains(check.Codes(), code)
}

func anywhere(string) bool { return true }

// planSound are the plans of the inputs, nil where the list at the same index has
// an error.
func planSound(inputs []Input) ([]*plan.Plan, []diag.List) {
	members, lists := decide(inputs)
	findings := hold(members, nil)
	beside(findings, lists)
	elsewhere := excused(findings, nil, len(inputs))
	plans := make([]*plan.Plan, len(inputs))
	for i, in := range inputs {
		lists[i] = plan.Accept(in.Environment, in.At, lists[i], elsewhere[i])
		if !lists[i].HasErrors() {
			plans[i] = members[i].Plan
		}
	}
	return plans, lists
}
