package rules_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

func TestDominocRefusesEachSingleMistakeOnItsLine(t *testing.T) {
	catalogue := chunks(t, "bad")
	results := check(t, catalogue)
	for _, c := range catalogue {
		t.Run(c.name, func(t *testing.T) {
			result := results[c.name]
			require.Nil(t, result.Environment)
			for _, want := range c.expected {
				require.True(t, says(result.Diagnostics, want), "no %q on line %d in:\n%+v", want.text, want.line, result.Diagnostics)
			}
			require.Len(t, result.Diagnostics, len(c.expected), "a single mistake is told once: %+v", result.Diagnostics)
		})
	}
}

func TestDominocAcceptsGoodEnvironments(t *testing.T) {
	for name, result := range check(t, chunks(t, "good")) {
		require.Empty(t, result.Diagnostics, name)
		require.NotNil(t, result.Environment, name)
	}
}

// says tells whether a diagnostic is on the line and, of a rule, what it says.
// The words for a value that the shape refuses are dominoc's own.
func says(found diag.List, want expectation) bool {
	for _, d := range found {
		onLine := want.line == 0 || d.Pos.Line == want.line
		ofShape := expectation{code: "", text: want.text}
		if onLine && (want.code == "" || d.Code == want.code && ofShape.matches(d.Message)) {
			return true
		}
	}
	return false
}

func check(t *testing.T, catalogue []chunk) map[string]load.Result {
	t.Helper()
	fleet := write(t, catalogue)
	folders, err := load.New(fleet).Find([]string{"./environments/..."})
	require.NoError(t, err)
	byName := map[string]load.Result{}
	loader := load.New(fleet)
	loader.Memory = 8 << 30 // of the whole process, in which cue vet ran as well
	for i, result := range loader.All(folders, 2) {
		byName[filepath.Base(folders[i].Dir)] = result
	}
	require.Len(t, byName, len(catalogue))
	return byName
}
