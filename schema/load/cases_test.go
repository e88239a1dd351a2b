package load

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/tests/goldenfile"
)

// Each case is a tree of files and the text that dominoc prints for it.
// UPDATE=1 rewrites the text.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			root, want := unpack(t, archive)
			got := report(t, root)
			if goldenfile.Updating() {
				rewrite(t, file, archive, got)
				return
			}
			require.Equal(t, want, got)
		})
	}
}

const wanted = "want"

func unpack(t *testing.T, archive *txtar.Archive) (root, want string) {
	t.Helper()
	root = t.TempDir()
	for _, f := range archive.Files {
		if f.Name == wanted {
			want = string(f.Data)
			continue
		}
		write(t, filepath.Join(root, f.Name), f.Data)
	}
	return root, want
}

func rewrite(t *testing.T, file string, archive *txtar.Archive, got string) {
	t.Helper()
	var kept []txtar.File
	for _, f := range archive.Files {
		if f.Name != wanted {
			kept = append(kept, f)
		}
	}
	if got != "" {
		kept = append(kept, txtar.File{Name: wanted, Data: []byte(got)})
	}
	archive.Files = kept
	goldenfile.Write(t, file, txtar.Format(archive))
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, content, 0o644))
}

// report is what dominoc says about all environments below root.
func report(t *testing.T, root string) string {
	t.Helper()
	folders, err := source.Open(root).Find([]string{"./..."})
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	var all diag.List
	for _, r := range New(root).All(folders, 2) {
		require.Equal(t, r.Diagnostics.HasErrors(), r.Environment == nil)
		all = append(all, r.Diagnostics...)
	}
	return printed(t, root, all)
}

func printed(t *testing.T, root string, l diag.List) string {
	t.Helper()
	var out bytes.Buffer
	text := func(name string) []byte {
		content, _ := os.ReadFile(filepath.Join(root, name))
		return content
	}
	require.NoError(t, diag.Print(&out, l, diag.Text, diag.Options{Source: text}))
	if len(l) > 0 {
		out.WriteString("\n" + diag.Summary(l) + "\n")
	}
	return out.String()
}

// loaded is the parsed files of a folder.
func loaded(root string, f source.Folder) (*Source, diag.List) {
	l := New(root)
	return l.open(environments, l.Environment(f))
}
