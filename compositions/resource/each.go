package resource

import "github.com/dominoc/dominoc/compositions/ordered"

// Each makes one resource of each entry of a map, in the order of its keys.
func Each[V any](m map[string]V, lower func(key string, value V) Resource) []Resource {
	list := make([]Resource, 0, len(m))
	for key, value := range ordered.All(m) {
		list = append(list, lower(key, value))
	}
	return list
}

// EachAll is Each for what makes several resources of an entry.
func EachAll[V any](m map[string]V, lower func(key string, value V) []Resource) []Resource {
	var list []Resource
	for key, value := range ordered.All(m) {
		list = append(list, lower(key, value)...)
	}
	return list
}
