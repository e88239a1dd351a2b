package takeover

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/words"
)

// block is the fields of a CUE struct, in order; field is one, whose value is a text, a
// number, a boolean, a list of texts or blocks, or a block.
type (
	block []field
	field struct {
		key   string
		value any
		says  string // a comment above the field; empty for none
	}
)

// add appends a field.
func (b *block) add(key string, value any) { *b = append(*b, field{key: key, value: value}) }

// unless appends a field unless its value is the default, or nothing.
func (b *block) unless(standard any, key string, value any) {
	switch v := value.(type) {
	case block:
		if len(v) == 0 {
			return
		}
	case []string:
		if len(v) == 0 {
			return
		}
	case []block:
		if len(v) == 0 {
			return
		}
	default:
		if value == standard {
			return
		}
	}
	b.add(key, value)
}

// String is the struct's fields as CUE, for the formatter.
func (b block) String() string {
	var s strings.Builder
	for _, f := range b {
		if f.says != "" {
			fmt.Fprintf(&s, "// %s\n", words.Line(f.says))
		}
		fmt.Fprintf(&s, "%s: %s\n", load.Label(f.key), text(f.value))
	}
	return s.String()
}

// text is a value as CUE. A struct of one field is written on one line.
func text(value any) string {
	switch v := value.(type) {
	case block:
		if len(v) == 1 && v[0].says == "" {
			return load.Label(v[0].key) + ": " + text(v[0].value)
		}
		return "{\n" + v.String() + "}"
	case []block:
		var items []string
		for _, item := range v {
			items = append(items, "{"+strings.TrimSuffix(strings.ReplaceAll(item.String(), "\n", ", "), ", ")+"}")
		}
		return "[" + strings.Join(items, ", ") + "]"
	case []string:
		var items []string
		for _, item := range v {
			items = append(items, load.Quoted(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case string:
		return load.Quoted(v)
	case raw:
		return string(v)
	}
	return fmt.Sprint(value)
}

// raw is a value that is CUE already.
type raw string

// mapped is a map of texts as a block.
func mapped(texts map[string]string) block {
	var b block
	for key, value := range ordered.All(texts) {
		b.add(key, value)
	}
	return b
}

// plainBlock is plain data as a block.
func plainBlock(fields map[string]any) block {
	var b block
	for key, value := range ordered.All(fields) {
		if inner, nested := value.(map[string]any); nested {
			b.add(key, plainBlock(inner))
			continue
		}
		out, err := json.Marshal(value) // JSON is CUE
		if err != nil {
			panic(err) // it was JSON
		}
		b.add(key, raw(out))
	}
	return b
}
