package privilege

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// Text writes roles for a reader: each policy as statements of actions, with their
// resources and conditions.
func Text(roles []Role) string {
	var out strings.Builder
	for i, r := range roles {
		if i > 0 {
			out.WriteString("\n")
		}
		fmt.Fprintf(&out, "account %s", r.Account)
		if r.ARN != "" {
			fmt.Fprintf(&out, ", role %s", r.ARN)
		}
		fmt.Fprintf(&out, "\nfor %s\n", strings.Join(r.Environments, ", "))
		for _, p := range r.Policies {
			fmt.Fprintf(&out, "\n%s: %d of %d characters\n", p.Name, p.Document.Size(), Longest)
			for _, s := range p.Document.Statement {
				fmt.Fprintf(&out, "  %s %s\n", strings.ToLower(s.Effect), strings.Join(s.Action, ", "))
				for _, resource := range s.Resource {
					fmt.Fprintf(&out, "    on %s\n", resource)
				}
				for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
					for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
						fmt.Fprintf(&out, "    if %s %s %s\n", key, operator, strings.Join(s.Condition[operator][key], ", "))
					}
				}
			}
		}
	}
	return out.String()
}

// TooMany warns of roles whose policies exceed IAM's limits.
func TooMany(roles []Role) diag.List {
	var found diag.List
	for _, r := range roles {
		if problem := r.tooMany(); problem != "" {
			found = append(found, diag.Diagnostic{
				Severity: diag.Warning,
				Code:     "policies-of-role",
				Message:  problem,
				Hint:     "give some of the environments a role of their own, with provider.roleARN; AWS allows 20 on request",
			})
		}
	}
	return found
}

// tooMany returns how a role exceeds the limits, or "".
func (r Role) tooMany() string {
	longest := slices.MaxFunc(r.Policies, func(a, b Policy) int { return cmp.Compare(a.Document.Size(), b.Document.Size()) })
	switch size := longest.Document.Size(); {
	case size > Longest:
		return fmt.Sprintf("policy %q has %d characters, IAM allows %d", longest.Name, size, Longest)
	case len(r.Policies) > Most:
		return fmt.Sprintf("role %s needs %s, IAM allows %d", r.ARN, words.Count(len(r.Policies), "policy"), Most)
	}
	return ""
}
