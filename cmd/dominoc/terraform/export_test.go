package terraform

// Keeps reports whether the reader keeps an attribute of a type as it is.
func Keeps(managed bool, kind, attribute string) bool {
	k, known := keptResources[kindOf(managed, kind)]
	inner, ok := k.field(attribute)
	return known && ok && !inner.presence
}

// Listed returns the attributes that the table lists for a type.
func Listed(managed bool, kind string) []string {
	var all []string
	for name := range keptResources[kindOf(managed, kind)].fields {
		all = append(all, name)
	}
	return all
}
