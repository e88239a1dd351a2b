package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
)

// PolicyPrefix begins the codes of the rules that users write themselves.
const PolicyPrefix = "policy-"

// A Rule checks the members of a fleet against each other.
type Rule func([]Member) []Finding

// Judge runs the rules on the members, adds what they find to what was found in each
// member alone, and drops the warnings that a member accepts. With some, by index, the
// other members get only findings that concern one of these too; nil is all members.
// Without a rule only names are compared: two folders of one name cannot be written.
//
// It returns the diagnostics of each member, and those that are in no member's file.
func Judge(members []Member, rules []Rule, some map[int]bool) (lists []diag.List, rest diag.List) {
	findings := CheckNames(members)
	if len(rules) > 0 {
		findings = nil
		for _, rule := range rules {
			findings = append(findings, rule(members)...)
		}
	}
	chosen := func(member int) bool { return some == nil || some[member] }
	lists = make([]diag.List, len(members))
	for i, m := range members {
		if chosen(i) {
			lists[i] = slices.Clone(m.Found)
		}
	}
	used := make([][]string, len(members))
	for _, f := range findings {
		switch {
		case len(f.Used) > 0:
			used[f.Members[0]] = append(used[f.Members[0]], f.Used...)
		case len(f.Members) == 0:
			rest = append(rest, f.Diagnostic)
		case slices.ContainsFunc(f.Members, chosen):
			lists[f.Members[0]] = append(lists[f.Members[0]], f.Diagnostic)
		}
	}
	for i, m := range members {
		// A code may be accepted although the list does not have it: a rule found it in
		// use, only a diff or a rule that did not run can find it, or the member's own
		// findings are left out.
		lists[i] = plan.Accept(m.Environment, m.At, lists[i], func(code string) bool {
			return !chosen(i) || slices.Contains(used[i], code) || diff.IsCode(code) || len(rules) == 0 && ofRules(code)
		})
		if chosen(i) {
			lists[i] = append(lists[i], misaccepted(m)...)
		}
	}
	return lists, rest
}

// ofRules reports whether only a rule warns of a code.
func ofRules(code string) bool {
	return strings.HasPrefix(code, PolicyPrefix) || slices.Contains(Codes(), code)
}

// misaccepted warns of dangers that an environment's file accepts although only the
// fleet's policy may.
func misaccepted(m Member) diag.List {
	var found diag.List
	for _, id := range slices.Sorted(maps.Keys(m.Environment.Accept)) {
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
			Severity: diag.Warning, Code: "accept-class", Pos: m.At(path), Path: path.String(),
			Message: fmt.Sprintf("accepts nothing: %s is of the class %q, which only the fleet's policy accepts", code, danger.Class()),
			Hint:    "remove it; dominoc diff prints the entry for " + diff.PolicyFolder + " in the change that needs it",
		})
	}
	return found
}
