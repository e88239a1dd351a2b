package load_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

func TestIdsStandInAFileThatIsReadWithTheEnvironments(t *testing.T) {
	ids := map[string]map[string]string{
		"network":      {"vpc": "vpc-0a1b2c3d", "private-z0": "subnet-0a1b2c3d"},
		"pool-default": {"template": "lt-0a1b2c3d"},
	}
	env := &v1alpha1.Environment{Name: "prod-us", Account: "123456789012", Region: "us-west-2"}
	content, err := load.IDsFile(env, ids)
	require.NoError(t, err)
	again, err := load.IDsFile(env, ids)
	require.NoError(t, err)
	require.Equal(t, string(content), string(again))

	root := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o644))
	}
	write("environment.yaml", `name: prod-us
account: "123456789012"
region: us-west-2
zones: [us-west-2a, us-west-2b, us-west-2c]
domain: {fqdn: domino.example.com}
cluster: {version: "1.35"}
pools: {platform: {}, default: {}}
`)
	write(load.IDsName, string(content))
	found, err := source.Open(root).Find([]string{"prod-us"})
	require.NoError(t, err)
	result := load.New(root).One(found[0])
	require.Empty(t, result.Diagnostics)
	require.Equal(t, v1alpha1.ComponentIDs{"vpc": "vpc-0a1b2c3d", "private-z0": "subnet-0a1b2c3d"}, result.Environment.IDs["network"])
	require.Equal(t, load.IDsName, result.Source.At([]string{"ids", "network", "vpc"}).File)
	require.Equal(t, "environment.yaml", result.Source.At([]string{"name"}).File)
}

// What a cluster says is an id is held to the form of its kind first; the file is CUE
// whatever it says.
func TestTheFileOfIdsIsCUEWhateverStandsInIt(t *testing.T) {
	hostile := "vpc-\x1b[31m\u202e\u200b\"\\(x)\\\n}\nenvironment: name: 1 ##[error]"
	env := &v1alpha1.Environment{Name: "dev", Account: "1", Region: "r"}
	content, err := load.IDsFile(env, map[string]map[string]string{"a" + hostile: {"b" + hostile: hostile}})
	require.NoError(t, err)
	require.False(t, words.Hides(strings.NewReplacer("\n", "", "\t", "").Replace(string(content))), "%s", content)
	value := cuecontext.New().CompileBytes(content)
	require.NoError(t, value.Err())
	id, err := value.LookupPath(cue.MakePath(cue.Str("environment"), cue.Str("ids"), cue.Str("a"+hostile), cue.Str("b"+hostile))).String()
	require.NoError(t, err)
	require.Equal(t, hostile, id)
}
