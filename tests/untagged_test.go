package tests

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The table of what carries no tag of an environment is the one that the policies
// are tested against.
func TestOperatingListsWhatCarriesNoTag(t *testing.T) {
	file, err := os.Open(filepath.Join(root(t), "compositions", "privilege", "data", "untagged.csv"))
	require.NoError(t, err)
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comment = '#'
	lines, err := reader.ReadAll()
	require.NoError(t, err)
	var table strings.Builder
	table.WriteString("| made or needed by | what | guard |\n|---|---|---|\n")
	for _, line := range lines[1:] {
		table.WriteString("| " + line[0] + " | " + line[1] + " | " + line[4] + " |\n")
	}
	requireBlock(t, "OPERATING.md", "untagged", table.String())
}
