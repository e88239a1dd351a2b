package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/csvtable"
)

// The table of what carries no tag of an environment is the one that the policies
// are tested against.
func TestOperatingListsWhatCarriesNoTag(t *testing.T) {
	var table strings.Builder
	table.WriteString("| made or needed by | what | guard |\n|---|---|---|\n")
	for _, line := range privileges(t, "untagged.csv") {
		table.WriteString("| " + line[0] + " | " + line[1] + " | " + line[4] + " |\n")
	}
	requireBlock(t, "OPERATING.md", "untagged", table.String())
}

// So is the table of what a role may change although it has no tag.
func TestOperatingListsWhatGuardsResourcesThatExisted(t *testing.T) {
	var table strings.Builder
	table.WriteString("| what existed | guard |\n|---|---|\n")
	for _, line := range privileges(t, "existing.csv") {
		table.WriteString("| " + line[0] + " | " + line[2] + " |\n")
	}
	requireBlock(t, "OPERATING.md", "existing", table.String())
}

// privileges are the lines of a table of compositions/privilege, without its header.
func privileges(t *testing.T, name string) [][]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root(t), "compositions", "privilege", "data", name))
	require.NoError(t, err)
	return csvtable.Rows(string(content))
}
