package takeover

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
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
		{"a-base", Storage, 37, 37},
		{"b-existing", Storage, 37, 37},
		{"c-pools", Storage, 37, 37},
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
		"a bucket without versions": {
			Storage, "aws_s3_bucket_versioning", "versioning_configuration[0].status", "Suspended",
			proof.Difference{Path: "versioningConfiguration.status", Ours: "Enabled", Theirs: "Suspended", Effect: proof.Changes},
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

// One wrong fact in the files is one difference, which dominoc import --check finds.
func TestOneEditedFactIsOneDifference(t *testing.T) {
	f := imported(t, "a-base")
	f.write(t, f.take(t, Parts()...))
	for name, test := range map[string]struct {
		file, from, to string
		want           proof.Difference
	}{
		"repositories that are scanned": {
			AdoptedName, "{\n\t\tscanOnPush:  false", "{\n\t\tscanOnPush:  true", // of all three
			proof.Difference{Path: "imageScanningConfiguration.scanOnPush", Ours: true, Theirs: false, Effect: proof.Changes},
		},
		"a cache with another prefix": {
			AdoptedName, `cachePrefix: "tfthree/quay"`, `cachePrefix: "tfthree/q"`,
			proof.Difference{Path: "ecrRepositoryPrefix", Ours: "tfthree/q", Theirs: "tfthree/quay", Effect: proof.Refused},
		},
		"a key with another text": {
			AdoptedName, `"KMS key to secure data for Domino"`, `"Another"`,
			proof.Difference{Path: "description", Ours: "Another", Theirs: "KMS key to secure data for Domino", Effect: proof.Changes},
		},
		"mount targets with another group": {
			AdoptedName, `securityGroup: "sg-230a15593bad7abb5"`, `securityGroup: "sg-eef210576a22a78b8"`, // of all three
			proof.Difference{Path: "securityGroups", Ours: []any{"sg-eef210576a22a78b8"}, Theirs: []any{"sg-230a15593bad7abb5"}, Effect: proof.Changes},
		},
		"backups by another role": {
			AdoptedName, `role/tfthree-efs-backup"`, `role/tfthree-backup"`,
			proof.Difference{Path: "iamRoleArn", Ours: "arn:aws:iam::123456789012:role/tfthree-backup", Theirs: "arn:aws:iam::123456789012:role/tfthree-efs-backup", Effect: proof.Refused},
		},
		"the id of a rule that AWS does not have": {
			load.IDsName, "sgr-619d885ce9832b502", "sgr-619d885ce9832b503",
			proof.Difference{Effect: proof.Creates},
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(f.Root, source.FleetFolder, f.name, test.file)
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			defer func() { require.NoError(t, os.WriteFile(file, content, 0o644)) }()
			require.Contains(t, string(content), test.from)
			require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(content), test.from, test.to, 1)), 0o644))

			checked, err := Check(workspace.Open(f.Options), nil, f.state, f.load())
			require.NoError(t, err)
			require.False(t, checked.Found.HasErrors(), "%v", checked.Found)
			require.NotEmpty(t, checked.Report.Wrong)
			for _, got := range checked.Report.Wrong { // one of each resource that the fact is about
				require.Equal(t, test.want, proof.Difference{Path: got.Path, Ours: got.Ours, Theirs: got.Theirs, Effect: got.Effect})
			}
		})
	}
}

// What expires in new buckets and repositories stays in those that are taken, until a file
// says otherwise.
func TestNothingExpiresUntilTheFilesSaySo(t *testing.T) {
	f := imported(t, "a-base")
	f.write(t, f.take(t, Parts()...))
	made := func() (names []string) {
		checked, err := Check(workspace.Open(f.Options), nil, f.state, f.load())
		require.NoError(t, err)
		for _, d := range checked.Report.Wrong {
			require.Equal(t, proof.Creates, d.Effect)
			names = append(names, d.Name)
		}
		return names
	}
	require.Empty(t, made())
	file := filepath.Join(f.Root, source.FleetFolder, f.name, "environment.cue")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	content = append(content, "environment: storage: buckets: data: noncurrentVersionDays: 30\nenvironment: adopted: taken: registry: expireUntagged: true\n"...)
	require.NoError(t, os.WriteFile(file, content, 0o644))
	require.Equal(t, []string{
		"tfthree-registry-lifecycle-environment", "tfthree-registry-lifecycle-genai-model", "tfthree-registry-lifecycle-model",
		"tfthree-storage-lifecycle-data",
	}, made())
}
