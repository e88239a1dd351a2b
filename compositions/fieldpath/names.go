package fieldpath

// At returns the value at names below a value, nil if there is none. It is for a path
// that the caller states, and that leads through no list.
func At(value any, names ...string) any {
	for _, name := range names {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// Text returns the text at names below a value, "" if there is none.
func Text(value any, names ...string) string {
	text, _ := At(value, names...).(string)
	return text
}
