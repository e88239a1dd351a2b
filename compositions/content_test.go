package compositions

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/random"
)

// xr.Content walks objects itself, because encoding/json is slow on structs that
// are nearly all nil.
func TestContentIsWhatEncodingJSONMakes(t *testing.T) {
	for seed := range uint64(20) {
		p, diagnostics := plan.Resolve(random.Environment(random.New(seed)), func(diag.Path) diag.Pos { return diag.Pos{} })
		require.False(t, diagnostics.HasErrors(), "%v", diagnostics)
		for _, c := range append(Components(p), parent(p, map[string]string{})) {
			for _, r := range c.Concrete() {
				got, err := xr.Content(r.Object)
				require.NoError(t, err)
				require.Empty(t, cmp.Diff(throughJSON(t, r.Object), got), "%s %s", c.Kind.Name, r.Key)
			}
		}
	}
}

func throughJSON(t *testing.T, object any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(object)
	require.NoError(t, err)
	var content map[string]any
	require.NoError(t, json.Unmarshal(raw, &content))
	delete(content, "status")
	delete(content["metadata"].(map[string]any), "creationTimestamp")
	spec := content["spec"].(map[string]any)
	if provider, ok := spec["initProvider"].(map[string]any); ok && len(provider) == 0 {
		delete(spec, "initProvider")
	}
	return content
}
