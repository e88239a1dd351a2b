package diff

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/cli"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/tests/goldenfile"
)

// The catalogue is pull requests: what each edits in one environment, and the
// report on it, word for word. An edit is written as a reviewer sees it: a line
// that goes behind "-", a line that comes behind "+". What stands under "before"
// is edited first, so that it is at the base already. "-*" and "+*" stand for the
// whole file. "base" names another file of testdata than environment.cue.
func TestTheCatalogueOfPullRequests(t *testing.T) {
	requireEverySort(t, catalogue(t, "testdata/catalogue", func(t *testing.T, archive *txtar.Archive) string {
		base := baseOf(t, archive)
		return pullRequest(t, base, patched(t, base, section(archive, "edit")))
	}))
}

// catalogue holds each pull request of a folder against the report under "report",
// and returns all reports.
func catalogue(t *testing.T, folder string, report func(*testing.T, *txtar.Archive) string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var reports strings.Builder
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			got := report(t, archive)
			reports.WriteString(got)
			if goldenfile.Updating() {
				replace(archive, "report", got)
				goldenfile.Write(t, file, txtar.Format(archive))
			}
			require.Equal(t, section(archive, "report"), got)
		})
	}
	return reports.String()
}

// requireEverySort wants each action and each code in some report. A quota is
// looked at with --fleet only, and a name with --live (both tests/script), and what
// environments have in common has a catalogue of its own.
func requireEverySort(t *testing.T, reports string) {
	t.Helper()
	for _, code := range diff.Codes() {
		if code.Name != "quota-exceeded" && code.Name != "name-taken" && !slices.Contains(sharedCodes, code.Name) {
			require.Contains(t, reports, "danger "+code.Name, "no pull request of the catalogue has this danger")
		}
	}
	for _, words := range []string{"to add", "to change", "to replace", "to destroy", "left in AWS", "STUCK", "no change in AWS", "kept by its protection"} {
		require.Contains(t, reports, words)
	}
}

func section(archive *txtar.Archive, name string) string {
	for _, f := range archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func replace(archive *txtar.Archive, name, content string) {
	for i := range archive.Files {
		if archive.Files[i].Name == name {
			archive.Files[i].Data = []byte(content)
			return
		}
	}
	archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(content)})
}

// environmentFile is where the one environment of the catalogue is.
const environmentFile = "environments/prod/environment.cue"

// baseOf is the environment's file at the base of a pull request.
func baseOf(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	name := cmp.Or(strings.TrimSpace(section(archive, "base")), "environment.cue")
	content, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return patched(t, string(content), section(archive, "before"))
}

// pullRequest is the report on two states of the file, without the line that names the
// base.
func pullRequest(t *testing.T, base, head string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, base)
	git(t, dir, "init", "--quiet", "--initial-branch=main")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "--quiet", "--allow-empty", "--message=base")
	write(t, dir, head)

	var out, said bytes.Buffer
	code := cli.Run(context.Background(), []string{"diff", "-C", dir}, cli.Streams{Out: &out, Err: &said})
	require.Equal(t, cli.Good, code, "%s", &said)
	require.Empty(t, said.String())
	lines := strings.SplitAfter(out.String(), "\n")
	return strings.Join(lines[:len(lines)-2], "")
}

// write writes the environment's file; an empty one is none.
func write(t *testing.T, dir, content string) {
	t.Helper()
	file := filepath.Join(dir, environmentFile)
	if content == "" {
		require.NoError(t, os.RemoveAll(filepath.Dir(file)))
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "environments"), 0o755))
		return
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	command := exec.Command("git", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// patched applies an edit: each run of lines that go is looked for, and must be
// there once; the lines that come take its place.
func patched(t *testing.T, content, edit string) string {
	t.Helper()
	full, err := os.ReadFile("testdata/environment.cue")
	require.NoError(t, err)
	var gone, come string
	flush := func() {
		if gone != "" {
			require.Equal(t, 1, strings.Count(content, gone), "%q", gone)
			content = strings.Replace(content, gone, come, 1)
		}
		gone, come = "", ""
	}
	for line := range strings.Lines(edit) {
		switch {
		case line == "-*\n":
			content = ""
		case line == "+*\n":
			content = string(full)
		case strings.HasPrefix(line, "-"):
			if come != "" {
				flush()
			}
			gone += line[1:]
		case strings.HasPrefix(line, "+"):
			come += line[1:]
		default:
			flush()
		}
	}
	flush()
	return content
}
