package source_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
)

// readTogether has an environment that reads shared files above and beside it and,
// by its imports, two packages of its module.
var readTogether = map[string]string{
	".git/HEAD":                 "",
	"cue.mod/module.cue":        "module: \"fleet.example.com@v0\"\nlanguage: version: \"v0.14.0\"\n",
	"sizes/sizes.cue":           "package sizes\n\nimport \"fleet.example.com/sizes/deep\"\n\nmost: deep.most\n",
	"sizes/deep/deep.cue":       "package deep\n\nmost: \"nine\"\n",
	"sizes/other.cue":           "package other\n",
	"shared.cue":                "package environment\n\nimport s \"fleet.example.com/sizes\"\n\nenvironment: tags: most: s.most\n",
	"environments/tagged.cue":   "@if(never)\n\npackage environment\n",
	"environments/dev/ids.cue":  "package environment\n\nenvironment: tags: ids: \"here\"\n",
	"environments/dev/note.txt": "read by nobody\n",
	"environments/dev/environment.cue": `package environment

environment: {
	name:    "dev"
	account: "123456789012"
	region:  "us-west-2"
	zones: ["us-west-2a"]
	controlPlaneZones: ["us-west-2a", "us-west-2b"]
	domain: fqdn: "dev.example.com"
	cluster: version: "1.35"
	pools: {platform: {}, default: {}}
}
`,
}

func readTree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range readTogether {
		file := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
	}
	return root
}

func digestOf(t *testing.T, root string) source.Digest {
	t.Helper()
	folders := source.Open(root).At(filepath.Join(root, "environments", "dev"))
	require.Len(t, folders, 1)
	return source.Open(root).Digests(folders, 1)[0]
}

// A file that a load notices when it is broken is in the digest, so that no edit of
// what an environment is made of goes unseen.
func TestTheDigestHasEveryFileThatALoadReads(t *testing.T) {
	root := readTree(t)
	whole, folders := digestOf(t, root), source.Open(root).At(filepath.Join(root, "environments", "dev"))
	require.NotNil(t, load.New(root).One(folders[0]).Environment, "%v", load.New(root).One(folders[0]).Diagnostics)
	noticed := 0
	require.NoError(t, filepath.WalkDir(root, func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Base(file) == "HEAD" {
			return err
		}
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, append(content, "}{"...), 0o644))
		if load.New(root).One(folders[0]).Environment == nil {
			noticed++
			require.NotEqual(t, whole, digestOf(t, root), file)
		}
		require.NoError(t, os.WriteFile(file, content, 0o644))
		return nil
	}))
	require.GreaterOrEqual(t, noticed, 6)
	require.Equal(t, whole, digestOf(t, root))
}

func TestTheDigestIsThatOfACopyElsewhereAndNotOfAnotherModule(t *testing.T) {
	root := readTree(t)
	require.Equal(t, digestOf(t, readTree(t)), digestOf(t, root))
	require.NoError(t, os.WriteFile(filepath.Join(root, "environments/dev/note.txt"), []byte("edited"), 0o644))
	require.Equal(t, digestOf(t, readTree(t)), digestOf(t, root), "nobody reads it")
	require.NoError(t, os.Mkdir(filepath.Join(root, "environments/cue.mod"), 0o755))
	require.NotEqual(t, digestOf(t, readTree(t)), digestOf(t, root), "it hides what is above")
}
