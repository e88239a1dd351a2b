package xr

import (
	"reflect"
	"slices"
	"strings"
)

// join appends a field to a field path as Crossplane writes them. A field with a
// dot or a bracket stands in brackets; no other does, because digits in brackets
// would be an index.
func join(path, field string) string {
	switch {
	case strings.ContainsAny(field, ".[]"):
		return path + "[" + field + "]"
	case path == "":
		return field
	}
	return path + "." + field
}

func sortedKeys(m reflect.Value) []reflect.Value {
	return slices.SortedFunc(slices.Values(m.MapKeys()), func(a, b reflect.Value) int {
		return strings.Compare(a.String(), b.String())
	})
}
