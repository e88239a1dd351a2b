package xr

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// join appends a field to a field path as Crossplane writes them. A field with a
// dot or a bracket is in brackets; no other is, because digits in brackets
// would be an index.
func join(path, field string) string { return string(appendField([]byte(path), field)) }

func appendField(path []byte, field string) []byte {
	if strings.ContainsAny(field, ".[]") {
		path = append(path, '[')
		path = append(path, field...)
		return append(path, ']')
	}
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, field...)
}

func appendIndex(path []byte, i int) []byte {
	path = append(path, '[')
	path = strconv.AppendInt(path, int64(i), 10)
	return append(path, ']')
}

func sortedKeys(m reflect.Value) []reflect.Value {
	return slices.SortedFunc(slices.Values(m.MapKeys()), func(a, b reflect.Value) int {
		return strings.Compare(a.String(), b.String())
	})
}
