package cluster

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// TestTakeover is the proof of dominoc import by the provider itself. AWS holds an
// installation that Domino's Terraform modules made; its states are imported, and the
// environment is applied by a role with the rights of dominoc policy --rehearsal: first with
// wrong values, then as import wrote it, and then with everything that --take takes. With the
// rights of dominoc policy it sees day two, and at last it is removed under hold.
func TestTakeover(t *testing.T) {
	w := emulate(t, 0)
	i := install(t, w)
	i.limit(t, "--rehearsal")
	step(t, "EachWrongValueIsTold", func(t *testing.T) { i.told(t, wrongValues()...) })
	s := start(t, i.sources, w)
	step(t, "PlatformIsAccepted", s.platform)
	step(t, "TheEnvironmentIsAccepted", func(t *testing.T) { s.environments(t, i.name) })
	w.begin(t, s)
	then(t, "AWrongValueIsOneCall", func(t *testing.T) { i.mistaken(t, wrongValues()...) })
	step(t, "RightItBecomesReady", func(t *testing.T) { i.corrected(t, wrongValues()...) })
	then(t, "EveryResourceIsSynced", s.everythingSynced)
	then(t, "ResourcesAreWhatRenderSays", s.rendered)
	then(t, "OnlyTagsAreWritten", i.onlyTags)
	then(t, "AWSHoldsTheSameWithTags", i.sameButTags)
	then(t, "EveryCallIsAllowed", w.allowedCalls)
	then(t, "EveryCallIsOfTheRehearsal", func(t *testing.T) { w.allowedBy(t, "--rehearsal") })
	step(t, "EverythingIsTaken", i.takes)
	then(t, "OnlyItsTagsAreWritten", i.onlyTheirTags)
	then(t, "AWSHoldsTheSameStill", i.sameButTags)
	i.limit(t)
	step(t, "KubernetesIsUpgraded", i.upgraded)
	step(t, "APoolIsReplaced", i.replacedPool)
	then(t, "WhatTerraformKeepsIsTheSame", i.restStays)
	then(t, "RemovedUnderHoldAllStays", i.removed)
}

// tagging are the calls by which the provider tags what is taken over.
var tagging = []string{
	"backup:TagResource", "ec2:CreateTags", "ecr:TagResource", "eks:TagResource", "elasticfilesystem:TagResource",
	"iam:TagOpenIDConnectProvider", "kms:TagResource", "logs:TagLogGroup", "logs:TagResource", "s3:TagResource",
}

// added are the tags that an environment and the provider put on what they manage. The modules
// tag everything but rules of security groups with the installation's own tags.
var added = []string{"Name", "aws-apn-id", "crossplane-kind", "crossplane-name", "crossplane-providerconfig", "dominoc.dev/environment", "team"}

// imported is an installation of Domino's Terraform modules with the environment that
// dominoc import made of its states.
type imported struct {
	sources
	name   string
	states string // folder
	world  *emulated
	held   map[string]harness.Held // before anything was taken over
	wrong  []wrongValue            // all that the environment was given so far
	before int                     // calls that were made before --take
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
	require.Equal(t, map[string]int{"ec2:CreateTags": 3, "eks:TagResource": 14, "iam:TagOpenIDConnectProvider": 1, "logs:TagResource": 1}, i.tagged(t, 0))
}

// tagged returns how often each call that tags was made, from a call on; every other call
// that writes is that of a wrong value.
func (i *imported) tagged(t *testing.T, from int) map[string]int {
	t.Helper()
	made := map[string]int{}
	for _, c := range i.world.writes(t, from) {
		switch {
		case slices.Contains(tagging, c.Action) && c.Status < 400:
			made[c.Action]++
		case !i.ofAWrongValue(c):
			t.Errorf("%s on %v: %d %s", c.Action, c.Resources, c.Status, c.Body)
		}
	}
	return made
}

// sameButTags requires that AWS holds what it held before, with more tags at most.
func (i *imported) sameButTags(t *testing.T) {
	i.sameSince(t, i.held)
}

// sameSince requires that AWS holds what it held at a time, with more tags at most.
func (i *imported) sameSince(t *testing.T, held map[string]harness.Held) {
	t.Helper()
	now, err := i.world.emulator.Held()
	require.NoError(t, err)
	require.Equal(t, slices.Sorted(maps.Keys(held)), slices.Sorted(maps.Keys(now)))
	tagged := 0
	for id, before := range held {
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
	t.Logf("%d things, %d more tags", len(now), tagged)
}

// removed removes the environment while adopted.hold is true: Crossplane lets go of
// everything, and AWS keeps it.
func (i *imported) removed(t *testing.T) {
	s, ctx, namespace := i.world.suite, context.Background(), "domino-"+i.name
	i.replaced(t, "adopted.cue", "hold: false", "hold: true")
	i.replaced(t, "environment.cue", "domain: fqdn:", "deletion: \"allow\"\n\tdomain: fqdn:")
	i.applied(t)
	held, err := i.world.emulator.Held()
	require.NoError(t, err)
	from := i.calls(t)
	require.NoError(t, s.Client.Delete(ctx, environmentKind, namespace, i.name))
	s.disappears(t, i.name)
	require.NoError(t, s.Client.Delete(ctx, namespaceKind, "", namespace))
	require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error {
		_, err := s.Client.Read(ctx, namespaceKind, "", namespace)
		return gone(err, "namespace "+namespace)
	}))
	require.Empty(t, i.world.writes(t, from))
	i.sameSince(t, held)
}

// applied applies the files of the environment, and waits until everything is ready.
func (i *imported) applied(t *testing.T) {
	t.Helper()
	i.world.suite.extended(t)
	i.world.suite.update(t, i.name)
	require.NoError(t, i.world.suite.settled(context.Background(), i.name))
}

// TestTheInstallationIsTakenOverOffline is what needs no cluster of it: AWS holds the
// installation, its states are imported, every wrong value is told and the environment compiles
// with all of them.
func TestTheInstallationIsTakenOverOffline(t *testing.T) {
	i := install(t, emulate(t, 0))
	require.Equal(t, []string{i.name}, compile(t, i.root).names())
	i.limit(t, "--rehearsal")
	i.command(t, "import", i.states, "--take", "registry,key,security,storage")
	i.limit(t, "--rehearsal")
	i.told(t, i.wrongRules(t))
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
