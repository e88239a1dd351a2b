package takeover_test

import (
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/schema/load"
)

// said is a fact of adopted.cue: a line with a value.
var said = regexp.MustCompile(`^(\s*\S+: +)("[^"]*"|true|false|\["[^"]*"\])$`)

// free are the facts that may differ: who the environment is, and what is lifted by hand.
var free = regexp.MustCompile(`^\s*(name|account|region|hold|withoutLabels):`)

// With another value of any fact in adopted.cue, --check says what would change, or what the
// states have.
func TestEachWrongFactIsFound(t *testing.T) {
	for _, set := range []string{"a-base", "c-pools"} {
		files, _ := terraform.Files(filepath.Join(sets, set))
		state, _ := terraform.Read(files)
		w, taken := fleet(t, files...)
		right := written(t, w, taken)
		require.True(t, checked(t, w, state, right).Proven())
		text := string(taken.Files[path.Join(right.Folder.Shown, takeover.AdoptedName)])
		tried := 0
		for i, line := range strings.Split(text, "\n") {
			parts := said.FindStringSubmatch(line)
			if parts == nil || free.MatchString(line) {
				continue
			}
			edited := strings.Split(text, "\n")
			edited[i] = parts[1] + another(parts[2])
			r := w.Loader.Edited(right.Folder, path.Join(right.Folder.Shown, takeover.AdoptedName), []byte(strings.Join(edited, "\n")))
			require.False(t, checked(t, w, state, r).Proven(), "%s: %s", set, edited[i])
			tried++
		}
		require.Greater(t, tried, 30, set)
	}
}

func checked(t *testing.T, w *workspace.Workspace, state *terraform.Installation, r load.Result) *takeover.Takeover {
	t.Helper()
	taken, err := takeover.Check(w, nil, state, r)
	require.NoError(t, err)
	return taken
}

// another is a value of the same form.
func another(value string) string {
	switch {
	case value == "true":
		return "false"
	case value == "false":
		return "true"
	case strings.HasPrefix(value, "["):
		return "[]"
	}
	last := "0"
	if strings.HasSuffix(value, `0"`) {
		last = "1"
	}
	return value[:len(value)-2] + last + `"`
}
