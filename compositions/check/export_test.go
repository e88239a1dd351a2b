package check

import (
	"maps"
	"slices"
)

// KindsRead returns the kinds that a table of this package names.
func KindsRead() []string {
	kinds := slices.Concat(slices.Collect(maps.Keys(namings)), slices.Collect(maps.Keys(longestNames)), slices.Collect(maps.Keys(counts)))
	return slices.Compact(slices.Sorted(slices.Values(kinds)))
}
