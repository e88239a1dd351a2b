package load

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/source"
)

// FuzzLoad holds that any file is either an environment or refused with a
// place, in bounded time and without a panic.
func FuzzLoad(f *testing.F) {
	cases, err := filepath.Glob("testdata/cases/*.txtar")
	require.NoError(f, err)
	for _, c := range cases {
		archive, err := txtar.ParseFile(c)
		require.NoError(f, err)
		for _, file := range archive.Files {
			if base := filepath.Base(file.Name); strings.HasPrefix(base, "environment.") {
				f.Add(uint8(slices.Index(source.Names(), base)), file.Data)
			}
		}
	}
	var idle []*worker // of the executions before: to compile the schema takes longer than most of them
	f.Fuzz(func(t *testing.T, kind uint8, content []byte) {
		name := source.Names()[int(kind)%len(source.Names())]
		folder := source.Folder{Dir: t.TempDir(), Shown: ".", Files: []string{name}}
		require.NoError(t, os.WriteFile(filepath.Join(folder.Dir, name), content, 0o644))
		l := New(folder.Dir)
		l.Deadline = 5 * time.Second
		l.idle = idle
		r := l.One(folder)
		idle = l.idle
		require.Equal(t, r.Environment == nil, r.Diagnostics.HasErrors())
		for _, d := range r.Diagnostics {
			require.NotEqual(t, "evaluation-panic", d.Code, d.Message)
			require.NotEqual(t, "internal", d.Code, d.Message)
			require.NotEmpty(t, d.Message)
			require.Equal(t, name, d.Pos.File)
		}
	})
}
