package rules_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/catalog"
)

// CUE cannot read the catalogue, so the schema has a copy of its regions.
// UPDATE=1 writes it.
func TestTheSchemaKnowsTheRegionsOfTheCatalogue(t *testing.T) {
	const file = root + "/schema/v1alpha1/regions.cue"
	var want strings.Builder
	want.WriteString(`// Code generated from schema/catalog/data/regions.csv by the tests of tests/rules; DO NOT EDIT.

package v1alpha1

// _partitions are the regions of AWS and the partition of each.
_partitions: {
`)
	longest := 0
	for _, r := range catalog.Regions() {
		longest = max(longest, len(r.Name))
	}
	for _, r := range catalog.Regions() {
		padding := strings.Repeat(" ", longest-len(r.Name))
		want.WriteString("\t" + strconv.Quote(r.Name) + ": " + padding + strconv.Quote(r.Partition) + "\n")
	}
	want.WriteString("}\n")
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(want.String()), 0o644))
	}
	require.Equal(t, want.String(), source(t, file))
}

// The same for the ranges that EKS refuses for a public endpoint.
func TestTheSchemaKnowsTheReservedRangesOfTheCatalogue(t *testing.T) {
	const file = root + "/schema/v1alpha1/ranges.cue"
	var want strings.Builder
	want.WriteString(`// Code generated from schema/catalog/data/ipv4-ranges.csv by the tests of tests/rules; DO NOT EDIT.

package v1alpha1

// _refusedRanges are what EKS refuses in the allow list of a public endpoint.
_refusedRanges: [
`)
	for _, r := range catalog.Ranges() {
		if !r.Endpoint {
			fmt.Fprintf(&want, "\t{cidr: %q, name: %q, rfc: %q},\n", r.Prefix, r.Name, r.RFC)
		}
	}
	want.WriteString("]\n")
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(want.String()), 0o644))
	}
	require.Equal(t, want.String(), source(t, file))
}

func source(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(content)
}
