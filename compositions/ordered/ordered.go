// Package ordered iterates over maps in the order of their keys: nothing that the
// compiler writes may depend on the order of a map. A map goes in, its entries come
// out; every package may call it. For keys alone, slices.Sorted(maps.Keys(m)) says
// the same.
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
