package takeover_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/proof"
	"github.com/dominoc/dominoc/schema/load"
)

// addresses of what was taken over, with and without tags.
func addresses(r takeover.Report) []string {
	var all []string
	for _, t := range append(r.Same, r.Changes...) {
		all = append(all, t.Address)
	}
	return all
}

func TestAPartIsTakenAfterTheCluster(t *testing.T) {
	for _, test := range []struct {
		set  string
		part takeover.Part
		want int // resources
		root int // of them in the root that Terraform goes on to apply
	}{
		{"a-base", takeover.Registry, 4, 4},
		{"a-base", takeover.Key, 2, 2},
		{"c-pools", takeover.Key, 2, 2},
		{"a-base", takeover.Security, 25, 1},
		{"b-existing", takeover.Security, 25, 1},
		{"c-pools", takeover.Security, 25, 1},
		{"a-base", takeover.Storage, 37, 37},
		{"b-existing", takeover.Storage, 37, 37},
		{"c-pools", takeover.Storage, 37, 37},
	} {
		t.Run(test.set+" "+string(test.part), func(t *testing.T) {
			f := imported(t, set(t, test.set)...)
			environment := f.read(t, "environment.cue")

			taken := f.take(t, test.part)
			f.write(t, taken)
			require.Len(t, addresses(taken.Report), test.want)
			require.Len(t, taken.Report.Forget, test.root)

			require.Equal(t, environment, f.read(t, "environment.cue"), "people edit this file")

			checked := f.check(t)
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
	for name, parts := range map[string][]takeover.Part{"a-base": takeover.Parts(), "c-pools": withoutRegistry()} {
		t.Run(name, func(t *testing.T) {
			f := imported(t, set(t, name)...)
			for _, p := range parts {
				f.write(t, f.take(t, p))
			}
			fresh := empty(t, set(t, name)...)
			fresh.write(t, fresh.decide(t, takeover.Options{FQDN: fqdn, Parts: parts}))
			require.Equal(t, f.load().Environment, fresh.load().Environment)
		})
	}
}

// withoutRegistry are the parts of an installation without ECR.
func withoutRegistry() []takeover.Part {
	return slices.DeleteFunc(takeover.Parts(), func(p takeover.Part) bool { return p == takeover.Registry })
}

func TestWhatIsNotThereIsNotTaken(t *testing.T) {
	for name, p := range map[string]takeover.Part{"c-pools": takeover.Registry, "b-existing": takeover.Key} {
		taken := imported(t, set(t, name)...).take(t, p)
		require.Len(t, taken.Report.Refused, 1, name)
		require.Empty(t, taken.Files, name)
	}
}

// One wrong fact is one difference, and nothing is written.
func TestOneWrongFactIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		part takeover.Part
		kind string // of Terraform's resource
		at   string // its attribute
		to   any
		want proof.Difference
	}{
		"a repository that overwrites tags": {
			takeover.Registry, "aws_ecr_repository", "image_tag_mutability", "MUTABLE",
			proof.Difference{Path: "imageTagMutability", Ours: "IMMUTABLE", Theirs: "MUTABLE", Effect: proof.Changes},
		},
		"a rule for another port": {
			takeover.Security, "aws_security_group_rule", "to_port", 2050.0,
			proof.Difference{Path: "toPort", Ours: 2049.0, Theirs: 2050.0, Effect: proof.Changes},
		},
		"a bucket without versions": {
			takeover.Storage, "aws_s3_bucket_versioning", "versioning_configuration[0].status", "Suspended",
			proof.Difference{Path: "versioningConfiguration.status", Ours: "Enabled", Theirs: "Suspended", Effect: proof.Changes},
		},
		"a key for signatures": {
			takeover.Key, "aws_kms_key", "key_usage", "SIGN_VERIFY",
			proof.Difference{Path: "keyUsage", Ours: "ENCRYPT_DECRYPT", Theirs: "SIGN_VERIFY", Effect: proof.Refused},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := imported(t, set(t, "a-base")...)
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
	f := imported(t, set(t, "a-base")...)
	f.write(t, f.take(t, takeover.Parts()...))
	for name, test := range map[string]struct {
		file, from, to string
		want           proof.Difference
	}{
		"repositories that are scanned": {
			takeover.AdoptedName, "{\n\t\tscanOnPush:  false", "{\n\t\tscanOnPush:  true", // of all three
			proof.Difference{Path: "imageScanningConfiguration.scanOnPush", Ours: true, Theirs: false, Effect: proof.Changes},
		},
		"a cache with another prefix": {
			takeover.AdoptedName, `cachePrefix: "tfthree/quay"`, `cachePrefix: "tfthree/q"`,
			proof.Difference{Path: "ecrRepositoryPrefix", Ours: "tfthree/q", Theirs: "tfthree/quay", Effect: proof.Refused},
		},
		"a key with another text": {
			takeover.AdoptedName, `"KMS key to secure data for Domino"`, `"Another"`,
			proof.Difference{Path: "description", Ours: "Another", Theirs: "KMS key to secure data for Domino", Effect: proof.Changes},
		},
		"mount targets with another group": {
			takeover.AdoptedName, `securityGroup: "sg-230a15593bad7abb5"`, `securityGroup: "sg-eef210576a22a78b8"`, // of all three
			proof.Difference{Path: "securityGroups", Ours: []any{"sg-eef210576a22a78b8"}, Theirs: []any{"sg-230a15593bad7abb5"}, Effect: proof.Changes},
		},
		"backups by another role": {
			takeover.AdoptedName, `role/tfthree-efs-backup"`, `role/tfthree-backup"`,
			proof.Difference{Path: "iamRoleArn", Ours: "arn:aws:iam::123456789012:role/tfthree-backup", Theirs: "arn:aws:iam::123456789012:role/tfthree-efs-backup", Effect: proof.Refused},
		},
		"the id of a rule that AWS does not have": {
			load.IDsName, "sgr-619d885ce9832b502", "sgr-619d885ce9832b503",
			proof.Difference{Effect: proof.Creates},
		},
	} {
		t.Run(name, func(t *testing.T) {
			content := f.read(t, test.file)
			defer f.edit(t, test.file, content)
			require.Contains(t, content, test.from)
			f.edit(t, test.file, strings.Replace(content, test.from, test.to, 1))

			checked := f.check(t)
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
	f := imported(t, set(t, "a-base")...)
	f.write(t, f.take(t, takeover.Parts()...))
	made := func() (names []string) {
		for _, d := range f.check(t).Report.Wrong {
			require.Equal(t, proof.Creates, d.Effect)
			names = append(names, d.Name)
		}
		return names
	}
	require.Empty(t, made())
	f.edit(t, "environment.cue", f.read(t, "environment.cue")+"environment: storage: buckets: data: noncurrentVersionDays: 30\nenvironment: adopted: taken: registry: expireUntagged: true\n")
	require.Equal(t, []string{
		"tfthree-registry-lifecycle-environment", "tfthree-registry-lifecycle-genai-model", "tfthree-registry-lifecycle-model",
		"tfthree-storage-lifecycle-data",
	}, made())
}
