package tests

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestContributingHasAReasonForEachDirectDependency(t *testing.T) {
	require.Equal(t, direct(t), reasoned(t), "go.mod and the table in CONTRIBUTING.md, sorted")
}

// direct are the modules that go.mod requires for packages of ours.
func direct(t *testing.T) []string {
	t.Helper()
	command := exec.Command("go", "mod", "edit", "-json")
	command.Dir = root(t)
	out, err := command.Output()
	require.NoError(t, err)
	file := struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}{}
	require.NoError(t, json.Unmarshal(out, &file))
	var paths []string
	for _, module := range file.Require {
		if !module.Indirect {
			paths = append(paths, module.Path)
		}
	}
	return paths
}

// reasoned are the modules in the table.
func reasoned(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(t), "CONTRIBUTING.md"))
	require.NoError(t, err)
	_, table, ok := strings.Cut(string(data), "<!-- dependencies -->\n| module | why |\n|---|---|\n")
	require.True(t, ok)
	table, _, ok = strings.Cut(table, "<!-- /dependencies -->")
	require.True(t, ok)
	var paths []string
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(line, "|\n "), " | ")
		require.Len(t, cells, 2, "%s", line)
		require.NotEmpty(t, cells[1], "%s has no reason", cells[0])
		paths = append(paths, cells[0])
	}
	return paths
}
