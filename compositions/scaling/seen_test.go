package scaling

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// group is a NodeGroup with conditions, as a cluster has it.
func group(ready, synced string, more map[string]any) map[string]any {
	return map[string]any{"status": map[string]any{
		"conditions": []any{map[string]any{"type": "Ready", "status": ready}, map[string]any{"type": "Synced", "status": synced}},
		"atProvider": more,
	}}
}

func TestAPoolIsReadyWhenEachOfItsGroupsIs(t *testing.T) {
	three := map[string]any{"scalingConfig": map[string]any{"desiredSize": 3.0}}
	for name, c := range map[string]struct {
		object map[string]any
		lacks  string
	}{
		"ready":            {group("True", "True", three), ""},
		"refused":          {group("True", "False", three), "is not Synced"},
		"being made":       {group("False", "True", nil), "is not Ready"},
		"not seen":         {map[string]any{}, "is not Ready"},
		"degraded, by EKS": {group("True", "True", map[string]any{"status": "DEGRADED"}), "is DEGRADED"},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.lacks, SeenOf("g", c.object).Lacks) })
	}
	ready := SeenOf("a", group("True", "True", three))
	require.Empty(t, Pool{ready, ready}.Lacks())
	require.Equal(t, "node group b is not Ready", Pool{ready, SeenOf("b", nil)}.Lacks())
	require.NotEmpty(t, Pool{}.Lacks())
	nodes, known := Pool{ready, ready}.Nodes()
	require.True(t, known)
	require.EqualValues(t, 6, nodes)
	_, known = Pool{ready, SeenOf("b", group("True", "True", nil))}.Nodes()
	require.False(t, known, "a group whose nodes nobody has counted is not empty")
}
