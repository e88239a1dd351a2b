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
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/goldenfile"
	"github.com/dominoc/dominoc/tests/iam"
	"github.com/dominoc/dominoc/tests/random"
)

// adopting are random environments that take an installation over.
func adopting(t *testing.T, f func(*testing.T, *v1alpha1.Environment)) {
	t.Helper()
	for seed := range uint64(60) {
		env := random.Adopted(random.New(seed))
		t.Run(env.Name, func(t *testing.T) { f(t, env) })
	}
}

// rehearsal are the roles of an environment's rehearsal, alone in its fleet.
func rehearsal(t *testing.T, env *v1alpha1.Environment) []privilege.Role {
	t.Helper()
	roles, found, err := compile(t, compositions.Input{Environment: env, At: nowhere}).Rehearsals(everybody, elsewhere)
	require.NoError(t, err)
	require.Empty(t, found)
	return roles
}

func elsewhere(string) diag.Locator { return nowhere }

// taken are the ARNs of all that an environment takes over, by the facts in its file. EKS
// ends the ARN of a part of a cluster with an id that no file has.
func taken(env *v1alpha1.Environment) []string {
	in := func(service string) string {
		return "arn:" + partition(env) + ":" + service + ":" + env.Region + ":" + env.Account + ":"
	}
	eks, ec2 := in("eks"), in("ec2")
	arns := []string{eks + "cluster/" + env.Name, in("logs") + "log-group:/aws/eks/" + env.Name + "/cluster"}
	if env.Adopted.OIDCProvider {
		arns = append(arns, env.IDs["cluster"]["issuer"])
	}
	for _, provider := range env.Cluster.IdentityProviders {
		arns = append(arns, eks+"identityproviderconfig/"+env.Name+"/oidc/"+provider.Name+"/*")
	}
	for name, pool := range env.Adopted.Pools {
		arns = append(arns, ec2+"launch-template/"+env.IDs[v1alpha1.PoolPrefix+name]["template"])
		for _, group := range pool.Groups {
			arns = append(arns, eks+"nodegroup/"+env.Name+"/"+group+"/*")
		}
	}
	for _, addon := range []string{"coredns", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"} {
		if stated, given := env.Cluster.Addons[addon]; !given || stated.Enabled {
			arns = append(arns, eks+"addon/"+env.Name+"/"+addon+"/*")
		}
	}
	slices.Sort(arns)
	return arns
}

// buckets are the ARNs of the buckets that an environment takes over. IAM does not see their
// tags.
func buckets(env *v1alpha1.Environment) []string {
	if env.Adopted.Taken.Storage == nil {
		return nil
	}
	var arns []string
	b := env.Storage.Buckets
	for _, name := range []string{b.Data.Name, b.Registry.Name, b.Logs.Name, b.Backups.Name, b.Monitoring.Name} {
		arns = append(arns, "arn:"+partition(env)+":s3:::"+name)
	}
	return arns
}

// tagging are the actions that put tags on what a rehearsal adopts, and do nothing else.
func tagging() []string {
	return []string{
		"backup:TagResource", "ec2:CreateTags", "ecr:TagResource", "eks:TagResource", "elasticfilesystem:TagResource",
		"iam:TagOpenIDConnectProvider", "kms:TagResource", "logs:TagResource", "s3:TagResource",
	}
}

func TestARehearsalReadsAndTagsExactlyWhatIsAdopted(t *testing.T) {
	adopting(t, func(t *testing.T, env *v1alpha1.Environment) {
		tagged := map[string]bool{}
		for _, s := range statements(rehearsal(t, env)) {
			require.Equal(t, "Allow", s.Effect)
			for _, action := range s.Action {
				if !changes(action) {
					continue
				}
				require.Contains(t, tagging(), action)
				if !slices.Contains([]string{"elasticfilesystem:TagResource", "s3:TagResource"}, action) { // by the id or name in the file
					require.Equal(t, []string{env.Name}, s.Condition["StringEqualsIfExists"][environmentTag], action)
				}
				for _, arn := range s.Resource {
					tagged[arn] = true
				}
			}
		}
		for _, arn := range append(taken(env), buckets(env)...) {
			require.True(t, tagged[arn], arn)
			delete(tagged, arn)
		}
		for arn := range tagged { // of a part that is taken in addition, each by its name or id
			require.NotEqual(t, v1alpha1.Taken{}, env.Adopted.Taken, arn)
			require.NotContains(t, arn, "*")
		}
	})
}

// A backup plan that is taken over carries no tag of the environment when its selection is
// read for the first time. The provider takes a selection that it may not read for one that
// is gone, and makes another.
func TestARehearsalReadsTheSelectionOfAPlanWithoutItsTag(t *testing.T) {
	adopting(t, func(t *testing.T, env *v1alpha1.Environment) {
		plan := env.IDs["storage"]["backup-plan"]
		if env.Adopted.Taken.Storage == nil || plan == "" {
			return
		}
		r := iam.Request{
			Action:   "backup:GetBackupSelection",
			Resource: "arn:" + partition(env) + ":backup:" + env.Region + ":" + env.Account + ":backup-plan:" + plan,
			Context:  map[string][]string{},
		}
		require.True(t, iam.Allowed(evaluated(rehearsal(t, env)), r))
		require.True(t, iam.Allowed(own(t, env), r))
	})
}

// The role that comes after the rehearsal may do all that the rehearsal's may: to change
// the policies takes nothing away.
func TestWhatARehearsalMayDoTheRoleMayDoLater(t *testing.T) {
	adopting(t, func(t *testing.T, env *v1alpha1.Environment) {
		lasting := own(t, env)
		for _, s := range statements(rehearsal(t, env)) {
			for _, action := range s.Action {
				for _, arn := range s.Resource {
					if arn != "*" { // that is what an action knows that knows no resources
						arn = strings.ReplaceAll(arn, "*", "1")
					}
					context := map[string][]string{requestedTag: {env.Name}}
					if !changes(action) { // what is read may be the environment's alone
						context[environmentTag] = []string{env.Name}
					}
					require.True(t, iam.Allowed(lasting, iam.Request{Action: action, Resource: arn, Context: context}), "%s on %s", action, arn)
				}
			}
		}
	})
}

func TestWhatTheRoleOfARehearsalMayDoIsInTheGoldenFile(t *testing.T) {
	env := random.Adopted(random.New(1))
	got := privilege.Text(rehearsal(t, env))
	const file = "testdata/rehearsal.txt"
	if goldenfile.Updating() {
		goldenfile.Write(t, file, []byte(got))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), got))
}

// Whose role would lose rights, or who adopts nothing, has no rehearsal.
func TestNoRehearsalStopsAnotherEnvironment(t *testing.T) {
	env, other := random.Adopted(random.New(1)), random.Fleet(1)[0]
	refused := func(chosen ...string) []string {
		fleet := compile(t, compositions.Input{Environment: env, At: nowhere}, compositions.Input{Environment: other, At: nowhere})
		roles, found, err := fleet.Rehearsals(func(name string) bool { return slices.Contains(chosen, name) }, elsewhere)
		require.NoError(t, err)
		require.Equal(t, len(found) == 0, len(roles) > 0)
		var codes []string
		for _, d := range found {
			codes = append(codes, d.Environments[0]+" "+d.Code)
		}
		return codes
	}
	env.Provider.RoleARN, other.Provider.RoleARN = "arn:aws:iam::1:role/own", "arn:aws:iam::1:role/other"
	require.Empty(t, refused(env.Name))
	require.Equal(t, []string{other.Name + " rehearsal-new"}, refused(other.Name))
	other.Provider.RoleARN = env.Provider.RoleARN
	require.Equal(t, []string{env.Name + " rehearsal-role"}, refused(env.Name))
}
