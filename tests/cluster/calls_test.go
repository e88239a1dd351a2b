package cluster

import (
	"encoding/csv"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// allowedCalls holds each call that the provider made against dominoc policy: the
// role of the account may do it to what the call names. What a call names beyond
// the types of resources that IAM knows for an action does not count, as IAM does
// not ask; conditions are not judged, as the record does not have what they ask
// for.
func (w *emulated) allowedCalls(t *testing.T) {
	calls, err := w.emulator.Calls()
	require.NoError(t, err)
	roles, err := w.suite.fleet.dominoc.Policies()
	require.NoError(t, err)
	types := resourceTypes(t)
	refused := map[string]bool{}
	made := 0
	for _, call := range calls {
		i := slices.IndexFunc(roles, func(r harness.Role) bool { return r.ARN == call.Role })
		switch {
		case call.Stray != "":
			refused["somebody went past the emulator, to "+call.Stray] = true
		case i >= 0 && call.Service != "sts": // anybody may ask who he is
			made++
			if why := forbidden(call, statementsOf(roles[i]), types); why != "" {
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

// statementsOf are those of all policies of a role.
func statementsOf(role harness.Role) []harness.Statement {
	var all []harness.Statement
	for _, policy := range role.Policies {
		all = append(all, policy.Document.Statement...)
	}
	return all
}

// forbidden says why a call is not allowed.
func forbidden(call harness.Call, statements []harness.Statement, types map[string][]string) string {
	statements = slices.DeleteFunc(slices.Clone(statements), func(s harness.Statement) bool {
		return !slices.Contains(s.Action, call.Action)
	})
	if len(statements) == 0 {
		return call.Account + ": " + call.Action + " is not allowed at all"
	}
	for _, resource := range call.Resources {
		if !slices.ContainsFunc(types[call.Action], func(pattern string) bool { return covers(pattern, resource) }) {
			continue
		}
		if !slices.ContainsFunc(statements, func(s harness.Statement) bool {
			return slices.ContainsFunc(s.Resource, func(pattern string) bool { return covers(pattern, resource) })
		}) {
			return call.Account + ": " + call.Action + " is not allowed on " + resource
		}
	}
	return ""
}

// covers tells whether a pattern of IAM matches an ARN; the * of IAM takes
// slashes too.
func covers(pattern, arn string) bool {
	const slash = "\x00"
	matches, err := path.Match(strings.ReplaceAll(pattern, "/", slash), strings.ReplaceAll(arn, "/", slash))
	return err == nil && matches
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
	types := map[string][]string{"ec2:CreateSubnet": {"arn:*:ec2:*:*:subnet/*", "arn:*:ec2:*:*:vpc/*"}}
	statements := []harness.Statement{{Action: []string{"ec2:CreateSubnet"}, Resource: []string{"arn:aws:ec2:r:1:subnet/*", "arn:aws:ec2:r:1:vpc/vpc-1"}}}
	for name, c := range map[string]struct {
		call      harness.Call
		forbidden bool
	}{
		"AllowedOnWhatItNames":       {harness.Call{Action: "ec2:CreateSubnet", Resources: []string{"arn:aws:ec2:r:1:vpc/vpc-1"}}, false},
		"NotOnAnother":               {harness.Call{Action: "ec2:CreateSubnet", Resources: []string{"arn:aws:ec2:r:1:vpc/vpc-2"}}, true},
		"WhatIAMDoesNotAskAbout":     {harness.Call{Action: "ec2:CreateSubnet", Resources: []string{"arn:aws:ec2:r:1:route-table/rtb-1"}}, false},
		"AnActionThatNobodyAllows":   {harness.Call{Action: "ec2:DeleteSubnet"}, true},
		"NotInAnotherAccountsRegion": {harness.Call{Action: "ec2:CreateSubnet", Resources: []string{"arn:aws:ec2:s:1:vpc/vpc-1"}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.forbidden, forbidden(c.call, statements, types) != "")
		})
	}
}
