package check

import (
	"cmp"
	"maps"
	"slices"
)

// inOrder is a map's entries by key: what is found must not depend on the order
// of a map.
func inOrder[K cmp.Ordered, V any](m map[K]V) func(yield func(K, V) bool) {
	return func(yield func(K, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}
