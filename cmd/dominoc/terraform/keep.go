package terraform

import "strings"

// kept is what the reader keeps of a value. The zero kept is the whole value.
type kept struct {
	presence bool            // only whether there is a value
	fields   map[string]kept // of an object, or of each object of a list; "*" is any field
}

// keep reads the notation of the tables in kept.go: fields, each of which may have fields of
// its own in parentheses. Of a field that ends in ? only the presence is kept.
//
//	version vpc_config(subnet_ids) groups(*(size user_data?))
func keep(notation string) kept {
	k, rest := fieldsOf(strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(notation)))
	if len(rest) > 0 {
		panic("a parenthesis too many: " + notation)
	}
	return k
}

// fieldsOf reads fields up to a closing parenthesis, and returns the words after it.
func fieldsOf(words []string) (kept, []string) {
	k, last := kept{fields: map[string]kept{}}, ""
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		switch word {
		case "(":
			k.fields[last], words = fieldsOf(words)
		case ")":
			return k, words
		default:
			var presence bool
			last, presence = strings.CutSuffix(word, "?")
			k.fields[last] = kept{presence: presence}
		}
	}
	return k, nil
}

// field returns what is kept of a field, and whether anything is.
func (k kept) field(name string) (kept, bool) {
	if k.fields == nil {
		return kept{}, !k.presence
	}
	if inner, ok := k.fields[name]; ok {
		return inner, true
	}
	inner, ok := k.fields["*"]
	return inner, ok
}

// of returns what is kept of a value, nil if there is nothing.
func (k kept) of(value any) any {
	switch {
	case value == nil:
		return nil
	case k.presence:
		return presence(value)
	case k.fields == nil:
		return withoutNulls(value)
	}
	switch value := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range value {
			if below, ok := k.field(name); ok {
				if inner = below.of(inner); inner != nil {
					out[name] = inner
				}
			}
		}
		return out
	case []any:
		out := make([]any, 0, len(value))
		for _, inner := range value {
			if inner = k.of(inner); inner != nil {
				out = append(out, inner)
			}
		}
		return out
	}
	return nil // a text where an object should be: it may be anything
}

// withoutNulls removes the fields of objects that are null, in place: for Terraform they
// are not set.
func withoutNulls(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if inner == nil {
				delete(value, name)
			}
			withoutNulls(inner)
		}
	case []any:
		for _, inner := range value {
			withoutNulls(inner)
		}
	}
	return value
}

// presence returns Set for a value that says something.
func presence(value any) any {
	switch value := value.(type) {
	case string:
		if value == "" {
			return nil
		}
	case bool:
		if !value {
			return nil
		}
	case []any:
		if len(value) == 0 {
			return nil
		}
	case map[string]any:
		for _, inner := range value {
			if presence(inner) != nil {
				return Set
			}
		}
		return nil
	case nil:
		return nil
	}
	return Set
}
