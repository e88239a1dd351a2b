package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// go test ./... of this module reaches no nested module, so a test there that
// neither script names never runs, and one that both name runs twice.
func TestEachTestOfANestedModuleIsRunByOneScript(t *testing.T) {
	commands := map[string][]testCommand{}
	for _, script := range []string{".ci/run", ".ci/night"} {
		commands[script] = testCommands(t, script)
		require.NotEmpty(t, commands[script], script)
	}
	var found []string
	for _, one := range nestedTests(t) {
		found = append(found, one.name)
		var by []string
		for script, all := range commands {
			for _, command := range all {
				if command.runs(t, one) {
					by = append(by, script)
				}
			}
		}
		require.Len(t, by, 1, "%s of %s in module %s is run by %q; .ci/run or .ci/night must, once", one.name, one.folder, one.module, by)
	}
	require.Subset(t, found, []string{"TestFleet", "TestProvider", "TestArgoCD", "TestAMistakeInAWSIsFound"})
}

// Issues close on .ci/run, releases on both.
func TestAReleaseRequiresBothScripts(t *testing.T) {
	var release struct {
		Jobs map[string]struct {
			Needs string
			Uses  string
			Steps []step
		}
	}
	text, err := os.ReadFile(filepath.Join(root(t), ".github", "workflows", "release.yml"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &release))
	job := release.Jobs["release"]
	require.True(t, slices.ContainsFunc(job.Steps, func(s step) bool { return s.Run == ".ci/run" }))
	needed := release.Jobs[job.Needs].Uses
	require.NotEmpty(t, needed, "the job needs another, which runs .ci/night")
	night, err := os.ReadFile(filepath.Join(root(t), needed))
	require.NoError(t, err)
	require.Contains(t, string(night), "- run: .ci/night\n")
}

// nestedTest is a test function of a module below this one.
type nestedTest struct{ module, folder, name string } // folder is relative to module: ".", "./aws"

// nestedTests finds them by their syntax.
func nestedTests(t *testing.T) []nestedTest {
	t.Helper()
	var all []nestedTest
	require.NoError(t, filepath.WalkDir(root(t), func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		module := moduleOf(t, filepath.Dir(file))
		if module == root(t) {
			return nil
		}
		for _, name := range testFunctions(t, file) {
			all = append(all, nestedTest{relative(t, root(t), module), relative(t, module, filepath.Dir(file)), name})
		}
		return nil
	}))
	return all
}

func moduleOf(t *testing.T, folder string) string {
	t.Helper()
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		require.NotEqual(t, folder, filepath.Dir(folder), "no go.mod above")
		folder = filepath.Dir(folder)
	}
}

func relative(t *testing.T, from, to string) string {
	t.Helper()
	p, err := filepath.Rel(from, to)
	require.NoError(t, err)
	return filepath.ToSlash(p)
}

func testFunctions(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var names []string
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") && f.Name.Name != "TestMain" {
			names = append(names, f.Name.Name)
		}
	}
	return names
}

// testCommand is a "go -C module test …" of a script.
type testCommand struct {
	module   string
	run      *regexp.Regexp // nil for all
	skip     *regexp.Regexp // nil for none
	packages []string
}

func (c testCommand) runs(t *testing.T, one nestedTest) bool {
	t.Helper()
	return c.module == one.module &&
		slices.ContainsFunc(c.packages, func(p string) bool { return path.Clean(p) == one.folder }) &&
		(c.run == nil || c.run.MatchString(one.name)) &&
		(c.skip == nil || !c.skip.MatchString(one.name))
}

var (
	nestedTestLine = regexp.MustCompile(`(?m)^\s*(?:told )?go -C (\S+) test (.*?)(?: #.*)?$`)
	shellWord      = regexp.MustCompile(`'([^']*)'|(\S+)`)
)

func testCommands(t *testing.T, script string) []testCommand {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), script))
	require.NoError(t, err)
	lines := nestedTestLine.FindAllStringSubmatch(string(text), -1)
	require.Len(t, lines, strings.Count(string(text), "go -C tests/"), "%s has a line that this test does not understand", script)
	var all []testCommand
	for _, line := range lines {
		c := testCommand{module: line[1]}
		words := shellWord.FindAllStringSubmatch(line[2], -1)
		for i := 0; i < len(words); i++ {
			value := func() string { i++; return words[i][1] + words[i][2] }
			switch word := words[i][2]; {
			case word == "-run":
				c.run = regexp.MustCompile(value())
			case word == "-skip":
				c.skip = regexp.MustCompile(value())
			case word == "-timeout":
				value()
			case !strings.HasPrefix(word, "-"):
				c.packages = append(c.packages, word)
			}
		}
		all = append(all, c)
	}
	return all
}
