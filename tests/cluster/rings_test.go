package cluster

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// Two environments in two rings: what is merged for the first one does not reach the
// other, whose manifests are those of its ring's revision, until the ring is promoted.
func TestFluxRings(t *testing.T) {
	early, late := `deletion: "allow"`, `deletion: "protect"`
	tool := flux
	tool.options += "\n\trings: [\n\t\t{name: \"early\"},\n\t\t{name: \"late\"},\n\t]"
	d := deliver(t, tool, func(s sources) {
		s.edit(t, "dev", early, `ring: "early", `+early)
		s.edit(t, "kept", late, `ring: "late", `+late)
	})
	step(t, "PackagesAreInstalled", d.installed)
	step(t, "SyncIsAppliedOnce", d.bootstrapFlux)
	step(t, "EnvironmentsAppear", d.appear)
	step(t, "AMergeForTheEarlierRingLeavesTheLaterOne", d.earlier)
	step(t, "ARebuiltPlatformHasTheCompositionsOfTheLaterRing", d.platformGrows)
	step(t, "APromotionReachesTheLaterRing", func(t *testing.T) { d.promoted(t, 7, "late", "--to", "v2") })
	step(t, "AndSoDoesACommitOfTheBranch", func(t *testing.T) {
		for _, name := range []string{"dev", "kept"} {
			d.sources.edit(t, name, "size: max: 7", "size: max: 6")
		}
		d.push(t, "both may be smaller")
		d.ringed(t)
		d.promoted(t, 6, "late")
	})
}

// tag pushes a tag of the commit that was pushed last.
func (d *delivery) tag(t *testing.T, name string) {
	t.Helper()
	for _, args := range [][]string{{"tag", name}, {"push", "--quiet", d.remote.URL, name}} {
		_, err := harness.Git(d.sources.root, args...)
		require.NoError(t, err)
	}
}

// dominocEdits runs a command that edits the sources.
func (d *delivery) dominocEdits(t *testing.T, args ...string) {
	t.Helper()
	out, said, code, err := d.fleet.dominoc.Run(args...)
	require.NoError(t, err)
	require.Zero(t, code, "%s%s", out, said)
}

// generations are the identities and the generations of all that an environment has.
func (d *delivery) generations(t *testing.T, name string) map[string]string {
	t.Helper()
	ctx := context.Background()
	objects, err := d.composed(ctx, "domino-"+name)
	require.NoError(t, err)
	environment, err := d.environment(ctx, name)
	require.NoError(t, err)
	out := map[string]string{"environment": about(environment)}
	for id, object := range objects {
		out[fmt.Sprint(id)] = about(object)
	}
	require.Greater(t, len(out), 50)
	return out
}

func about(o *unstructured.Unstructured) string {
	return fmt.Sprintf("%s at generation %d", o.GetUID(), o.GetGeneration())
}

// earlier pins the later ring, and merges what changes both environments: their values,
// and their shape, so that they need other Compositions.
func (d *delivery) earlier(t *testing.T) {
	d.tag(t, "v1")
	d.dominocEdits(t, "promote", "late", "--to", "v1")
	d.push(t, "the later ring is at v1")
	d.ringed(t)
	before := d.generations(t, "kept")
	for _, name := range []string{"dev", "kept"} {
		d.sources.edit(t, name, "size: max: 5", "size: max: 7")
		d.sources.edit(t, name, "		platform: {}\n", "		platform: {}\n		extra: instanceTypes: [\"m6i.2xlarge\"]\n")
	}
	d.push(t, "both may be larger, and have another pool")
	d.tag(t, "v2")
	d.ringed(t)
	d.atMost(t, "dev", 7)
	require.NoError(t, d.environmentsReady(context.Background()))
	require.Equal(t, before, d.generations(t, "kept"))
	d.atMost(t, "kept", 5)
}

// ringed waits until Flux has brought the commit that was pushed, apart from the
// environment of the later ring, which must be ready with its own revision.
func (d *delivery) ringed(t *testing.T) {
	t.Helper()
	commit := d.commit(t)
	d.eventually(t, func(ctx context.Context) error {
		all, err := d.Client.List(ctx, d.tool.kind, "")
		if err != nil {
			return err
		}
		rings := false
		for _, o := range all {
			rings = rings || o.GetName() == "dominoc-rings"
			of := commit
			if o.GetName() == "domino-kept" {
				if source, _, _ := unstructured.NestedString(o.Object, "spec", "sourceRef", "name"); source != "dominoc-ring-late" {
					return fmt.Errorf("kept is applied from %s", source)
				}
				of = ""
			}
			if err := d.tool.brought(&o, of); err != nil {
				return fmt.Errorf("%s: %w", o.GetName(), err)
			}
		}
		if !rings {
			return fmt.Errorf("there is no Kustomization of the rings' sources")
		}
		return nil
	})
}

// platformGrows holds that the platform has the Compositions of both rings, those that
// nothing else names among them: one that is deleted comes back.
func (d *delivery) platformGrows(t *testing.T) {
	ctx := context.Background()
	names := map[string]string{}
	for _, name := range []string{"dev", "kept"} {
		environment, err := d.environment(ctx, name)
		require.NoError(t, err)
		names[name], _, err = unstructured.NestedString(environment.Object, "spec", "crossplane", "compositionRef", "name")
		require.NoError(t, err)
		require.FileExists(t, filepath.Join(d.sources.root, "rendered", "platform", "compositions", names[name]+".yaml"))
	}
	require.NotEqual(t, names["dev"], names["kept"])
	_, said, code, err := d.fleet.dominoc.Run("build", "--check")
	require.NoError(t, err)
	require.Zero(t, code, said)
	require.NoError(t, d.Client.Delete(ctx, compositionKind, "", names["kept"]))
	d.smuggle(t, "nothing new", "--allow-empty")
	d.ringed(t)
	_, err = d.Client.Read(ctx, compositionKind, "", names["kept"])
	require.NoError(t, err)
}

// promoted promotes a ring, and waits until its environment has what was merged before.
func (d *delivery) promoted(t *testing.T, most int64, args ...string) {
	d.dominocEdits(t, append([]string{"promote"}, args...)...)
	out, _, _, err := d.fleet.dominoc.Run("diff", "HEAD")
	require.NoError(t, err)
	require.Regexp(t, `(?m)^  the merge applies \w+ instead of v\d$`, out)
	require.True(t, strings.HasPrefix(out, "kept: "), out)
	d.push(t, "the later ring moves")
	d.atMost(t, "kept", most)
	d.ringed(t)
	require.NoError(t, d.environmentsReady(context.Background()))
}

// atMost waits until the default pool of an environment may have so many nodes.
func (d *delivery) atMost(t *testing.T, name string, want int64) {
	t.Helper()
	d.eventually(t, func(ctx context.Context) error {
		got, err := d.largest(ctx, name)
		if err == nil && got != want {
			err = fmt.Errorf("the pool of %s has at most %d nodes, not %d", name, got, want)
		}
		return err
	})
}
