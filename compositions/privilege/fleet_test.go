package privilege_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/privilege"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/goldenfile"
	"github.com/dominoc/dominoc/tests/gomodule"
	"github.com/dominoc/dominoc/tests/random"
)

// randomEnvironments is how many random ones are compiled, each by itself.
const randomEnvironments = 200

func everybody(string) bool { return true }

func nowhere(diag.Path) diag.Pos { return diag.Pos{} }

// sample is the sample fleet.
func sample(t *testing.T) *compositions.Fleet {
	t.Helper()
	root, err := gomodule.Root()
	require.NoError(t, err)
	folders, err := load.New(root).Find([]string{"./environments/...", "./govcloud/..."})
	require.NoError(t, err)
	var inputs []compositions.Input
	for _, r := range load.New(root).All(folders, 1) {
		require.NotNil(t, r.Environment, "%s: %v", r.Folder.Dir, r.Diagnostics)
		inputs = append(inputs, compositions.Input{Environment: r.Environment, At: r.Source.At})
	}
	return compile(t, inputs...)
}

func compile(t *testing.T, inputs ...compositions.Input) *compositions.Fleet {
	t.Helper()
	fleet, found, err := compositions.Compile(inputs)
	require.NoError(t, err)
	require.False(t, found.HasErrors(), "%v", found)
	return fleet
}

func roles(t *testing.T, fleet *compositions.Fleet) []privilege.Role {
	t.Helper()
	roles, err := fleet.Privileges(everybody)
	require.NoError(t, err)
	return roles
}

// forEach gives the roles of each random environment.
func forEach(t *testing.T, f func(*testing.T, *v1alpha1.Environment, []privilege.Role)) {
	t.Helper()
	for _, env := range random.Fleet(randomEnvironments) {
		t.Run(env.Name, func(t *testing.T) {
			f(t, env, roles(t, compile(t, compositions.Input{Environment: env, At: nowhere})))
		})
	}
}

// statements are all statements of roles.
func statements(roles []privilege.Role) []privilege.PolicyStatement {
	var out []privilege.PolicyStatement
	for _, r := range roles {
		for _, p := range r.Policies {
			out = append(out, p.Document.Statement...)
		}
	}
	return out
}

func TestTheRoleOfProductionMayDoWhatTheGoldenFileSays(t *testing.T) {
	all, err := sample(t).Privileges(func(name string) bool { return name == "prod-us" })
	require.NoError(t, err)
	got := privilege.Text(all)
	const file = "testdata/prod-us.txt"
	if goldenfile.Updating() {
		goldenfile.Write(t, file, []byte(got))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), got))
}

// A kind without a line in the table is an error of Privileges.
func TestEveryKindThatIsEmittedHasItsPermissions(t *testing.T) {
	require.NotEmpty(t, roles(t, sample(t)))
	forEach(t, func(t *testing.T, env *v1alpha1.Environment, roles []privilege.Role) {
		require.NotEmpty(t, roles)
		checkRoles(t, roles)
		checkPartition(t, partition(env), roles)
		checkDeletion(t, env, roles)
	})
}

func TestTheSampleFleetKeepsTheRules(t *testing.T) {
	checkRoles(t, roles(t, sample(t)))
}

func checkRoles(t *testing.T, roles []privilege.Role) {
	t.Helper()
	for _, r := range roles {
		require.Empty(t, privilege.TooMany([]privilege.Role{r}))
		for _, p := range r.Policies {
			require.LessOrEqual(t, p.Document.Size(), privilege.Longest, p.Name)
			require.LessOrEqual(t, len(p.Name), 128)
		}
	}
	for _, s := range statements(roles) {
		if s.Effect == "Deny" {
			continue
		}
		for _, action := range s.Action {
			require.NotContains(t, action, "*")
			checkLimits(t, action, s)
		}
	}
}

// checkLimits holds the actions that give away power to their limits, and wants
// what changes something to know what.
func checkLimits(t *testing.T, action string, s privilege.PolicyStatement) {
	t.Helper()
	switch action {
	case "iam:PassRole":
		require.NotEmpty(t, s.Condition["StringEquals"]["iam:PassedToService"])
		requireExact(t, s.Resource)
	case "iam:CreateServiceLinkedRole":
		require.Len(t, s.Condition["StringEquals"]["iam:AWSServiceName"], 1)
		requireExact(t, s.Resource)
	case "iam:AttachRolePolicy", "iam:DetachRolePolicy":
		require.NotEmpty(t, s.Condition["ArnEquals"]["iam:PolicyARN"])
		requireExact(t, s.Condition["ArnEquals"]["iam:PolicyARN"])
		requireExact(t, s.Resource)
	case "kms:CreateGrant":
		require.Equal(t, []string{"true"}, s.Condition["Bool"]["kms:GrantIsForAWSResource"])
	}
	for _, resource := range s.Resource {
		if len(s.Condition) == 0 && changes(action) && whole(resource) {
			require.Contains(t, unlimited(), action, resource)
		}
	}
}

func requireExact(t *testing.T, arns []string) {
	t.Helper()
	for _, arn := range arns {
		require.NotContains(t, arn, "*")
	}
}

func changes(action string) bool {
	_, operation, _ := strings.Cut(action, ":")
	return !slices.ContainsFunc([]string{"Describe", "Get", "List"}, func(verb string) bool { return strings.HasPrefix(operation, verb) })
}

// whole tells a resource that is all of an account's, such as subnet/*. The name
// of a bucket is one by itself.
func whole(resource string) bool {
	parts := strings.SplitN(resource, ":", 6)
	if slices.Contains(parts, "s3") {
		return false
	}
	last := parts[len(parts)-1]
	return last[strings.IndexAny(last, "/:")+1:] == "*"
}

// unlimited are the actions that change something and have neither a name nor a
// condition, and why that is bearable.
func unlimited() []string {
	return []string{
		"backup-storage:MountCapsule",    // AWS knows no resource; it opens a vault that is allowed by name
		"logs:CreateLogDelivery",         // AWS knows no resource
		"logs:DeleteLogDelivery",         // AWS knows no resource
		"ecr:CreatePullThroughCacheRule", // AWS knows no resource
		"ecr:DeletePullThroughCacheRule", // AWS knows no resource
		"ec2:CreateNetworkInterface",     // in our subnets with our groups only
		"ec2:DisassociateAddress",        // from addresses of ours only
		"ec2:CreateVpcEndpoint",          // default groups of endpoints that must be ours
		"ec2:ModifyVpcEndpoint",          // the same
	}
}

// A partition that is not the environment's is another world's.
func checkPartition(t *testing.T, partition string, roles []privilege.Role) {
	t.Helper()
	check := func(arns []string) {
		for _, arn := range arns {
			if strings.HasPrefix(arn, "arn:") {
				require.True(t, strings.HasPrefix(arn, "arn:"+partition+":"), arn)
			}
		}
	}
	for _, s := range statements(roles) {
		check(s.Resource)
		for _, keys := range s.Condition {
			for _, values := range keys {
				check(values)
			}
		}
	}
}

func partition(env *v1alpha1.Environment) string {
	switch {
	case strings.HasPrefix(env.Region, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(env.Region, "cn-"):
		return "aws-cn"
	}
	return "aws"
}

// checkDeletion wants data to be out of reach under protection.
func checkDeletion(t *testing.T, env *v1alpha1.Environment, roles []privilege.Role) {
	t.Helper()
	for _, s := range statements(roles) {
		for _, action := range s.Action {
			if env.Deletion == "protect" {
				require.NotContains(t, destroying(), action)
			}
		}
	}
	if env.Deletion == "allow" && (env.Adopted == nil || env.Adopted.Taken.Storage != nil && !env.Adopted.Hold) {
		require.Contains(t, privilege.Text(roles), "s3:DeleteBucket")
	}
}

func destroying() []string {
	return []string{
		"s3:DeleteBucket", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:DeleteBucketPolicy",
		"kms:ScheduleKeyDeletion", "kms:DeleteAlias", "kms:DisableKey", "elasticfilesystem:DeleteFileSystem", "elasticfilesystem:DeleteAccessPoint",
		"ecr:DeleteRepository", "ecr:DeleteLifecyclePolicy", "backup:DeleteBackupVault", "backup:DeleteRecoveryPoint",
	}
}

func TestPoliciesAreTheSameEachTime(t *testing.T) {
	require.Equal(t, privilege.Text(roles(t, sample(t))), privilege.Text(roles(t, sample(t))))
}

// What a role may do does not depend on which of its environments is asked for.
func TestASharedRoleIsShownWhole(t *testing.T) {
	fleet := random.Fleet(2)
	var inputs []compositions.Input
	for _, env := range fleet {
		env.Provider.RoleARN = "arn:aws:iam::123456789012:role/shared"
		inputs = append(inputs, compositions.Input{Environment: env, At: nowhere})
	}
	one, err := compile(t, inputs...).Privileges(func(name string) bool { return name == fleet[0].Name })
	require.NoError(t, err)
	i := slices.IndexFunc(one, func(r privilege.Role) bool { return r.ARN == fleet[0].Provider.RoleARN })
	require.Len(t, one[i].Environments, 2)
}
