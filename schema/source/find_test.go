package source

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/deep"
)

const good = "package environment\n\nenvironment: name: \"prod-us\"\n"

func tree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"environments/prod-us/environment.cue":        good,
		"environments/prod-eu/environment.yaml":       "name: europe\n",
		"environments/dev/environment.json":           "{}",
		"environments/dev/notes.txt":                  "",
		"environments/shared.cue":                     "package environment\n",
		"environments/.hidden/environment.cue":        good,
		"environments/_old/environment.cue":           good,
		"environments/group/test/environment.yml":     "name: test\n",
		"environments/testdata/a/environment.cue":     good,
		"cue.mod/environment.cue":                     good,
		"rendered/environments/x/environment.yaml":    "a: b\n",
		"schema/v1alpha1/environment.cue":             "package v1alpha1\n\n#Environment: {}\n",
		"environments/typo/environment.cue":           "package enviroment\n\nenvironment: {}\n",
		"environments/directory/environment.cue/x":    "",
		"environments/prod-us/deeper/environment.cue": good,
	} {
		file := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
	}
	require.NoError(t, os.Symlink("..", filepath.Join(root, "environments", "loop")))
	return root
}

func TestFindTakesGoStylePatterns(t *testing.T) {
	root := tree(t)
	all := []string{"environments/dev", "environments/group/test", "environments/prod-eu", "environments/prod-us", "environments/prod-us/deeper", "environments/typo"}
	for pattern, want := range map[string][]string{
		"./...":                               all,
		"...":                                 all,
		"./environments/...":                  all,
		"environments/...":                    all,
		root + "/environments/...":            all,
		"./environments/group/...":            {"environments/group/test"},
		"./environments/prod-*":               {"environments/prod-eu", "environments/prod-us"},
		"./environments/prod-*/...":           {"environments/prod-eu", "environments/prod-us", "environments/prod-us/deeper"},
		"./environments/*/environment.yaml":   {"environments/prod-eu"},
		"./environments/dev":                  {"environments/dev"},
		"environments/dev/":                   {"environments/dev"},
		"./environments/dev/environment.json": {"environments/dev"},
		"./environments/dev/notes.txt":        {"environments/dev"},
		"europe":                              {"environments/prod-eu"},
		"dev":                                 {"environments/dev"},
		"prod-us":                             {"environments/prod-us", "environments/prod-us/deeper"},
		"prod-*":                              {"environments/prod-eu", "environments/prod-us", "environments/prod-us/deeper"},
		"eu?ope":                              {"environments/prod-eu"},
	} {
		t.Run(pattern, func(t *testing.T) {
			found, err := Open(root).Find([]string{pattern, pattern})
			require.NoError(t, err)
			var got []string
			for _, f := range found {
				got = append(got, f.Shown)
			}
			require.Empty(t, cmp.Diff(want, got))
		})
	}
}

func TestFindSaysWhatIsNear(t *testing.T) {
	root := tree(t)
	for pattern, want := range map[string]string{
		"prod-uss":                `"prod-uss" matches no environment: did you mean "prod-us"?`,
		"eurpe":                   `"eurpe" matches no environment: did you mean "europe"?`,
		"./environments/prod-uk":  `"./environments/prod-uk" matches no environment: did you mean "environments/prod-us"?`,
		"prod-z*":                 `"prod-z*" matches no environment: there are environments/dev, environments/group/test, environments/prod-eu, environments/prod-us, environments/prod-us/deeper, 1 more`,
		"./schema/...":            `"./schema/..." matches no environment: there are environments/dev, environments/group/test, environments/prod-eu, environments/prod-us, environments/prod-us/deeper, 1 more`,
		"./environments/.../prod": `pattern "./environments/.../prod": "..." stands for what is below and may only be the last element`,
		"./environments...":       `pattern "./environments...": "..." stands for what is below and may only be the last element`,
		"./environments/[":        `pattern "./environments/[": syntax error in pattern`,
		"":                        `an empty pattern names no environment`,
	} {
		_, err := Open(root).Find([]string{pattern})
		require.EqualError(t, err, want)
	}
}

func TestFindInAnEmptyFolder(t *testing.T) {
	root := t.TempDir()
	_, err := Open(root).Find([]string{"./..."})
	require.EqualError(t, err, `"./..." matches no environment: there is none below `+filepath.ToSlash(root)+` (a folder with environment.cue, environment.yaml, environment.yml, environment.json)`)
}

func TestNoMatchIsNotAFolderThatCannotBeRead(t *testing.T) {
	root := tree(t)
	below := filepath.Join(root, "environments", "deep")
	require.NoError(t, os.MkdirAll(below, 0o755))
	deep.Folders(t, below)
	var none *NoMatch
	_, err := Open(root).Find([]string{"./environments/..."})
	require.ErrorIs(t, err, syscall.ENAMETOOLONG)
	require.NotErrorAs(t, err, &none)
	_, err = Open(root).Find([]string{"./schema/..."})
	require.ErrorAs(t, err, &none)
	require.EqualError(t, err, `"./schema/..." matches no environment`)
}

// A name is found by what the file says, by an escape too, and the folders of a tree
// are the same whether the whole was walked before or not.
func TestANameIsFoundHoweverItIsWritten(t *testing.T) {
	root := t.TempDir()
	put := func(name, content string) {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
	}
	put("environments/a/environment.cue", "package environment\n\nenvironment: name: \"prod\\u002dus\"\n")
	put("environments/b/environment.yaml", "name: \"prod\\x2deu\"\n")
	put("environments/c/environment.json", `{"name": "prod-ap"}`)
	put("environments/other/environment.cue", "package other\n\nx: 1\n")
	put("environments/rendered/d/environment.yaml", "name: prod-us\n")
	put("elsewhere/environment.cue", "package environment\n\nenvironment: name: \"dev\"\n")
	shown := func(l *Tree, pattern string) []string {
		folders, err := l.Find([]string{pattern})
		require.NoError(t, err)
		var all []string
		for _, f := range folders {
			all = append(all, f.Shown)
		}
		return all
	}
	l := Open(root)
	fleet := []string{"environments/a", "environments/b", "environments/c"}
	require.Equal(t, fleet, shown(Open(root), "./environments/..."))
	require.Equal(t, fleet[:1], shown(l, "prod-us"))
	require.Equal(t, fleet[1:2], shown(l, "prod-eu"))
	require.Equal(t, fleet[2:], shown(l, "prod-ap"))
	require.Equal(t, fleet, shown(l, "./environments/..."), "after all was walked")
	require.Equal(t, fleet, shown(l, "prod-*"))
}
