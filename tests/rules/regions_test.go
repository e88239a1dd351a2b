package rules_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/tests/goldenfile"
)

// CUE cannot read the catalogue, so the schema has a copy of its regions.
// UPDATE=1 writes it.
func TestTheSchemaKnowsTheRegionsOfTheCatalogue(t *testing.T) {
	var want strings.Builder
	want.WriteString(`// Code generated from schema/catalog/data/regions.csv by the tests of tests/rules; DO NOT EDIT.

package v1alpha1

// _partitions are the regions of AWS and the partition of each.
`)
	var partitions [][2]string
	for _, r := range catalog.Regions() {
		partitions = append(partitions, [2]string{r.Name, r.Partition})
	}
	writeTable(&want, "_partitions", partitions)
	requireGenerated(t, "regions.cue", want.String())
}

// The same for the default types of the regions that do not offer the usual ones.
func TestTheSchemaKnowsTheDefaultTypesOfTheCatalogue(t *testing.T) {
	var want strings.Builder
	want.WriteString(`// Code generated from schema/catalog/data/default-instance-types.csv by the tests of tests/rules; DO NOT EDIT.

package v1alpha1
`)
	for _, table := range [][2]string{{"platform", "_platformTypes"}, {"default", "_defaultTypes"}, {"default-gpu", "_gpuTypes"}} {
		pool, name := table[0], table[1]
		var types [][2]string
		for _, d := range catalog.DefaultTypes() {
			if d.NodePool == pool {
				types = append(types, [2]string{d.Region, d.Type})
			}
		}
		want.WriteString("\n// " + name + " are the types of pool " + pool + " in regions that do not offer the usual one.\n")
		writeTable(&want, name, types)
	}
	requireGenerated(t, "default_types.cue", want.String())
}

// writeTable writes a struct of texts by region, as cue fmt does.
func writeTable(b *strings.Builder, name string, rows [][2]string) {
	longest := 0
	for _, r := range rows {
		longest = max(longest, len(r[0]))
	}
	b.WriteString(name + ": {\n")
	for _, r := range rows {
		padding := strings.Repeat(" ", longest-len(r[0]))
		b.WriteString("\t" + strconv.Quote(r[0]) + ": " + padding + strconv.Quote(r[1]) + "\n")
	}
	b.WriteString("}\n")
}

// requireGenerated compares a file of the schema with what it is generated to be.
func requireGenerated(t *testing.T, file, want string) {
	t.Helper()
	file = root + "/schema/v1alpha1/" + file
	if goldenfile.Updating() {
		goldenfile.Write(t, file, []byte(want))
	}
	require.Equal(t, want, source(t, file))
}

// The same for the floors of the install page's pools.
func TestTheSchemaKnowsThePoolFloorsOfTheCatalogue(t *testing.T) {
	var want strings.Builder
	want.WriteString(`// Code generated from schema/catalog/data/pool-floors.csv by the tests of tests/rules; DO NOT EDIT.

package v1alpha1

// _floors are the least of the pools of the install page, by label.
_floors: {
`)
	for _, f := range catalog.PoolFloors() {
		fmt.Fprintf(&want, "\t%q: {min: %d, sizeGiB: %d, id: %q}\n", f.NodePool, f.Nodes, f.SizeGiB, f.Requirement)
	}
	want.WriteString("}\n")
	requireGenerated(t, "pool_floors.cue", want.String())
}

// The same for the ranges that EKS refuses for a public endpoint.
func TestTheSchemaKnowsTheReservedRangesOfTheCatalogue(t *testing.T) {
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
	requireGenerated(t, "ranges.cue", want.String())
}

func source(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(content)
}
