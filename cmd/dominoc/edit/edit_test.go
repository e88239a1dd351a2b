package edit

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/rewrite"
)

const rest = `
	name: "one", account: "123456789012", region: "us-west-2", zones: ["us-west-2a", "us-west-2b", "us-west-2c"]
	domain: fqdn: "a.example.com", storage: drivers: {ebs: "addon", efs: "addon"}
	pools: {platform: {}, default: {}}
}
`

// repository has an environment, loaded; others are names and contents of files beside it.
func repository(t *testing.T, environment string, others ...string) (root string, l *load.Loader, r load.Result) {
	t.Helper()
	root = t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "environments", "one"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "environments", "one", "environment.cue"), []byte(environment), 0o644))
	for i := 0; i < len(others); i += 2 {
		require.NoError(t, os.WriteFile(filepath.Join(root, "environments", "one", others[i]), []byte(others[i+1]), 0o644))
	}
	l = load.New(root)
	folders, err := l.Find([]string{"one"})
	require.NoError(t, err)
	r = l.One(folders[0])
	require.False(t, r.Diagnostics.HasErrors(), "%v", r.Diagnostics)
	return root, l, r
}

func version(to string) rewrite.Change {
	return rewrite.Change{Path: diag.Path{"cluster", "version"}, Value: to}
}

func TestAnEditIsWrittenWhole(t *testing.T) {
	before := "package environment\n\nenvironment: {cluster: version: \"1.33\"" + rest
	root, l, r := repository(t, before)
	f, err := Of(l, r, version("1.34"))
	require.NoError(t, err)
	require.Equal(t, `environments/one/environment.cue:3:33: cluster.version: "1.33" -> "1.34"`, f.Lines[0].String())
	require.Equal(t, "1.34", f.Result.Environment.Cluster.Version)
	file := filepath.Join(root, "environments", "one", "environment.cue")
	require.NoError(t, os.Chmod(file, 0o600))
	require.NoError(t, f.Write(root))
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "package environment\n\nenvironment: {cluster: version: \"1.34\""+rest, string(content))
	names, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, names, 1, "no other file is left")
}

// A folder may have several files of the environment.
func TestAValueIsEditedInTheFileThatStatesIt(t *testing.T) {
	root, l, r := repository(t, "package environment\n\nenvironment: {cluster: inCluster: \"none\""+rest, "versions.cue", "package environment\n\nenvironment: cluster: version: \"1.33\"\n")
	f, err := Of(l, r, version("1.34"))
	require.NoError(t, err)
	require.NoError(t, f.Write(root))
	require.Contains(t, f.Contents, "environments/one/versions.cue")
	f, err = Of(l, r, rewrite.Change{Path: diag.Path{"pools", "default", "version"}, Value: "1.33"})
	require.NoError(t, err)
	require.Contains(t, f.Contents, "environments/one/environment.cue", "what is new is in the environment's own file")
}

// Changes may be in several files: these are written all or none.
func TestSeveralFilesAreEditedAtOnce(t *testing.T) {
	root, l, r := repository(t, "package environment\n\nenvironment: {tags: team: \"data\""+rest, "versions.cue", "package environment\n\nenvironment: cluster: version: \"1.33\"\n")
	f, err := Of(l, r, version("1.34"), rewrite.Change{Path: diag.Path{"tags", "team"}, Value: "ml"})
	require.NoError(t, err)
	require.Len(t, f.Contents, 2)
	require.Equal(t, "1.34 ml", f.Result.Environment.Cluster.Version+" "+f.Result.Environment.Tags["team"])

	later := filepath.Join(root, "environments", "one", "versions.cue")
	require.NoError(t, os.WriteFile(later, []byte("package environment // edited"), 0o644))
	require.ErrorContains(t, f.Write(root), "versions.cue changed since it was read")
	first, err := os.ReadFile(filepath.Join(root, "environments", "one", "environment.cue"))
	require.NoError(t, err)
	require.Contains(t, string(first), `"data"`, "what was written is taken back")

	require.NoError(t, os.WriteFile(later, []byte("package environment\n\nenvironment: cluster: version: \"1.33\"\n"), 0o644))
	require.NoError(t, f.Write(root))
}

// A value that no file states is a default, wherever its group is stated.
func TestADefaultIsStatedInTheEnvironmentsOwnFile(t *testing.T) {
	_, l, r := repository(t, "package environment\n\nenvironment: {tags: team: \"data\""+rest, "versions.cue", "package environment\n\nenvironment: cluster: {version: \"1.33\", inCluster: \"none\"}\n")
	f, err := Of(l, r, rewrite.Change{Path: diag.Path{"cluster", "supportType"}, Value: "EXTENDED"})
	require.NoError(t, err)
	require.Contains(t, f.Contents, "environments/one/environment.cue")
}

// Plain data changes by scalars, whole lists, and groups that go.
func TestChangesLeadFromOneValueToAnother(t *testing.T) {
	group := func(fields ...any) map[string]any {
		g := map[string]any{}
		for i := 0; i < len(fields); i += 2 {
			g[fields[i].(string)] = fields[i+1]
		}
		return g
	}
	got := group("same", 1.0, "list", []any{"a"}, "gone", group("x", 1.0), "in", group("a", 1.0, "b", 2.0))
	want := group("same", 1.0, "list", []any{"a", "b"}, "new", group("y", group("z", true)), "in", group("a", 3.0))
	require.Equal(t, []rewrite.Change{
		{Path: diag.Path{"p", "gone"}},
		{Path: diag.Path{"p", "in", "a"}, Value: 3.0},
		{Path: diag.Path{"p", "in", "b"}},
		{Path: diag.Path{"p", "list"}, Value: []any{"a", "b"}},
		{Path: diag.Path{"p", "new", "y", "z"}, Value: true},
	}, Changes(diag.Path{"p"}, got, want))
	require.Empty(t, Changes(nil, got, got))
}

func TestAFileThatChangedMeanwhileIsLeft(t *testing.T) {
	root, l, r := repository(t, "package environment\n\nenvironment: {cluster: version: \"1.33\""+rest)
	f, err := Of(l, r, version("1.34"))
	require.NoError(t, err)
	file := filepath.Join(root, "environments", "one", "environment.cue")
	require.NoError(t, os.WriteFile(file, []byte("package environment // edited"), 0o644))
	require.EqualError(t, f.Write(root), "environments/one/environment.cue changed since it was read: run the command again")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "package environment // edited", string(content))
}

func TestWhatWouldChangeSomethingElseIsRefused(t *testing.T) {
	tests := []struct{ name, environment, want string }{
		{"AFieldThatFollows", `environment: {cluster: {version: "1.33"}, tags: kubernetes: cluster.version`, "environments/one/environment.cue:3:49: the edited file would change tags.kubernetes"},
		{"AValueThatIsBoundElsewhere", `environment: {cluster: version: "1.33", cluster: version: "1.32" | "1.33"`, "environments/one/environment.cue:3:50: cluster.version is stated more than once"},
		{"AValueThatNoLongerFits", `environment: {cluster: version: "1.33", _v: cluster.version & ("1.32" | "1.33")`, "environments/one/environment.cue:3:41: the edited file would be wrong: _v: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, l, r := repository(t, "package environment\n\n"+test.environment+rest)
			_, err := Of(l, r, version("1.34"))
			require.ErrorContains(t, err, test.want)
			refusal := err.(*Refusal)
			require.Equal(t, `"1.33"`+" -> "+`"1.34"`, data(refusal.Lines[0].Old)+" -> "+data(refusal.Lines[0].New), "the edit is told all the same")
		})
	}
}
