package sync

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/crds"
)

const pinnedCommit = "0123456789abcdef0123456789abcdef01234567"

// inRings are the manifests of a fleet whose environments are in three rings by turns: one
// that follows the branch, one at a tag, one at a commit.
func inRings(t *testing.T, tool string) (all map[string]sync.Object, of map[string]string) {
	t.Helper()
	options := deliveries()[tool]
	options.Rings = []v1alpha1.Ring{{Name: "early"}, {Name: "tagged", Tag: "v1"}, {Name: "late", Commit: pinnedCommit}}
	members := slices.Concat(environments, environments[:1])
	members[len(members)-1].Name, members[len(members)-1].Namespace = "third", "domino-third"
	require.Len(t, members, 3)
	of, all = map[string]string{}, map[string]sync.Object{}
	for i := range members {
		members[i].Ring = options.Rings[i%3].Name
		of[members[i].Name] = members[i].Ring
	}
	for _, m := range sync.Manifests(options, golden(t, "platform"), members) {
		require.Empty(t, crds.New().Validate(m.Object), m.Path)
		all[m.Path] = m.Object
	}
	return all, of
}

// The sources of the rings wait for the platform of the same commit, which has what their
// environments name; they go when no ring needs them.
func TestFluxReadsEachRingAtItsRevision(t *testing.T) {
	all, of := inRings(t, "flux")
	sources := map[string]map[string]any{
		"tagged": {"tag": "v1"},
		"late":   {"branch": "main", "commit": pinnedCommit},
	}
	for ring, reference := range sources {
		source := all["sync/rings/"+ring+".yaml"]
		require.Equal(t, "dominoc-ring-"+ring, at(source, "metadata.name"))
		require.Equal(t, reference, at(source, "spec.ref"))
		require.Equal(t, at(all["sync/source.yaml"], "spec.url"), at(source, "spec.url"))
		require.Nil(t, at(source, "metadata.annotations"), "it would never be pruned")
	}
	require.NotContains(t, all, "sync/rings/early.yaml")
	rings := all["sync/rings.yaml"]
	require.Equal(t, at(all["sync/platform.yaml"], "spec.sourceRef"), at(rings, "spec.sourceRef"))
	require.Equal(t, []any{map[string]any{"name": "dominoc-platform"}}, at(rings, "spec.dependsOn"))
	require.Equal(t, true, at(rings, "spec.prune"))
	require.Nil(t, at(rings, "metadata.annotations"))
	for name, ring := range of {
		want := "dominoc"
		if sources[ring] != nil {
			want = "dominoc-ring-" + ring
		}
		require.Equal(t, want, at(all["sync/environments/"+name+"/sync.yaml"], "spec.sourceRef.name"), name)
	}
}

func TestArgoCDReadsEachRingAtItsRevision(t *testing.T) {
	all, of := inRings(t, "argocd")
	for name, ring := range of {
		want := map[string]string{"early": "main", "tagged": "refs/tags/v1", "late": pinnedCommit}[ring]
		require.Equal(t, want, at(all["sync/environments/"+name+"/sync.yaml"], "spec.source.targetRevision"), name)
	}
	for _, path := range []string{"sync/sync.yaml", "sync/platform.yaml"} {
		require.Equal(t, "main", at(all[path], "spec.source.targetRevision"), path)
	}
}

// What a namespace says of its environment is read back.
func TestANamespaceTellsItsRolesAndProtection(t *testing.T) {
	for _, deletion := range []v1alpha1.Deletion{"protect", "allow"} {
		e := sync.Environment{Name: "a", Namespace: "domino-a", Deletion: deletion, Roles: map[string]string{"a": "IRSA arn:aws:iam::123456789012:role/a", "a-zone": "IRSA arn:aws:iam::123456789012:role/z"}}
		for _, m := range sync.Manifests(v1alpha1.GitOps{}, nil, []sync.Environment{e}) {
			require.Equal(t, sync.Environment{Deletion: deletion, Roles: e.Roles}, sync.FromNamespace(m.Object))
		}
	}
}
