package cluster

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// TestTakeover is the proof of dominoc import by the provider itself. AWS holds an
// installation that Domino's Terraform modules made; its states are imported, and the
// environment is applied by a role with the rights of dominoc policy --rehearsal. First
// values of it are wrong, then it is as import wrote it, and at last it is removed by one
// with the rights of dominoc policy.
func TestTakeover(t *testing.T) {
	w := emulate(t, 0)
	i := install(t, w)
	i.limit(t, "--rehearsal")
	step(t, "EachWrongValueIsTold", i.told)
	s := start(t, i.sources, w)
	step(t, "PlatformIsAccepted", s.platform)
	step(t, "TheEnvironmentIsAccepted", func(t *testing.T) { s.environments(t, i.name) })
	w.begin(t, s)
	then(t, "AWrongValueIsOneCall", i.mistaken)
	step(t, "RightItBecomesReady", i.corrected)
	then(t, "EveryResourceIsSynced", s.everythingSynced)
	then(t, "ResourcesAreWhatRenderSays", s.rendered)
	then(t, "OnlyTagsAreWritten", i.onlyTags)
	then(t, "AWSHoldsTheSameWithTags", i.sameButTags)
	then(t, "EveryCallIsAllowed", w.allowedCalls)
	then(t, "EveryCallIsOfTheRehearsal", func(t *testing.T) { w.allowedBy(t, "--rehearsal") })
	i.limit(t)
	then(t, "RemovedUnderHoldAllStays", i.removed)
}

// tagging are the calls by which the provider tags what is taken over.
var tagging = []string{"ec2:CreateTags", "eks:TagResource", "iam:TagOpenIDConnectProvider", "logs:TagLogGroup", "logs:TagResource"}

// added are the tags that an environment and the provider put on what they manage.
var added = []string{"Name", "crossplane-kind", "crossplane-name", "crossplane-providerconfig", "dominoc.dev/environment"}

// imported is an installation of Domino's Terraform modules with the environment that
// dominoc import made of its states.
type imported struct {
	sources
	name   string
	states string // folder
	world  *emulated
	held   map[string]harness.Held // before anything was taken over
}

// install creates the installation of a real run in AWS, and imports its states with the
// ids that AWS chose.
func install(t *testing.T, w *emulated) *imported {
	t.Helper()
	i := &imported{sources: sources{t.TempDir()}, name: "tfthree", states: t.TempDir(), world: w}
	root, err := harness.Repository()
	require.NoError(t, err)
	run := filepath.Join(root, "cmd", "dominoc", "terraform", "testdata", "a-base")
	require.NoError(t, os.CopyFS(i.states, os.DirFS(run)))
	states, err := filepath.Glob(filepath.Join(i.states, "*.tfstate"))
	require.NoError(t, err)
	require.Len(t, states, 3)
	slices.Reverse(states) // nodes, infra, cluster: the order is that of the kinds
	ids, err := w.emulator.Install(states...)
	require.NoError(t, err)
	require.NotEmpty(t, ids)
	for _, state := range states {
		text, err := os.ReadFile(state)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(state, []byte(replacer(ids).Replace(string(text))), 0o644))
	}
	i.held, err = w.emulator.Held()
	require.NoError(t, err)

	require.NoError(t, os.Mkdir(filepath.Join(i.root, "environments"), 0o755))
	out, said, code := i.dominoc(t, "import", i.states, "--fqdn", "domino.example.com")
	require.Zero(t, code, "%s%s", out, said)
	return i
}

// replacer replaces ids, of which one may be a part of another.
func replacer(ids map[string]string) *strings.Replacer {
	old := slices.SortedFunc(maps.Keys(ids), func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, id := range old {
		pairs = append(pairs, id, ids[id])
	}
	return strings.NewReplacer(pairs...)
}

func (i *imported) dominoc(t *testing.T, args ...string) (out, said string, code int) {
	t.Helper()
	dominoc, err := harness.NewDominoc(*dominocProgram, i.root)
	require.NoError(t, err)
	out, said, code, err = dominoc.Run(args...)
	require.NoError(t, err)
	return out, said, code
}

// limit gives the role of the account the rights that dominoc policy prints, and no others.
func (i *imported) limit(t *testing.T, flags ...string) {
	t.Helper()
	dominoc, err := harness.NewDominoc(*dominocProgram, i.root)
	require.NoError(t, err)
	roles, err := dominoc.Policies(flags...)
	require.NoError(t, err)
	require.Len(t, roles, 1)
	require.NoError(t, i.world.emulator.Limit(roles[0].ARN, statementsOf(roles[0]), resourceTypes(t)))
}

// reads reports whether an operation changes nothing.
func reads(operation string) bool {
	return slices.ContainsFunc([]string{"Describe", "Get", "Head", "List"}, func(verb string) bool { return strings.HasPrefix(operation, verb) })
}

// writes returns the calls of roles that write, from one on.
func (w *emulated) writes(t *testing.T, from int) []harness.Call {
	t.Helper()
	calls, err := w.emulator.Calls()
	require.NoError(t, err)
	return slices.DeleteFunc(calls[from:], func(c harness.Call) bool {
		return c.Role == "" || c.Service == "sts" || reads(c.Operation)
	})
}

// onlyTags requires that the provider tagged each thing that is taken over once, and tried
// nothing else but what the wrong values asked for.
func (i *imported) onlyTags(t *testing.T) {
	made := map[string]int{}
	for _, c := range i.world.writes(t, 0) {
		switch {
		case slices.Contains(tagging, c.Action) && c.Status < 400:
			made[c.Action]++
		case !i.ofAWrongValue(c):
			t.Errorf("%s on %v: %d %s", c.Action, c.Resources, c.Status, c.Body)
		}
	}
	require.Equal(t, map[string]int{"ec2:CreateTags": 3, "eks:TagResource": 14, "iam:TagOpenIDConnectProvider": 1, "logs:TagResource": 1}, made)
}

// sameButTags requires that AWS holds what it held before, with more tags at most.
func (i *imported) sameButTags(t *testing.T) {
	now, err := i.world.emulator.Held()
	require.NoError(t, err)
	require.Equal(t, slices.Sorted(maps.Keys(i.held)), slices.Sorted(maps.Keys(now)))
	tagged := 0
	for id, before := range i.held {
		require.Equal(t, before.Description, now[id].Description, id)
		for key, value := range before.Tags {
			require.Equal(t, value, now[id].Tags[key], "%s: the tag %s", id, key)
		}
		for key := range now[id].Tags {
			if _, had := before.Tags[key]; !had {
				require.Contains(t, added, key, id)
				tagged++
			}
		}
	}
	require.NotZero(t, tagged)
	t.Logf("%d things, %d more tags", len(now), tagged)
}

// A wrongValue is one in a file of the environment.
type wrongValue struct {
	file, right, wrong string
	told               string // by dominoc import --check
	action, on         string // of the one call that AWS denies; none if the provider refuses
}

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
func (i *imported) told(t *testing.T) {
	for _, m := range wrongValues() {
		i.replaced(t, m.file, m.right, m.wrong)
		out, said, code := i.dominoc(t, "import", "--check", i.states)
		require.Equal(t, 1, code, said)
		require.Contains(t, out, m.told)
		i.replaced(t, m.file, m.wrong, m.right)
	}
	out, said, code := i.dominoc(t, "import", "--check", i.states)
	require.Zero(t, code, "%s%s", out, said)
	for _, m := range wrongValues() {
		i.replaced(t, m.file, m.right, m.wrong)
	}
}

// mistaken requires that the provider makes just one call for each wrong value, again and
// again, which AWS denies, or refuses to.
func (i *imported) mistaken(t *testing.T) {
	require.NoError(t, harness.Eventually(context.Background(), 10*time.Minute, func() error {
		time.Sleep(time.Second)
		return i.unseen(t)
	}))
	time.Sleep(harness.Poll) // what else would be tried
	require.NoError(t, i.unseen(t))
	for _, c := range i.world.writes(t, 0) {
		if !slices.Contains(tagging, c.Action) && !i.ofAWrongValue(c) {
			t.Errorf("%s on %v: %d %s", c.Action, c.Resources, c.Status, c.Body)
		}
	}
}

// ofAWrongValue reports whether a call is that of a wrong value, and was denied.
func (i *imported) ofAWrongValue(c harness.Call) bool {
	return slices.Contains(denials, c.Error) && slices.ContainsFunc(wrongValues(), func(m wrongValue) bool { return i.made(c, m) })
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
func (i *imported) unseen(t *testing.T) error {
	t.Helper()
	writes := i.world.writes(t, 0)
	for _, m := range wrongValues() {
		if m.action != "" && !slices.ContainsFunc(writes, func(c harness.Call) bool { return i.made(c, m) }) {
			return fmt.Errorf("the provider never called %s on %s", m.action, i.in(m.on))
		}
	}
	cluster, err := i.world.suite.Client.Read(context.Background(), clusterKind, "domino-"+i.name, i.name+"-cluster-cluster")
	if err != nil {
		return err
	}
	if said := harness.Message(cluster, "Synced"); !strings.Contains(said, "refuse to update the external resource") {
		return fmt.Errorf("the provider does not refuse another role: %s", said)
	}
	return nil
}

// corrected makes all values right, as import wrote them: the environment becomes ready, and
// nothing is written any more.
func (i *imported) corrected(t *testing.T) {
	for _, m := range wrongValues() {
		i.replaced(t, m.file, m.wrong, m.right)
	}
	s := i.world.suite
	s.update(t, i.name)
	require.NoError(t, s.settled(context.Background(), i.name))
	settled := i.calls(t)
	time.Sleep(harness.Poll)
	require.Empty(t, i.world.writes(t, settled))
}

// removed removes the environment while adopted.hold is true: Crossplane lets go of
// everything, and AWS keeps it.
func (i *imported) removed(t *testing.T) {
	s, ctx, namespace := i.world.suite, context.Background(), "domino-"+i.name
	i.replaced(t, "environment.cue", "domain: fqdn:", "deletion: \"allow\"\n\tdomain: fqdn:")
	s.update(t, i.name)
	require.NoError(t, s.settled(ctx, i.name))
	from := i.calls(t)
	require.NoError(t, s.Client.Delete(ctx, environmentKind, namespace, i.name))
	s.disappears(t, i.name)
	require.NoError(t, s.Client.Delete(ctx, namespaceKind, "", namespace))
	require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error {
		_, err := s.Client.Read(ctx, namespaceKind, "", namespace)
		return gone(err, "namespace "+namespace)
	}))
	require.Empty(t, i.world.writes(t, from))
	i.sameButTags(t)
}

// TestTheInstallationIsTakenOverOffline is what needs no cluster of it: AWS holds the
// installation, its states are imported, every wrong value is told and the environment compiles
// with all of them.
func TestTheInstallationIsTakenOverOffline(t *testing.T) {
	i := install(t, emulate(t, 0))
	require.Equal(t, []string{i.name}, compile(t, i.root).names())
	i.limit(t, "--rehearsal")
	for _, m := range wrongValues() {
		i.replaced(t, m.file, m.right, m.wrong)
	}
	out, _, code := i.dominoc(t, "import", "--check", i.states)
	require.Equal(t, 1, code)
	for _, m := range wrongValues() {
		require.Contains(t, out, m.told)
		require.NotContains(t, i.in(m.on), "launch-template/D")
	}
	compile(t, i.root)
}
