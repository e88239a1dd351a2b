package takeover_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
)

const fqdn = "domino.example.com"

// fleet is a repository, and the installation that it takes over.
type fleet struct {
	root  string
	state *terraform.Installation
}

// empty returns a repository without an environment.
func empty(t *testing.T, files ...terraform.File) fleet {
	t.Helper()
	state, found := terraform.Read(files)
	require.False(t, found.HasErrors(), "%v", found)
	f := fleet{t.TempDir(), state}
	require.NoError(t, os.Mkdir(filepath.Join(f.root, source.FleetFolder), 0o755))
	return f
}

// imported returns a repository that has imported an installation.
func imported(t *testing.T, files ...terraform.File) fleet {
	t.Helper()
	f := empty(t, files...)
	f.write(t, f.decide(t, takeover.Options{FQDN: fqdn}))
	return f
}

// set returns the files of an installation that Domino's modules made.
func set(t *testing.T, name string) []terraform.File {
	t.Helper()
	files, found := terraform.Files(filepath.Join("..", "terraform", "testdata", name))
	require.Empty(t, found)
	return files
}

func (f fleet) decide(t *testing.T, o takeover.Options) *takeover.Takeover {
	t.Helper()
	taken, err := takeover.Decide(context.Background(), workspace.Open(workspace.Options{Root: f.root}), f.state, o)
	require.NoError(t, err)
	return taken
}

func (f fleet) check(t *testing.T) *takeover.Takeover {
	t.Helper()
	return f.decide(t, takeover.Options{Check: true})
}

func (f fleet) take(t *testing.T, parts ...takeover.Part) *takeover.Takeover {
	t.Helper()
	return f.decide(t, takeover.Options{Parts: parts})
}

// write writes the files of a takeover that changes nothing but tags.
func (f fleet) write(t *testing.T, taken *takeover.Takeover) {
	t.Helper()
	require.True(t, taken.Proven(), "%v\n%s", taken.Found, taken.Report.In("text"))
	names, err := taken.Write(f.root)
	require.NoError(t, err)
	require.NotEmpty(t, names)
}

// name is that of the installation's cluster.
func (f fleet) name() string { return f.state.Of(true, "aws_eks_cluster")[0].Text("name") }

// file is the path of a file of the environment.
func (f fleet) file(name string) string {
	return filepath.Join(f.root, source.FleetFolder, f.name(), name)
}

func (f fleet) read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(f.file(name))
	require.NoError(t, err)
	return string(content)
}

// edit replaces a file of the environment.
func (f fleet) edit(t *testing.T, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(f.file(name), []byte(content), 0o644))
}

// load loads the environment as its files are now.
func (f fleet) load() load.Result { return load.New(f.root).One(source.Member(f.root, f.name())) }
