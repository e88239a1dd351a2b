package fieldpath

import (
	"testing"

	"github.com/crossplane/crossplane-runtime/v2/pkg/fieldpath"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func object() map[string]any {
	return map[string]any{
		"spec":     map[string]any{"objects": []any{map[string]any{}, map[string]any{"id": "a"}}, "texts": []any{"x", ""}},
		"metadata": map[string]any{"annotations": map[string]any{"crossplane.io/external-name": "b"}},
	}
}

// paths are of every form that the compiler writes.
var paths = []string{
	"spec", "spec.objects[0].id", "spec.objects[1].id", "spec.texts[1]", "metadata.annotations[crossplane.io/external-name]",
	"metadata.annotations[a.b].c", "spec.zones.z0.id", "spec.digits.123",
}

func TestAPathMeansWhatCrossplaneTakesItFor(t *testing.T) {
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			want, err := fieldpath.Pave(object()).GetValue(path)
			got, there := Parse(path).In(object())
			require.Equal(t, err == nil, there)
			require.Equal(t, want, got)

			theirs, ours := object(), object()
			require.NoError(t, fieldpath.Pave(theirs).SetValue(path, "new"))
			require.NoError(t, Parse(path).Set(ours, "new"))
			require.Empty(t, cmp.Diff(theirs, ours))
		})
	}
}

func TestAnElementThatIsNotThereCannotBeSet(t *testing.T) {
	require.Error(t, Parse("spec.texts[2]").Set(object(), "new"))
	require.Error(t, Parse("spec.objects[2].id").Set(object(), "new"))
	require.Error(t, Parse("spec.texts.name").Set(object(), "new"))
}

func TestACopySharesNothing(t *testing.T) {
	original := object()
	copied := Copy(original).(map[string]any)
	require.NoError(t, Parse("spec.objects[1].id").Set(copied, "new"))
	require.Empty(t, cmp.Diff(object(), original))
}
