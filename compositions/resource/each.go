package resource

import (
	"iter"
	"maps"
	"slices"
)

// Sorted iterates over a map in the order of its keys, so that the resources
// of a component always stand in the same order.
func Sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}

// Each makes one resource of each entry of a map, in the order of its keys.
func Each[V any](m map[string]V, lower func(key string, value V) Resource) []Resource {
	list := make([]Resource, 0, len(m))
	for key, value := range Sorted(m) {
		list = append(list, lower(key, value))
	}
	return list
}

// EachAll is Each for what makes several resources of an entry.
func EachAll[V any](m map[string]V, lower func(key string, value V) []Resource) []Resource {
	var list []Resource
	for key, value := range Sorted(m) {
		list = append(list, lower(key, value)...)
	}
	return list
}
