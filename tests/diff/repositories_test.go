package diff

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/cli"
)

// sharedCodes are the dangers of what environments have in common: they need a
// repository, and not only an environment.
var sharedCodes = []string{"definition-narrowed", "package-changed", "package-lowered", "sizes-follow", "sync-moved"}

// The catalogue of repositories is pull requests that edit more than the file of
// an environment: folders, shared values, the delivery, committed manifests. What
// stands under "before" is done to the repository of testdata/repository.txtar and
// is at the base; "edit" is the pull request; the report is word for word. The
// steps are
//
//	mv FROM TO           link TARGET NAME       put SECTION NAME
//	rm NAME              mkdir NAME             build
//	replace NAME OLD => NEW
func TestTheCatalogueOfRepositories(t *testing.T) {
	reports := catalogue(t, "testdata/repositories", repositoryReport)
	for _, code := range sharedCodes {
		require.Contains(t, reports, "danger "+code, "no repository of the catalogue has this danger")
	}
}

// repositoryReport is what diff prints on an edit, without the line that names the
// base; what it says of environments that it cannot compare comes behind.
func repositoryReport(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	unpack(t, dir, "testdata/repository.txtar")
	do(t, dir, archive, section(archive, "before"))
	git(t, dir, "init", "--quiet", "--initial-branch=main")
	git(t, dir, "add", "--all", "--force", ".")
	git(t, dir, "commit", "--quiet", "--message=base")
	do(t, dir, archive, section(archive, "edit"))

	var out, said bytes.Buffer
	code := cli.Run(context.Background(), []string{"diff", "-C", dir}, cli.Streams{Out: &out, Err: &said})
	lines := strings.SplitAfter(out.String(), "\n")
	report := strings.Join(lines[:max(0, len(lines)-2)], "")
	if code != cli.Good {
		require.Equal(t, cli.Problems, code, "%s", &said)
		report += said.String()
	}
	return report
}

func unpack(t *testing.T, dir, archive string) {
	t.Helper()
	files, err := txtar.ParseFile(archive)
	require.NoError(t, err)
	for _, f := range files.Files {
		writeFile(t, dir, f.Name, f.Data)
	}
}

func writeFile(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	file := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, content, 0o644))
}

// do takes the steps in a folder.
func do(t *testing.T, dir string, archive *txtar.Archive, steps string) {
	t.Helper()
	for line := range strings.Lines(steps) {
		step, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		args := strings.Fields(rest)
		at := func(i int) string { return filepath.Join(dir, args[i]) }
		switch step {
		case "":
		case "mv":
			require.NoError(t, os.MkdirAll(filepath.Dir(at(1)), 0o755))
			require.NoError(t, os.Rename(at(0), at(1)))
		case "rm":
			require.NoError(t, os.RemoveAll(at(0)))
		case "mkdir":
			require.NoError(t, os.MkdirAll(at(0), 0o755))
		case "link":
			require.NoError(t, os.Symlink(args[0], at(1)))
		case "put":
			writeFile(t, dir, args[1], []byte(section(archive, args[0])))
		case "replace":
			_, change, _ := strings.Cut(rest, " ")
			from, to, found := strings.Cut(change, " => ")
			require.True(t, found, line)
			content, err := os.ReadFile(at(0))
			require.NoError(t, err)
			require.Contains(t, string(content), from)
			require.NoError(t, os.WriteFile(at(0), []byte(strings.ReplaceAll(string(content), from, to)), 0o644))
		case "build":
			var said bytes.Buffer
			code := cli.Run(context.Background(), []string{"build", "-C", dir}, cli.Streams{Out: &said, Err: &said})
			require.Equal(t, cli.Good, code, "%s", &said)
		default:
			t.Fatalf("unknown step %q", line)
		}
	}
}
