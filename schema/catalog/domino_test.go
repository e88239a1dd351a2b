package catalog_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/catalog"
)

func TestWhatAReleaseOfDominoRunsWith(t *testing.T) {
	for version, want := range map[string][]string{
		"6.2": {"1.33"}, "6.2.1": {"1.33"}, "5.11.4": {"1.27"}, "5.3": {"1.23", "1.24"},
		"5.1": nil, "6": nil, "6.20": nil, "5.110": nil,
	} {
		var named []string
		for _, s := range catalog.DominoSupports(version) {
			named = append(named, s.Kubernetes)
			require.NotEmpty(t, s.Source)
		}
		require.Equal(t, want, named, version)
	}
	releases := catalog.DominoReleases()
	require.Equal(t, []string{"4.6", "5.0", "5.2", "5.3", "5.6", "5.11", "6.0", "6.2"}, releases)
	require.Equal(t, len(releases), len(slices.Compact(releases)))
}
