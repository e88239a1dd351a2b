package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/goldenfile"
	"github.com/dominoc/dominoc/tests/gomodule"
)

func root(t *testing.T) string {
	t.Helper()
	dir, err := gomodule.Root()
	require.NoError(t, err)
	return dir
}

// requireBlock wants a document to hold content between <!-- name --> and
// <!-- /name -->; with UPDATE=1 it puts it there.
func requireBlock(t *testing.T, document, name, content string) {
	t.Helper()
	file := filepath.Join(root(t), document)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	opening, closing := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	before, rest, ok := strings.Cut(string(data), opening)
	require.True(t, ok, "%s has no %s", document, strings.TrimSpace(opening))
	got, after, ok := strings.Cut(rest, closing)
	require.True(t, ok, "%s has no %s", document, closing)
	if goldenfile.Updating() {
		goldenfile.Write(t, file, []byte(before+opening+content+closing+after))
		return
	}
	require.Equal(t, content, got, "%s: run UPDATE=1 go test ./tests", document)
}
