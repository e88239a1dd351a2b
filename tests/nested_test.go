package tests

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A test that needs a program of a nested module builds it, and has ten minutes on a
// machine that may be cold and busy. So those programs are made of packages that go
// test has compiled by then: of the same modules in the same versions, but for the
// few that cannot be.
func TestNestedProgramsShareTheVersionsOfThisModule(t *testing.T) {
	apart := []string{
		"github.com/crossplane/crossplane-runtime/v2", // provider-aws needs its own
		"sigs.k8s.io/controller-runtime",              // goes with crossplane-runtime
	}
	ours := compiledModules(t, ".", "-test", "./...")
	for folder, program := range map[string]string{
		"tests/function/patchandtransform": "github.com/crossplane-contrib/function-patch-and-transform",
		"tests/crds/crossplane":            ".",
	} {
		theirs := compiledModules(t, folder, program)
		require.Greater(t, len(theirs), len(apart))
		for _, module := range slices.Sorted(maps.Keys(theirs)) {
			if version, ours := ours[module]; ours && !slices.Contains(apart, module) {
				require.Equal(t, version, theirs[module], "%s in %s/go.mod: require the version of this module's go.mod, or replace by it", module, folder)
			}
		}
	}
}

// compiledModules are the modules of all packages that a build needs, with the version
// that is compiled.
func compiledModules(t *testing.T, folder string, packages ...string) map[string]string {
	t.Helper()
	const format = `{{with .Module}}{{if not .Main}}{{.Path}} {{with .Replace}}{{.Version}}{{else}}{{.Version}}{{end}}{{end}}{{end}}`
	command := exec.Command("go", append([]string{"list", "-deps", "-f", format}, packages...)...)
	command.Dir = filepath.Join(root(t), filepath.FromSlash(folder))
	command.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := command.Output()
	require.NoError(t, err)
	all := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if module, version, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			all[module] = version
		}
	}
	require.NotEmpty(t, all)
	return all
}
