package cluster

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// takes takes all parts of the installation in addition. Two rules of a security group
// are wrong at first: AWS denies their change, and nothing else.
func (i *imported) takes(t *testing.T) {
	i.before = i.calls(t)
	i.command(t, "import", i.states, "--take", "registry,key,security,storage")
	i.limit(t, "--rehearsal")
	wrong := i.wrongRules(t)
	i.told(t, wrong)
	i.world.suite.extended(t)
	i.world.suite.update(t, i.name)
	i.mistaken(t, wrong)
	i.replaced(t, wrong.file, wrong.wrong, wrong.right)
	i.world.suite.update(t, i.name)
	i.restarted(t)
	i.quiet(t)
}

// restarted restarts the provider: it keeps by which id it read a resource of the newer
// framework, and looks at a corrected one after a restart only (upjet v2.2.1,
// external_tfpluginfw.go: the state of its operation tracker goes before the annotation).
func (i *imported) restarted(t *testing.T) {
	t.Helper()
	w := i.world
	require.NoError(t, w.suite.Kill(harness.Provider))
	require.NoError(t, w.suite.StartProvider(w.emulator, w.release))
}

// onlyTheirTags requires that each thing that --take took was tagged once, and the two rules
// once more, which had each other's name at first.
func (i *imported) onlyTheirTags(t *testing.T) {
	require.Equal(t, map[string]int{
		"backup:TagResource": 2, "ec2:CreateTags": 27, "ecr:TagResource": 3, "elasticfilesystem:TagResource": 2, "kms:TagResource": 1, "s3:TagResource": 5,
	}, i.tagged(t, i.before))
}

// upgraded makes all steps of dominoc upgrade: pools are held, the control plane follows
// Git, and the pools under their Terraform names after it.
func (i *imported) upgraded(t *testing.T) {
	for range 5 {
		i.command(t, "upgrade", i.name, "--write")
		i.limit(t)
		i.applied(t)
	}
	held, err := i.world.emulator.Held()
	require.NoError(t, err)
	require.Equal(t, "1.36", held["eks/Cluster "+i.name].Description["version"])
	for id, one := range held {
		if strings.HasPrefix(id, "eks/NodeGroup ") {
			require.Equal(t, "1.36", one.Description["version"], id)
		}
	}
}

// replacedPool replaces a pool by one of the environment: AWS deletes the old groups once
// nothing is held.
func (i *imported) replacedPool(t *testing.T) {
	i.replaced(t, "adopted.cue", "hold: true", "hold: false")
	for range 3 { // made, closed, removed
		i.command(t, "replace", i.name, "default-gpu", "--write")
		i.limit(t) // a larger policy comes before the manifests
		i.applied(t)
	}
	require.Equal(t, []string{
		"compute-tfthree-private-us-west-2a", "compute-tfthree-private-us-west-2b", "compute-tfthree-private-us-west-2c",
		"platform-tfthree-private-us-west-2a", "platform-tfthree-private-us-west-2b", "platform-tfthree-private-us-west-2c",
		"tfthree-default-gpu-2-a", "tfthree-default-gpu-2-b", "tfthree-default-gpu-2-c",
	}, i.named(t, "eks/NodeGroup "))
}

// restStays requires that day two left what it was not about as it was before the takeover,
// with more tags at most: the network, the stores, the roles.
func (i *imported) restStays(t *testing.T) {
	now, err := i.world.emulator.Held()
	require.NoError(t, err)
	same := 0
	for id, before := range i.held {
		changed := []string{"eks/Cluster ", "eks/NodeGroup ", "ec2/LaunchTemplate", "autoscaling/Group "}
		if slices.ContainsFunc(changed, func(kind string) bool { return strings.HasPrefix(id, kind) }) {
			continue
		}
		require.Equal(t, before.Description, now[id].Description, id)
		for key, value := range before.Tags {
			require.Equal(t, value, now[id].Tags[key], "%s: the tag %s", id, key)
		}
		same++
	}
	t.Logf("%d things as before the takeover", same)
}

// named returns the names of what AWS holds of a kind, sorted.
func (i *imported) named(t *testing.T, kind string) []string {
	t.Helper()
	held, err := i.world.emulator.Held()
	require.NoError(t, err)
	var names []string
	for id := range held {
		if name, is := strings.CutPrefix(id, kind); is {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// command runs dominoc in the fleet, which must do what it is told.
func (i *imported) command(t *testing.T, args ...string) {
	t.Helper()
	out, said, code := i.dominoc(t, args...)
	require.Zero(t, code, "%s%s", out, said)
}

// rule is the id of a rule of a security group, by its key in the environment's ids.cue.
func (i *imported) rule(t *testing.T, key string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(i.root, "environments", i.name, "ids.cue"))
	require.NoError(t, err)
	found := regexp.MustCompile(`(?m)^\s*` + key + `:\s+"(sgr-\w+)"$`).FindSubmatch(text)
	require.NotNil(t, found, "%s in\n%s", key, text)
	return string(found[1])
}
