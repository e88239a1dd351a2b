package memo

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/source"
)

var tested = catalog.ProviderAWS{Release: "v2.6.0"}

func TestAShareIsKnownByTheDigestOfItsSources(t *testing.T) {
	caches, root := t.TempDir(), t.TempDir()
	a, b := source.Digest{1}, source.Digest{2}
	m := Open(caches, root, tested)
	require.True(t, m.Keeps(), "the test's program has a name")
	_, known := m.Of([]source.Digest{a})
	require.False(t, known)

	share := output.Share{Environment: sync.Environment{Name: "prod", Roles: map[string]string{"prod": "IRSA x"}}, Composition: "parent"}
	composed := map[string]output.Composed{"parent": {Children: []string{"child"}, Sum: "00"}, "child": {Sum: "01"}}
	require.NoError(t, m.Keep([]source.Digest{a}, output.Shares{Environments: []output.Share{share}, Compositions: composed}))

	m = Open(caches, root, tested)
	got, known := m.Of([]source.Digest{a})
	require.True(t, known)
	require.Equal(t, []output.Share{share}, got)
	require.Equal(t, composed, m.Composed)
	_, known = m.Of([]source.Digest{a, b})
	require.False(t, known, "one of two is not known")
	_, known = Open(caches, t.TempDir(), tested).Of([]source.Digest{a})
	require.False(t, known, "another repository")
	_, known = Open(caches, root, catalog.ProviderAWS{Release: "v2.6.0", SizesInPlace: true}).Of([]source.Digest{a})
	require.False(t, known, "another provider")
	require.False(t, Open("", root, tested).Keeps())

	m.program = "another"
	require.NoError(t, m.Keep([]source.Digest{a}, output.Shares{Environments: []output.Share{share}}))
	_, known = Open(caches, root, tested).Of([]source.Digest{a})
	require.False(t, known, "another program wrote it")

	files, err := filepath.Glob(filepath.Join(caches, "dominoc", "*"))
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing is left beside the file")
	require.NoError(t, os.WriteFile(files[0], []byte(`{"Program":`), 0o600))
	require.True(t, Open(caches, root, tested).Keeps(), "what cannot be read is written anew")
}
