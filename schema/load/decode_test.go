package load

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"testing"

	"cuelang.org/go/cue"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// Environments of every shape are decoded as CUE decodes them.
func TestAnEnvironmentIsDecodedAsByCUE(t *testing.T) {
	const folder = "env"
	for seed := range uint64(100) {
		root := t.TempDir()
		text, err := json.Marshal(random.Environment(random.New(seed)))
		require.NoError(t, err)
		write(t, filepath.Join(root, folder, "environment.json"), text)
		folders, err := source.Open(root).Find([]string{"./..."})
		require.NoError(t, err)
		s, found := loaded(root, folders[0])
		require.False(t, found.HasErrors())
		w, err := newWorker()
		require.NoError(t, err)
		value, _ := w.evaluate(append(s.parsed(), environments.binder()), s, w.open)
		require.NoError(t, value.Validate(cue.Concrete(true)))

		var want, got v1alpha1.Environment
		require.NoError(t, value.Decode(&want))
		require.NoError(t, environmentStructure().decode(value, reflect.ValueOf(&got).Elem()))
		require.Equal(t, want, got, "seed %d", seed)
	}
}
