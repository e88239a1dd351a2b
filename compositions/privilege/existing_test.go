package privilege_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/privilege"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/iam"
	"github.com/dominoc/dominoc/tests/random"
)

// excepted are the actions of data/existing.csv.
func excepted(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, line := range privilege.RowsOf(t, "data/existing.csv") {
		all = append(all, strings.Fields(line[1])...)
	}
	return all
}

// seized are the actions by which a role may change what has a name or id of its own
// environment, but no environment's tag, each with a resource.
func seized(env *v1alpha1.Environment, statements []iam.Statement) map[string]string {
	found := map[string]string{}
	of := tenant{env, statements}
	for _, arn := range of.resources() {
		facts := of.facts(arn, nil)
		delete(facts, "kms:ResourceAliases") // a key may have none
		facts[environmentTag] = nil
		for _, r := range requests(statements, arn, facts) {
			if iam.Allowed(statements, r) {
				found[r.Action] = arn
			}
		}
	}
	return found
}

// An environment's file that has the name and the account of an installation of
// another owner changes nothing of it: AWS refuses each call but those of the table.
func TestNothingThatExistsIsSeizedByItsName(t *testing.T) {
	listed := excepted(t)
	used := map[string]bool{}
	for _, env := range random.Fleet(120) {
		for action, arn := range seized(env, own(t, env)) {
			require.Contains(t, listed, action, "%s: on %s", env.Name, arn)
			used[action] = true
		}
	}
	for _, action := range listed {
		require.True(t, used[action], "%s is allowed nowhere without the tag", action)
	}
}

// The tags that the provider takes away first are those that stop it: no statement allows
// that without the environment's own tag, but for a file system that the file names.
func TestNoTagOfAnotherOwnerIsTakenAway(t *testing.T) {
	for _, env := range random.Fleet(120) {
		for action, arn := range seized(env, own(t, env)) {
			if strings.Contains(action, "Untag") || strings.Contains(action, "DeleteTags") && !strings.HasPrefix(action, "autoscaling:") {
				require.Contains(t, []string{"elasticfilesystem:UntagResource", "s3:UntagResource"}, action, "%s on %s", env.Name, arn)
			}
		}
	}
}

// What is taken over gets the tag, and may be changed from then on.
func TestWhatIsTakenOverMayBeTaggedAndThenChanged(t *testing.T) {
	adopting(t, func(t *testing.T, env *v1alpha1.Environment) {
		policy := own(t, env)
		may := func(action, arn string, context map[string][]string) bool {
			return iam.Allowed(policy, iam.Request{Action: action, Resource: strings.ReplaceAll(arn, "*", "1"), Context: context})
		}
		tags := map[string]string{"ec2": "ec2:CreateTags", "eks": "eks:TagResource", "iam": "iam:TagOpenIDConnectProvider", "logs": "logs:TagResource"}
		changes := map[string]string{
			"cluster": "eks:UpdateClusterConfig", "nodegroup": "eks:UpdateNodegroupConfig", "addon": "eks:UpdateAddon",
			"identityproviderconfig": "eks:UntagResource", "launch-template": "ec2:CreateLaunchTemplateVersion",
			"log-group": "logs:PutRetentionPolicy", "oidc-provider": "iam:AddClientIDToOpenIDConnectProvider",
		}
		ours := map[string][]string{environmentTag: {env.Name}}
		theirs := maps.Clone(ours)
		theirs[environmentTag] = []string{"another"}
		for _, arn := range taken(env) {
			parts := strings.SplitN(arn, ":", 6)
			tag, change := tags[parts[2]], changes[parts[5][:strings.IndexAny(parts[5], "/:")]]
			require.True(t, may(tag, arn, nil), "%s on %s", tag, arn)
			require.False(t, may(tag, arn, theirs), "%s on %s", tag, arn)
			require.False(t, may(change, arn, nil), "%s on %s", change, arn)
			require.True(t, may(change, arn, ours), "%s on %s", change, arn)
		}
	})
}

// So does a file system that the file names, whoever's tags it has: a restored one has
// those of the environment that made it.
func TestAFileSystemThatTheFileNamesIsTagged(t *testing.T) {
	named := 0
	for _, env := range random.Fleet(60) {
		existing := env.Storage.Datasets.Existing
		if existing == nil || env.Adopted != nil && env.Adopted.Taken.Storage == nil { // it has another owner
			continue
		}
		named++
		policy, in := own(t, env), "arn:"+partition(env)+":elasticfilesystem:"+env.Region+":"+env.Account+":"
		may := func(action, resource, tag string) bool {
			return iam.Allowed(policy, iam.Request{Action: "elasticfilesystem:" + action, Resource: in + resource, Context: map[string][]string{environmentTag: {tag}}})
		}
		for _, resource := range []string{"file-system/" + existing.FileSystemID, "access-point/" + existing.AccessPointID} {
			require.True(t, may("TagResource", resource, "another"), resource)
			require.True(t, may("UntagResource", resource, "another"), resource)
		}
		system := "file-system/" + existing.FileSystemID
		require.False(t, may("UpdateFileSystem", system, "another"))
		require.True(t, may("UpdateFileSystem", system, env.Name))
		require.False(t, may("TagResource", "file-system/fs-another", "another"))
	}
	require.Positive(t, named)
}
