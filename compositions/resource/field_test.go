package resource_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func TestWhatIsAbsentInThePlanIsAbsentInTheObject(t *testing.T) {
	require.Nil(t, resource.Optional(""))
	require.Equal(t, "x", *resource.Optional("x"))
	require.Nil(t, resource.OptionalNumber(0))
	require.InDelta(t, 7, *resource.OptionalNumber(7), 0)
	require.Nil(t, resource.Texts(nil))
}

func TestNumbersAreExactUpToASymbol(t *testing.T) {
	const symbol = int64(1)<<50 + 12345
	require.Equal(t, symbol, int64(*resource.Number(symbol)))
}

func TestAReferenceIsAnIDOrAName(t *testing.T) {
	ids, refs := resource.ResolveAll([]v1alpha1.Reference{{ID: "subnet-1"}, {ID: "subnet-2"}})
	require.Equal(t, []string{"subnet-1", "subnet-2"}, []string{*ids[0], *ids[1]})
	require.Empty(t, refs)
	ids, refs = resource.ResolveAll([]v1alpha1.Reference{{Name: "prod-us-network-private-z0"}})
	require.Empty(t, ids)
	require.Equal(t, "prod-us-network-private-z0", refs[0].Name)
}
