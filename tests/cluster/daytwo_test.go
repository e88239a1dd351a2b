package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// An edit replaces a text that a file has exactly once.
type edit struct{ file, old, new string }

// sources copies what dominoc reads into a folder of the test's own, so that
// edits of the sample fleet do not touch the repository.
func sources(t *testing.T, root string) string {
	t.Helper()
	copied := t.TempDir()
	for _, folder := range []string{"environments", "schema", "cue.mod"} {
		require.NoError(t, os.CopyFS(filepath.Join(copied, folder), os.DirFS(filepath.Join(root, folder))))
	}
	return copied
}

func (e edit) apply(t *testing.T, root string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(e.file))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(data), e.old), "%s has not exactly one %q", e.file, e.old)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(data), e.old, e.new, 1)), 0o644))
}

// A day is one change of one environment, and what it may touch: the beginnings
// of the identities of what is made, changed and deleted.
type day struct {
	name        string
	environment string
	edits       []edit
	made        []string
	changed     []string
	deleted     []string
}

// beforehand are edits of the sample fleet that later ones need: an upgrade
// needs a version to upgrade from.
func beforehand() []edit {
	return []edit{
		{"environments/defaults.cue", `version: "1.35"`, `version: "1.34"`},
		{"environments/staging-eu/environment.yaml", `version: "1.35"`, `version: "1.34"`},
	}
}

func days() []day {
	const dev, staging = "environments/dev/environment.cue", "environments/staging-eu/environment.yaml"
	return []day{
		{
			name: "AddAPool", environment: "dev",
			edits: []edit{{dev, "\t\tplatform: {}\n", "\t\tplatform: {}\n\t\tspare: {instanceTypes: [\"m6i.2xlarge\"], size: max: 1}\n"}},
			made:  []string{"dev-spare-", "dev-pool-spare"},
		},
		{
			name: "RemoveAPool", environment: "dev",
			edits:   []edit{{dev, "\t\tspare: {instanceTypes: [\"m6i.2xlarge\"], size: max: 1}\n", ""}},
			deleted: []string{"dev-spare-", "dev-pool-spare"},
		},
		{
			name: "ChangeAPoolsSize", environment: "dev",
			edits:   []edit{{dev, "size: max: 5", "size: max: 6"}},
			changed: []string{"dev-pool-default", "dev-default-nodes-"},
		},
		{
			name: "EnableECR", environment: "dev",
			edits: []edit{{dev, "\tdeletion: \"allow\"", "\tregistry: ecr: enabled: true\n\tdeletion: \"allow\""}},
			// Nodes may pull from it, and builds may push to it.
			made:    []string{"dev-registry", "dev-identity-"},
			changed: []string{"dev-identity"},
		},
		{
			name: "AddTwoZones", environment: "dev",
			edits: []edit{{dev, `zones: ["us-east-1a"]`, `zones: ["us-east-1a", "us-east-1b", "us-east-1c"]`}},
			made: []string{
				"dev-network-", "dev-platform-", "dev-default-", "dev-storage-", "dev-endpoints-", "dev-addons-",
			},
			changed: []string{"dev-network", "dev-pool-", "dev-storage", "dev-endpoints", "dev-default-nodes-", "dev-platform-nodes-", "dev-addons"},
		},
		{
			name: "UpgradeKubernetes", environment: "staging-eu",
			// Raised for the whole fleet, and synced to one environment first.
			edits: []edit{
				{"environments/defaults.cue", `version: "1.34"`, `version: "1.35"`},
				{staging, `version: "1.34"`, `version: "1.35"`},
			},
			changed: []string{
				"staging-eu-cluster", "staging-eu-pool-", "staging-eu-platform-nodes-", "staging-eu-default-nodes-",
				"staging-eu-default-gpu-nodes-", "staging-eu-addons",
			},
		},
	}
}

// dayTwo makes the changes, one after the other, and holds after each that
// nothing moved but what it names, and that nothing was made again.
func (s *suite) dayTwo(t *testing.T) {
	for _, d := range days() {
		step(t, d.name, func(t *testing.T) { s.live(t, d) })
	}
}

func (s *suite) live(t *testing.T, d day) {
	ctx := context.Background()
	before := s.snapshot(t)
	for _, e := range d.edits {
		e.apply(t, s.root)
	}
	s.fleet = compile(t, s.root)
	s.apply(t, unpackaged(s.fleet.platform))
	s.environments(t, d.environment)
	var after map[string]state
	require.NoError(t, harness.Eventually(ctx, 10*time.Minute, func() error {
		if err := s.environmentsReady(ctx); err != nil {
			return err
		}
		after = s.snapshot(t)
		return s.complete(after, d.environment)
	}))
	d.judge(t, before, after)
	s.renderedOf(t, d.environment)
}

// unpackaged are the objects of platform/ without the packages.
func unpackaged(platform []harness.Object) []harness.Object {
	_, others := packages(platform)
	return others
}

// complete tells whether all that dominoc renders for an environment is there,
// and no more.
func (s *suite) complete(now map[string]state, environment string) error {
	objects, err := s.fleet.dominoc.Render(environment)
	if err != nil {
		return err
	}
	count := 0
	for _, object := range now {
		if object.namespace == "domino-"+environment {
			count++
		}
	}
	if count != len(objects) {
		return fmt.Errorf("%s has %d composed objects, not %d", environment, count, len(objects))
	}
	return nil
}

// state is what must not change by itself.
type state struct {
	namespace, name string
	uid             string
	spec            any
}

func (s *suite) snapshot(t *testing.T) map[string]state {
	t.Helper()
	all := map[string]state{}
	for _, name := range s.fleet.names() {
		for id, object := range s.composed(t, "domino-"+name) {
			spec := object.Object["spec"]
			if m, ok := spec.(harness.Object); ok {
				delete(m, "crossplane") // its references and revisions follow from the rest
			}
			all[id] = state{object.GetNamespace(), object.GetName(), string(object.GetUID()), spec}
		}
	}
	return all
}

func (d day) judge(t *testing.T, before, after map[string]state) {
	t.Helper()
	counts := map[string]int{}
	allow := func(what, id string, of state, names []string) {
		counts[what]++
		within := of.namespace == "domino-"+d.environment &&
			slices.ContainsFunc(names, func(prefix string) bool { return strings.HasPrefix(of.name, prefix) })
		if !within {
			t.Errorf("%s was %s", id, what)
		}
	}
	for id, now := range after {
		was, existed := before[id]
		switch {
		case !existed:
			allow("made", id, now, d.made)
		case was.uid != now.uid:
			t.Errorf("%s was deleted and made again", id)
		case !reflect.DeepEqual(was.spec, now.spec):
			allow("changed", id, now, d.changed)
		}
	}
	for id, was := range before {
		if _, exists := after[id]; !exists {
			allow("deleted", id, was, d.deleted)
		}
	}
	t.Logf("%v of %d", counts, len(after))
	require.NotEmpty(t, counts, "nothing happened")
}
