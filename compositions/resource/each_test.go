package resource_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/resource"
)

func byKey(key string, _ int) resource.Resource { return resource.Resource{Key: key} }

func keys(resources []resource.Resource) []string {
	var keys []string
	for _, r := range resources {
		keys = append(keys, r.Key)
	}
	return keys
}

func TestMapsAreLoweredInTheOrderOfTheirKeys(t *testing.T) {
	m := map[string]int{"z2": 2, "z0": 0, "z1": 1}
	twice := func(key string, n int) []resource.Resource {
		return []resource.Resource{byKey(key, n), byKey(key+"-again", n)}
	}
	require.Equal(t, []string{"z0", "z1", "z2"}, keys(resource.Each(m, byKey)))
	require.Equal(t, []string{"z0", "z0-again", "z1", "z1-again", "z2", "z2-again"}, keys(resource.EachAll(m, twice)))
}
