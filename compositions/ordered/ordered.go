// Package ordered puts values into an order: nothing that the compiler writes may depend
// on the order of a map. Every package may call it. For the keys of a map alone,
// slices.Sorted(maps.Keys(m)) is enough.
package ordered

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// All iterates over the entries of a map in the order of its keys.
func All[K cmp.Ordered, V any](m map[K]V) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}

// TrueFirst compares two booleans, as cmp.Compare does: true comes before false.
func TrueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
