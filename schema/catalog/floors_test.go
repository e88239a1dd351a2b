package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/catalog"
)

func TestFloorsOfPools(t *testing.T) {
	floor, known := catalog.FindPoolFloor("platform")
	require.True(t, known)
	require.Equal(t, catalog.PoolFloor{NodePool: "platform", Nodes: 4, SizeGiB: 128, Requirement: "R2"}, floor)
	_, known = catalog.FindPoolFloor("batch")
	require.False(t, known, "the install page has no such pool")
	for _, f := range catalog.PoolFloors() {
		require.Positive(t, f.SizeGiB, f.NodePool)
	}
}
