package cluster

import (
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
	"github.com/dominoc/dominoc/tests/iam"
)

// allowedCalls holds each call that the provider made, and what AWS asks for with it,
// against dominoc policy: the role of the account may do it to what the call names and
// makes, with the conditions of the policy met by the call and by the tags that the
// resources had. What a call names beyond the types of resources that IAM knows for an
// action does not count, as IAM does not ask.
func (w *emulated) allowedCalls(t *testing.T) { w.allowedBy(t) }

// allowedBy holds them against dominoc policy with some flags.
func (w *emulated) allowedBy(t *testing.T, flags ...string) {
	t.Helper()
	calls, err := w.emulator.Calls()
	require.NoError(t, err)
	roles, err := w.suite.fleet.dominoc.Policies(flags...)
	require.NoError(t, err)
	types := resourceTypes(t)
	refused := map[string]bool{}
	made := 0
	for _, call := range calls {
		i := slices.IndexFunc(roles, func(r harness.Role) bool { return r.ARN == call.Role })
		switch {
		case call.Stray != "":
			refused["somebody went past the emulator, to "+call.Stray] = true
		case slices.Contains(denials, call.Error): // and not done
		case i >= 0 && call.Service != "sts": // anybody may ask who he is
			made++
			for _, why := range forbidden(call, statementsOf(roles[i]), types) {
				refused[why] = true
			}
		}
	}
	require.NotZero(t, made, "no call of the provider was recorded")
	for _, why := range slices.Sorted(maps.Keys(refused)) {
		t.Error(why)
	}
	t.Logf("%d calls of the provider", made)
}

// denials are the errors of calls for which a role has no rights; see emulator/aws/permissions.py.
var denials = []string{"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}

// statementsOf are those of all policies of a role.
func statementsOf(role harness.Role) []iam.Statement {
	var all []iam.Statement
	for _, policy := range role.Policies {
		all = append(all, policy.Document.Statement...)
	}
	return all
}

// absent are what AWS's errors say of what is not there. Auto Scaling has no code for it.
var absent = []string{"NotFound", "NoSuch", "AutoScalingGroup name not found"}

// forbidden says why a call is not allowed, a sentence for each action and resource.
func forbidden(call harness.Call, statements []iam.Statement, types map[string][]string) []string {
	made := call.Request
	made.Resources = slices.Concat(call.Resources, call.Made)
	var all []string
	for i, request := range append([]harness.Request{made}, call.Implied...) {
		gone := slices.ContainsFunc(absent, func(said string) bool { return strings.Contains(call.Error+call.Body, said) })
		for _, why := range refused(request, statements, types[request.Action], gone) {
			why = call.Account + ": " + request.Action + " " + why
			if i > 0 {
				why += " (with " + call.Action + ")"
			}
			all = append(all, why)
		}
	}
	return all
}

// refused says on what, and why, a request is not allowed. A resource that is gone has
// no tags any more that a condition could be met by.
func refused(request harness.Request, statements []iam.Statement, types []string, gone bool) []string {
	statements = slices.DeleteFunc(slices.Clone(statements), func(s iam.Statement) bool {
		return !slices.Contains(s.Action, request.Action)
	})
	if !slices.ContainsFunc(statements, allows) {
		return []string{"is not allowed at all"}
	}
	var all []string
	asked := false
	for _, resource := range request.Resources {
		if !slices.ContainsFunc(types, func(pattern string) bool { return iam.Like(pattern, resource) }) {
			continue
		}
		asked = true
		facts, exists := request.Facts[resource]
		if gone && !exists {
			continue
		}
		r := iam.Request{Action: request.Action, Resource: resource, Context: maps.Clone(request.Context)}
		if r.Context == nil {
			r.Context = map[string][]string{}
		}
		maps.Copy(r.Context, facts)
		if why := whyNot(statements, r); why != "" {
			all = append(all, why)
		}
	}
	if !asked && !gone && !anywhere(statements, request) {
		all = append(all, "is allowed nowhere"+unmet(statements, request.Context))
	}
	return all
}

func allows(s iam.Statement) bool { return s.Effect != "Deny" }

// whyNot says why a request on one resource is not allowed, or is empty.
func whyNot(statements []iam.Statement, r iam.Request) string {
	if iam.Allowed(statements, r) {
		return ""
	}
	about := slices.DeleteFunc(slices.Clone(statements), func(s iam.Statement) bool {
		return !slices.ContainsFunc(s.Resource, func(pattern string) bool { return iam.Like(pattern, r.Resource) })
	})
	switch {
	case !slices.ContainsFunc(about, allows):
		return "is not allowed on " + r.Resource
	case slices.ContainsFunc(about, func(s iam.Statement) bool { return !allows(s) && s.Matches(r) }):
		return "is denied on " + r.Resource
	}
	return "is not allowed on " + r.Resource + unmet(about, r.Context)
}

// anywhere reports whether a request that names no resource that IAM knows is allowed
// on something.
func anywhere(statements []iam.Statement, request harness.Request) bool {
	return slices.ContainsFunc(statements, func(s iam.Statement) bool {
		return allows(s) && iam.Allowed(statements, iam.Request{Action: request.Action, Resource: s.Resource[0], Context: request.Context})
	})
}

// unmet are the conditions under which statements allow, and the keys that there were.
func unmet(statements []iam.Statement, has map[string][]string) string {
	var wanted []string
	for _, s := range statements {
		if allows(s) {
			wanted = append(wanted, fmt.Sprint(s.Condition))
		}
	}
	slices.Sort(wanted)
	return fmt.Sprintf(": the conditions are %s, and the call has %v", strings.Join(slices.Compact(wanted), " or "), has)
}

// rows are those of a table of the repository, by its path there.
func rows(t *testing.T, table string) [][]string {
	t.Helper()
	root, err := harness.Repository()
	require.NoError(t, err)
	file, err := os.Open(filepath.Join(root, filepath.FromSlash(table)))
	require.NoError(t, err)
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comment = '#'
	all, err := reader.ReadAll()
	require.NoError(t, err)
	return all
}

// resourceTypes are the ARNs, as patterns, of what each action may be about.
func resourceTypes(t *testing.T) map[string][]string {
	t.Helper()
	types := map[string][]string{}
	for _, row := range rows(t, "compositions/privilege/testdata/service-authorization.csv") {
		for _, arn := range strings.Fields(row[1]) {
			types[row[0]] = append(types[row[0]], starred(arn))
		}
	}
	return types
}

// starred is an ARN with a * for each placeholder.
func starred(arn string) string {
	for {
		before, rest, found := strings.Cut(arn, "{")
		if !found {
			return arn
		}
		_, after, _ := strings.Cut(rest, "}")
		arn = before + "*" + after
	}
}

func TestACallIsHeldAgainstPolicies(t *testing.T) {
	const (
		subnets, vpc = "arn:aws:ec2:r:1:subnet/*", "arn:aws:ec2:r:1:vpc/vpc-1"
		ours, theirs = "aws:ResourceTag/owner", "aws:RequestTag/owner"
		key, role    = "arn:aws:kms:r:1:key/k", "arn:aws:iam::1:role/r"
	)
	types := map[string][]string{
		"ec2:CreateSubnet": {"arn:*:ec2:*:*:subnet/*", "arn:*:ec2:*:*:vpc/*"}, "ec2:CreateTags": {"arn:*:ec2:*:*:subnet/*"},
		"kms:PutKeyPolicy": {"arn:*:kms:*:*:key/*"}, "iam:PassRole": {"arn:*:iam::*:role/*"}, "iam:CreateRole": {"arn:*:iam::*:role/*"},
	}
	when := func(operator, key string, values ...string) map[string]map[string][]string {
		return map[string]map[string][]string{operator: {key: values}}
	}
	has := func(key string, values ...string) map[string][]string { return map[string][]string{key: values} }
	statements := []iam.Statement{
		{Effect: "Allow", Action: []string{"ec2:CreateSubnet"}, Resource: []string{vpc}},
		{Effect: "Allow", Action: []string{"ec2:CreateSubnet"}, Resource: []string{subnets}, Condition: when("StringEquals", theirs, "e")},
		{Effect: "Allow", Action: []string{"ec2:CreateTags"}, Resource: []string{subnets}, Condition: when("StringEquals", "ec2:CreateAction", "CreateSubnet")},
		{Effect: "Allow", Action: []string{"kms:PutKeyPolicy"}, Resource: []string{"arn:aws:kms:r:1:key/*"}, Condition: when("StringEquals", ours, "e")},
		{Effect: "Allow", Action: []string{"iam:PassRole"}, Resource: []string{role}, Condition: when("StringEquals", "iam:PassedToService", "eks.amazonaws.com")},
		{Effect: "Allow", Action: []string{"iam:CreateRole", "eks:CreateCluster"}, Resource: []string{"*"}},
		{Effect: "Deny", Action: []string{"iam:CreateRole"}, Resource: []string{"*"}, Condition: when("StringNotEquals", "iam:PermissionsBoundary", "b")},
		{Effect: "Allow", Action: []string{"acm:RequestCertificate"}, Resource: []string{"*"}, Condition: when("ForAllValues:StringEquals", "acm:DomainNames", "a", "b")},
	}
	request := func(action string, context map[string][]string, resources ...string) harness.Request {
		return harness.Request{Action: action, Resources: resources, Context: context}
	}
	named := func(action string, resources ...string) harness.Call {
		return harness.Call{Request: request(action, nil, resources...)}
	}
	of := func(facts map[string][]string) harness.Call {
		call := named("kms:PutKeyPolicy", key)
		call.Facts = map[string]map[string][]string{key: facts}
		return call
	}
	gone := named("kms:PutKeyPolicy", key)
	gone.Error = "NotFoundException"
	untagging := named("kms:PutKeyPolicy", key)
	untagging.Error, untagging.Body = "ValidationError", "AutoScalingGroup name not found - null eks-a"
	making := func(context, tags map[string][]string) harness.Call {
		call := harness.Call{Request: request("ec2:CreateSubnet", context, vpc), Made: []string{subnets}}
		if tags != nil {
			call.Implied = []harness.Request{request("ec2:CreateTags", tags, subnets)}
		}
		return call
	}
	for name, c := range map[string]struct {
		call harness.Call
		said string // empty where it is allowed
	}{
		"AllowedOnWhatItNames":       {named("ec2:CreateSubnet", vpc), ""},
		"NotOnAnother":               {named("ec2:CreateSubnet", "arn:aws:ec2:r:1:vpc/vpc-2"), "ec2:CreateSubnet is not allowed on arn:aws:ec2:r:1:vpc/vpc-2"},
		"WhatIAMDoesNotAskAbout":     {named("ec2:CreateSubnet", vpc, "arn:aws:ec2:r:1:route-table/rtb-1"), ""},
		"AnActionThatNobodyAllows":   {named("ec2:DeleteSubnet"), "ec2:DeleteSubnet is not allowed at all"},
		"NotInAnotherAccountsRegion": {named("ec2:CreateSubnet", "arn:aws:ec2:s:1:vpc/vpc-1"), "is not allowed on arn:aws:ec2:s:1:vpc/vpc-1"},
		"WithTheTagThatIsAskedFor":   {making(has(theirs, "e"), nil), ""},
		"WithAnothersTag":            {making(has(theirs, "f"), nil), "is not allowed on " + subnets + ": the conditions are map[StringEquals:map[" + theirs + ":[e]]], and the call has map[" + theirs + ":[f]]"},
		"WithoutATag":                {making(nil, nil), "is not allowed on " + subnets},
		"TagsOfACreation":            {making(has(theirs, "e"), has("ec2:CreateAction", "CreateSubnet")), ""},
		"TagsOfAnotherCreation":      {making(has(theirs, "e"), has("ec2:CreateAction", "RunInstances")), "ec2:CreateTags is not allowed on " + subnets},
		"OnWhatCarriesTheTag":        {of(has(ours, "e")), ""},
		"OnWhatCarriesAnothersTag":   {of(has(ours, "f")), "kms:PutKeyPolicy is not allowed on " + key},
		"OnWhatCarriesNoTag":         {of(map[string][]string{}), "kms:PutKeyPolicy is not allowed on " + key},
		"OnWhatIsGone":               {gone, ""},
		"OnAGroupThatIsGone":         {untagging, ""},
		"ARoleToTheRightService": {
			harness.Call{Request: request("eks:CreateCluster", nil), Implied: []harness.Request{request("iam:PassRole", has("iam:PassedToService", "eks.amazonaws.com"), role)}}, "",
		},
		"ARoleToAnotherService": {
			harness.Call{Request: request("eks:CreateCluster", nil), Implied: []harness.Request{request("iam:PassRole", has("iam:PassedToService", "ec2.amazonaws.com"), role)}},
			"iam:PassRole is not allowed on " + role,
		},
		"WithinTheBoundary":  {harness.Call{Request: request("iam:CreateRole", has("iam:PermissionsBoundary", "b"), role)}, ""},
		"WithoutTheBoundary": {named("iam:CreateRole", role), "iam:CreateRole is denied on " + role},
		"AllOfSeveralValues": {harness.Call{Request: request("acm:RequestCertificate", has("acm:DomainNames", "a", "b"))}, ""},
		"OneValueTooMany":    {harness.Call{Request: request("acm:RequestCertificate", has("acm:DomainNames", "a", "c"))}, "acm:RequestCertificate is allowed nowhere: the conditions are"},
	} {
		t.Run(name, func(t *testing.T) {
			said := strings.Join(forbidden(c.call, statements, types), "\n")
			require.Equal(t, c.said == "", said == "", said)
			require.Contains(t, said, c.said)
		})
	}
}
