package load

import (
	"fmt"
	"path/filepath"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/source"
)

// fleetOf writes n environments that a file above them completes.
func fleetOf(t *testing.T, n int, shared string) (root string, folders []source.Folder) {
	t.Helper()
	root = t.TempDir()
	write(t, filepath.Join(root, "fleet.cue"), []byte("package environment\n\n"+shared))
	for i := range n {
		write(t, filepath.Join(root, fmt.Sprintf("env-%02d", i), "environment.cue"), fmt.Appendf(nil, `package environment

import "github.com/dominoc/dominoc/schema/v1alpha1"

environment: v1alpha1.#Environment & {
	name:    "env-%02d"
	account: "123456789012"
	region:  "us-west-2"
	zones: ["us-west-2a", "us-west-2b", "us-west-2c"]
	domain: fqdn: "env-%02d.example.com"
	pools: {platform: {}, default: {}}
}
`, i, i))
	}
	folders, err := source.Open(root).Find([]string{"./..."})
	require.NoError(t, err)
	require.Len(t, folders, n)
	return root, folders
}

// What is wrong with an environment costs one evaluation with the schema more,
// that of the rules over what is right, however it is broken.
func TestABrokenEnvironmentIsEvaluatedTwice(t *testing.T) {
	const n = 8
	for name, c := range map[string]struct {
		shared, code string
		evaluations  int
	}{
		"good":           {`environment: cluster: version: "1.35"`, "", 1},
		"a wrong value":  {`environment: {cluster: version: "1.35", tags: team: 7}`, "invalid-value", 2},
		"a missing line": {`environment: tags: team: "x"`, "missing-field", 2},
		"two values":     {`environment: {cluster: version: "1.35", zones: ["us-west-2a", "us-west-2b"]}`, "conflict", 2},
		"no such field":  {`environment: {cluster: version: "1.35", clustre: {}}`, "unknown-field", 2},
		"a syntax error": {`environment: {cluster: version: "1.35"`, "syntax", 0},
		"an import":      {`import "nowhere.example/x"`, "import", 0},
	} {
		t.Run(name, func(t *testing.T) {
			root, folders := fleetOf(t, n, c.shared)
			l := New(root)
			for _, r := range l.All(folders, 1) {
				if name == "good" {
					require.Empty(t, r.Diagnostics)
					continue
				}
				require.NotEmpty(t, r.Diagnostics)
				if c.code != "" {
					require.Equal(t, c.code, r.Diagnostics[0].Code, r.Diagnostics[0].Message)
				}
			}
			evaluations := 0
			for _, w := range l.idle {
				evaluations += w.used
			}
			require.LessOrEqual(t, evaluations, n*c.evaluations)
		})
	}
}

func TestUseOfTheSchema(t *testing.T) {
	const schemaImport = "package environment\nimport \"github.com/dominoc/dominoc/schema/v1alpha1\"\n"
	for content, want := range map[string]use{
		"package environment\nenvironment: {}\n":                                                                      asConjunct,
		schemaImport + "environment: v1alpha1.#Environment & {}\n":                                                    asConjunct,
		schemaImport + "environment: v1alpha1.#Environment\nenvironment: {} & v1alpha1.#Environment\n":                asConjunct,
		schemaImport + "_base: v1alpha1.#Environment & {}\nenvironment: _base\n":                                      ofDefinition,
		schemaImport + "environment: v1alpha1.#Environment | {}\n":                                                    ofDefinition,
		schemaImport + "environment: v1alpha1.#Environment & {tags: v1alpha1.#Environment.tags}\n":                    ofDefinition,
		schemaImport + "environment: v1alpha1.#Environment & {cluster: v1alpha1.#Cluster}\n":                          anyUse,
		"package environment\nimport s \"github.com/dominoc/dominoc/schema/v1alpha1\"\nenvironment: s.#Environment\n": anyUse,
		"package environment\nimport \"example.com/fleet/sizes\"\nenvironment: sizes.large\n":                         anyUse,
	} {
		syntax, err := parser.ParseFile("environment.cue", content)
		require.NoError(t, err)
		require.Equal(t, want, useOf([]*ast.File{syntax}, environments), content)
	}
}
