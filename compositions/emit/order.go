package emit

import (
	"slices"
	"strings"
)

// isObject reports whether m is a Kubernetes object, at the top or nested, such as the
// base of a composed resource.
func isObject(m map[string]any) bool {
	_, version := m["apiVersion"].(string)
	_, kind := m["kind"].(string)
	return version && kind
}

// The fields that habit puts first, of an object and of metadata.
var (
	objectHabit   = []string{"apiVersion", "kind", "metadata", "spec"}
	metadataHabit = []string{"name", "namespace", "labels", "annotations"}
)

// byHabit compares keys: those of habit are first, the others by name.
func byHabit(habit []string) func(a, b string) int {
	rank := func(key string) int {
		if i := slices.Index(habit, key); i >= 0 {
			return i
		}
		return len(habit)
	}
	return func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	}
}
