package cluster

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// A wrongValue is one in a file of an environment that dominoc import wrote.
type wrongValue struct {
	file, right, wrong string
	told               string // by dominoc import --check
	action, on         string // of the one call that AWS denies; none if the provider refuses
}

// wrongValues are of resources that the environment takes over at first, which are all of
// the older of the provider's two frameworks, terraform-plugin-sdk.
func wrongValues() []wrongValue {
	const tags = "\n\t\t\t\t\t\"aws-apn-id\": \"pc:2umrgw02q6y8t2te66fgdx6sk\"\n\t\t\t\t\tteam:         "
	return []wrongValue{
		{
			"environment.cue", `logs: encrypted: false`, `logs: {encrypted: false, retentionDays: 30}`,
			`Group tfthree-cluster-logs: retentionInDays would be changed: AWS has 365, the environment says 30`,
			"logs:PutRetentionPolicy", "log-group:/aws/eks/tfthree/cluster",
		},
		{
			"adopted.cue", "keyPair: \"tfthree\"\n\t\t\t\tinstanceTags: {\n\t\t\t\t\tName:         \"tfthree-compute\"", "keyPair: \"other\"\n\t\t\t\tinstanceTags: {\n\t\t\t\t\tName:         \"tfthree-compute\"",
			`LaunchTemplate tfthree-default-template: keyName would be changed: AWS has "tfthree", the environment says "other"`,
			"ec2:CreateLaunchTemplateVersion", "launch-template/DEFAULT",
		},
		{
			"adopted.cue", `"tfthree-gpu"` + tags + `"ds"`, `"tfthree-gpu"` + tags + `"other"`,
			`LaunchTemplate tfthree-default-gpu-template: tagSpecifications[0].tags[team] would be changed: AWS has "ds", the environment says "other"`,
			"ec2:CreateLaunchTemplateVersion", "launch-template/GPU",
		},
		{
			"adopted.cue", `"us-west-2a": "platform-tfthree-private-us-west-2a"`, `"us-west-2a": "platform-other"`,
			`NodeGroup tfthree-platform-nodes-z0 would be made: Terraform's state has no counterpart`,
			"eks:CreateNodegroup", "nodegroup/tfthree/platform-other/",
		},
		{
			"adopted.cue", `role/tfthree-eks"`, `role/tfthree-other"`,
			`Cluster tfthree-cluster-cluster: roleArn would be refused: AWS has "arn:aws:iam::123456789012:role/tfthree-eks", the environment says "arn:aws:iam::123456789012:role/tfthree-other"`,
			"", "",
		},
	}
}

// wrongRules are of resources of the newer framework, terraform-plugin-framework: the rules of
// HTTP and HTTPS have each other's id.
func (i *imported) wrongRules(t *testing.T) wrongValue {
	t.Helper()
	http, https := i.rule(t, "http"), i.rule(t, "https")
	lines := func(first, second string) string {
		return fmt.Sprintf("http:                   %q\n\t\t\thttps:                  %q", first, second)
	}
	return wrongValue{
		"ids.cue", lines(http, https), lines(https, http),
		`SecurityGroupIngressRule tfthree-security-https: fromPort would be changed: AWS has 80, the environment says 443`,
		"ec2:ModifySecurityGroupRules", "security-group/",
	}
}

// in replaces the names of launch templates by their ids.
func (i *imported) in(on string) string {
	names := map[string]string{"DEFAULT": "tfthree-compute", "GPU": "tfthree-gpu"}
	for id, held := range i.held {
		for word, name := range names {
			if held.Description["LaunchTemplateName"] == name && strings.HasPrefix(id, "ec2/LaunchTemplate ") {
				on = strings.ReplaceAll(on, "launch-template/"+word, "launch-template/"+held.Description["LaunchTemplateId"].(string))
			}
		}
	}
	return on
}

// replaced replaces a value in the environment's files.
func (i *imported) replaced(t *testing.T, file, old, new string) {
	t.Helper()
	i.replace(t, filepath.Join(i.root, "environments", i.name, file), old, new)
}

// told gives the environment each wrong value, of which dominoc import --check says what
// would change, and leaves it with all of them.
func (i *imported) told(t *testing.T, values ...wrongValue) {
	for _, m := range values {
		i.replaced(t, m.file, m.right, m.wrong)
		out, said, code := i.dominoc(t, "import", "--check", i.states)
		require.Equal(t, 1, code, said)
		require.Contains(t, out, m.told)
		i.replaced(t, m.file, m.wrong, m.right)
	}
	out, said, code := i.dominoc(t, "import", "--check", i.states)
	require.Zero(t, code, "%s%s", out, said)
	for _, m := range values {
		i.replaced(t, m.file, m.right, m.wrong)
	}
	i.wrong = append(i.wrong, values...)
}

// mistaken requires that the provider makes just one call for each wrong value, again and
// again, which AWS denies, or refuses to.
func (i *imported) mistaken(t *testing.T, values ...wrongValue) {
	require.NoError(t, harness.Eventually(context.Background(), 10*time.Minute, func() error {
		time.Sleep(time.Second)
		return i.unseen(t, values)
	}))
	time.Sleep(harness.Poll) // what else would be tried
	require.NoError(t, i.unseen(t, values))
	i.tagged(t, 0)
}

// ofAWrongValue reports whether a call is that of a wrong value, and was denied.
func (i *imported) ofAWrongValue(c harness.Call) bool {
	return slices.Contains(denials, c.Error) && slices.ContainsFunc(i.wrong, func(m wrongValue) bool { return i.made(c, m) })
}

func (i *imported) calls(t *testing.T) int {
	t.Helper()
	calls, err := i.world.emulator.Calls()
	require.NoError(t, err)
	return len(calls)
}

// made reports whether a call is that of a wrong value.
func (i *imported) made(c harness.Call, m wrongValue) bool {
	on := i.in(m.on)
	return c.Action == m.action && slices.ContainsFunc(c.Resources, func(r string) bool { return strings.Contains(r, on) })
}

// unseen says of which wrong value there is no call or refusal yet.
func (i *imported) unseen(t *testing.T, values []wrongValue) error {
	t.Helper()
	writes := i.world.writes(t, 0)
	for _, m := range values {
		switch {
		case m.action == "":
			if err := i.unrefused(); err != nil {
				return err
			}
		case !slices.ContainsFunc(writes, func(c harness.Call) bool { return i.made(c, m) }):
			return fmt.Errorf("the provider never called %s on %s", m.action, i.in(m.on))
		}
	}
	return nil
}

// unrefused says that the provider does not refuse to give the cluster another role.
func (i *imported) unrefused() error {
	cluster, err := i.world.suite.Client.Read(context.Background(), clusterKind, "domino-"+i.name, i.name+"-cluster-cluster")
	if err != nil {
		return err
	}
	if said := harness.Message(cluster, "Synced"); !strings.Contains(said, "refuse to update the external resource") {
		return fmt.Errorf("the provider does not refuse another role: %s", said)
	}
	return nil
}

// corrected makes values right, as import wrote them.
func (i *imported) corrected(t *testing.T, values ...wrongValue) {
	for _, m := range values {
		i.replaced(t, m.file, m.wrong, m.right)
	}
	i.world.suite.update(t, i.name)
	i.quiet(t)
}

// quiet waits until everything is ready, and requires that nothing is written any more.
func (i *imported) quiet(t *testing.T) {
	t.Helper()
	require.NoError(t, i.world.suite.settled(context.Background(), i.name))
	settled := i.calls(t)
	time.Sleep(harness.Poll)
	require.Empty(t, i.world.writes(t, settled))
}
