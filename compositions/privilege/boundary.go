package privilege

import (
	"slices"
	"strings"
)

// bounds returns denials that keep a role within its environments' boundaries, whatever
// else it is allowed; none without a boundary. They follow the example of the IAM user
// guide, "Delegating responsibility to others using permissions boundaries".
//
//   - A boundary is neither removed nor replaced by another policy.
//   - If all environments have one, no role is created or given permissions without it.
//   - The boundary policy itself does not change.
func bounds(granted []Statement, boundaries []string) []PolicyStatement {
	boundaries = slices.Compact(slices.Sorted(slices.Values(boundaries)))
	all := boundaries[0] != ""
	if !all {
		boundaries = boundaries[1:]
	}
	// The role of a hosted zone creates no roles.
	if len(boundaries) == 0 || !slices.ContainsFunc(granted, func(s Statement) bool { return slices.Contains(s.Actions, "iam:CreateRole") }) {
		return nil
	}
	bounded := []string{"iam:PutRolePermissionsBoundary"}
	if all {
		bounded = []string{"iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"}
	}
	statements := []PolicyStatement{
		{Effect: "Deny", Action: []string{"iam:DeleteRolePermissionsBoundary"}, Resource: []string{"*"}},
		{Effect: "Deny", Action: bounded, Resource: []string{"*"}, Condition: map[string]map[string][]string{
			"StringNotEquals": {boundaryKey: boundaries},
		}},
	}
	ofAWS := func(arn string) bool { return strings.Contains(arn, ":iam::aws:") } // only AWS changes these
	if own := slices.DeleteFunc(slices.Clone(boundaries), ofAWS); len(own) > 0 {
		statements = append(statements, PolicyStatement{
			Effect:   "Deny",
			Action:   []string{"iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"},
			Resource: own,
		})
	}
	return statements
}

// unbounded returns statements without the condition that a role has the boundary: where
// bounds denies what lacks one, it only keeps statements apart that are otherwise equal.
func unbounded(statements []Statement) []Statement {
	out := slices.Clone(statements)
	for i, s := range out {
		out[i].Clauses = slices.DeleteFunc(slices.Clone(s.Clauses), func(c Clause) bool { return c.Key == boundaryKey })
	}
	return out
}
