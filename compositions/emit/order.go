package emit

import (
	"slices"
	"strings"
)

// isObject reports whether m is a Kubernetes object, at the top or nested, as
// the base of a composed resource is.
func isObject(m map[string]any) bool {
	_, version := m["apiVersion"].(string)
	_, kind := m["kind"].(string)
	return version && kind
}

// generated are the fields of an object that a cluster writes.
func generated(key string) bool { return key == "status" }

func sortKeys(keys []string, object bool) {
	if object {
		slices.SortFunc(keys, byRank(objectRank))
		return
	}
	slices.Sort(keys)
}

func sortMetadata(keys []string) { slices.SortFunc(keys, byRank(metadataRank)) }

func byRank(rank func(string) int) func(a, b string) int {
	return func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	}
}

func objectRank(key string) int {
	switch key {
	case "apiVersion":
		return 0
	case "kind":
		return 1
	case "metadata":
		return 2
	case "spec":
		return 3
	}
	return 4
}

func metadataRank(key string) int {
	switch key {
	case "name":
		return 0
	case "namespace":
		return 1
	case "labels":
		return 2
	case "annotations":
		return 3
	}
	return 4
}
