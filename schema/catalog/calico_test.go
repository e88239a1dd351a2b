package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/catalog"
)

func TestCalicoFollowsKubernetes(t *testing.T) {
	for kubernetes, want := range map[string]struct {
		release, definitions string
		tested               bool
	}{
		"1.31": {"v3.31.7", "", false},
		"1.32": {"v3.31.7", "", true},
		"1.35": {"v3.31.7", "", true},
		"1.36": {"v3.32.4", "crd.projectcalico.org.v1", true},
		"1.37": {"v3.32.4", "crd.projectcalico.org.v1", false},
	} {
		c := catalog.CalicoFor(kubernetes)
		require.Equal(t, want.release, c.Release, kubernetes)
		require.Equal(t, want.definitions, c.DefinitionsChart, kubernetes)
		require.Equal(t, want.tested, c.TestedWith(kubernetes), kubernetes)
	}
}

// An upgrade of Kubernetes moves Calico before or after the control plane: the
// release that the one version has, or the one of the next, works with both.
func TestNeighbouringVersionsShareARelease(t *testing.T) {
	all := catalog.Versions()
	for i, v := range all[1:] {
		before, after := catalog.CalicoFor(all[i].Kubernetes), catalog.CalicoFor(v.Kubernetes)
		if before == after {
			continue
		}
		require.True(t, after.TestedWith(all[i].Kubernetes), "%s runs with Kubernetes %s until the control plane is %s", after.Release, all[i].Kubernetes, v.Kubernetes)
	}
}

func TestTheReleasesOfCalicoAreInOrder(t *testing.T) {
	all := catalog.CalicoReleases()
	require.NotEmpty(t, all)
	for i, c := range all {
		require.Regexp(t, `^v3\.\d+\.\d+$`, c.Release)
		require.True(t, c.TestedWith(c.Oldest) && c.TestedWith(c.Newest), c.Release)
		if i > 0 {
			require.False(t, c.TestedWith(all[i-1].Oldest), c.Release)
			require.False(t, all[i-1].TestedWith(c.Newest), c.Release)
		}
	}
}
