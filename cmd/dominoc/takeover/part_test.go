package takeover

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/proof"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
)

// fleet is a repository whose only environment takes over an installation.
type fleet struct {
	*workspace.Workspace
	state *terraform.Installation
	name  string
}

// imported takes over one of the installations of package terraform.
func imported(t *testing.T, set string) fleet {
	t.Helper()
	state, found := terraform.Open(filepath.Join("..", "terraform", "testdata", set))
	require.False(t, found.HasErrors(), "%v", found)
	f := fleet{empty(t), state, Name(state)}
	taken, err := Of(f.Workspace, nil, state, "domino.example.com", nil, nil)
	require.NoError(t, err)
	f.write(t, taken)
	return f
}

// empty is a repository without an environment.
func empty(t *testing.T) *workspace.Workspace {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, source.FleetFolder), 0o755))
	return workspace.Open(workspace.Options{Root: root})
}

// write writes the files of a takeover that changes nothing but tags.
func (f fleet) write(t *testing.T, taken *Takeover) {
	t.Helper()
	require.False(t, taken.Found.HasErrors(), "%v", taken.Found)
	require.Empty(t, taken.Report.Refused)
	require.Empty(t, taken.Report.Wrong)
	require.NotEmpty(t, taken.Files)
	for name, content := range taken.Files {
		file := filepath.Join(f.Root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, content, 0o644))
	}
}

// load loads the environment as its files are now.
func (f fleet) load() load.Result {
	folder := source.Folder{Dir: filepath.Join(f.Root, source.FleetFolder, f.name), Shown: source.FleetFolder + "/" + f.name, Files: source.Names()[:1]}
	return workspace.Open(f.Options).Loader.One(folder)
}

func (f fleet) take(t *testing.T, parts ...Part) *Takeover {
	t.Helper()
	taken, err := Take(workspace.Open(f.Options), nil, f.state, f.load(), parts)
	require.NoError(t, err)
	return taken
}

// addresses of what was taken over, with and without tags.
func addresses(r Report) []string {
	var all []string
	for _, t := range append(r.Same, r.Changes...) {
		all = append(all, t.Address)
	}
	return all
}

func TestAPartIsTakenAfterTheCluster(t *testing.T) {
	for _, test := range []struct {
		set  string
		part Part
		want int // resources
		root int // of them in the root that Terraform goes on to apply
	}{
		{"a-base", Registry, 4, 4},
		{"a-base", Key, 2, 2},
		{"c-pools", Key, 2, 2},
		{"a-base", Security, 25, 1},
		{"b-existing", Security, 25, 1},
		{"c-pools", Security, 25, 1},
	} {
		t.Run(test.set+" "+string(test.part), func(t *testing.T) {
			f := imported(t, test.set)
			environment, err := os.ReadFile(filepath.Join(f.Root, "environments", f.name, "environment.cue"))
			require.NoError(t, err)

			taken := f.take(t, test.part)
			f.write(t, taken)
			require.Len(t, addresses(taken.Report), test.want)
			require.Len(t, taken.Report.Forget, test.root)

			after, err := os.ReadFile(filepath.Join(f.Root, "environments", f.name, "environment.cue"))
			require.NoError(t, err)
			require.Equal(t, string(environment), string(after), "people edit this file")

			checked, err := Check(workspace.Open(f.Options), nil, f.state, f.load())
			require.NoError(t, err)
			require.True(t, checked.Report.Proven(), "%v", checked.Report.Wrong)
			require.Subset(t, addresses(checked.Report), addresses(taken.Report))

			again := f.take(t, test.part)
			require.Len(t, again.Report.Refused, 1)
			require.Contains(t, again.Report.Refused[0].What, "is taken already")
			require.Empty(t, again.Files)
		})
	}
}

// All parts are taken at once with the cluster, or one after the other: the environment is
// the same.
func TestPartsAreTakenWithTheCluster(t *testing.T) {
	for set, parts := range map[string][]Part{"a-base": Parts(), "c-pools": withoutRegistry()} {
		t.Run(set, func(t *testing.T) {
			f := imported(t, set)
			for _, p := range parts {
				f.write(t, f.take(t, p))
			}
			fresh := fleet{empty(t), f.state, f.name}
			taken, err := Of(fresh.Workspace, nil, f.state, "domino.example.com", nil, parts)
			require.NoError(t, err)
			fresh.write(t, taken)
			require.Equal(t, f.load().Environment, fresh.load().Environment)
		})
	}
}

// withoutRegistry are the parts of an installation without ECR.
func withoutRegistry() []Part {
	return slices.DeleteFunc(Parts(), func(p Part) bool { return p == Registry })
}

func TestWhatIsNotThereIsNotTaken(t *testing.T) {
	for set, p := range map[string]Part{"c-pools": Registry, "b-existing": Key} {
		taken := imported(t, set).take(t, p)
		require.Len(t, taken.Report.Refused, 1, set)
		require.Empty(t, taken.Files, set)
	}
}

// One wrong fact is one difference, and nothing is written.
func TestOneWrongFactIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		part Part
		kind string // of Terraform's resource
		at   string // its attribute
		to   any
		want proof.Difference
	}{
		"a repository that overwrites tags": {
			Registry, "aws_ecr_repository", "image_tag_mutability", "MUTABLE",
			proof.Difference{Path: "imageTagMutability", Ours: "IMMUTABLE", Theirs: "MUTABLE", Effect: proof.Changes},
		},
		"a rule for another port": {
			Security, "aws_security_group_rule", "to_port", 2050.0,
			proof.Difference{Path: "toPort", Ours: 2049.0, Theirs: 2050.0, Effect: proof.Changes},
		},
		"a key for signatures": {
			Key, "aws_kms_key", "key_usage", "SIGN_VERIFY",
			proof.Difference{Path: "keyUsage", Ours: "ENCRYPT_DECRYPT", Theirs: "SIGN_VERIFY", Effect: proof.Refused},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := imported(t, "a-base")
			for i, r := range f.state.Resources {
				if r.Managed && r.Type == test.kind && r.Attributes["security_group_id"] != "sg-c1e42c1a0072f1289" {
					require.NoError(t, fieldpath.Parse(test.at).Set(f.state.Resources[i].Attributes, test.to))
					break
				}
			}
			taken := f.take(t, test.part)
			require.False(t, taken.Report.Proven())
			require.Len(t, taken.Report.Wrong, 1)
			got := taken.Report.Wrong[0]
			require.Equal(t, test.want, proof.Difference{Path: got.Path, Ours: got.Ours, Theirs: got.Theirs, Effect: got.Effect})
		})
	}
}
