// Package goldenfile writes the files that tests compare with their results.
//
// A result from a busy machine may be wrong: an evaluation ends after some seconds, and its
// diagnostic replaces the one that the test is about. Such text is never written.
package goldenfile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Updating reports whether UPDATE=1 requests that golden files are rewritten.
func Updating() bool { return os.Getenv("UPDATE") != "" }

// Write rewrites a golden file with a test's result.
func Write(t testing.TB, file string, got []byte) {
	t.Helper()
	require.NoError(t, write(file, got))
}

func write(file string, got []byte) error {
	if Overdue(got) {
		return unfinished(file)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, got, 0o644)
}

func unfinished(file string) error {
	return fmt.Errorf("%s is not rewritten: an evaluation was given up, because the machine was busy; run the test again", file)
}

// Overdue reports whether text has the diagnostic of an evaluation that took too long, or of
// one that was not started because others had.
func Overdue(text []byte) bool {
	return bytes.Contains(text, []byte("evaluation is not done after ")) ||
		bytes.Contains(text, []byte("evaluations that were given up have taken the time of this run"))
}

// Guard watches golden files that another package rewrites during a test, as
// testscript does: it undoes at the end of the test what Write would refuse.
func Guard(t *testing.T, files []string) {
	t.Helper()
	before := map[string][]byte{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		before[file] = content
	}
	t.Cleanup(func() { require.NoError(t, restore(before)) })
}

func restore(before map[string][]byte) error {
	var failed []error
	for file, content := range before {
		got, err := os.ReadFile(file)
		if err == nil && Overdue(got) {
			err = errors.Join(unfinished(file), os.WriteFile(file, content, 0o644))
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}
