package diff

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// compared gathers the fields in which two objects of one kind differ.
type compared struct {
	kind   string
	fields []Field
}

// differences are the fields in which an object differs from another of its
// kind, but for what names it in the management cluster and what only the
// cluster writes.
func differences(kind string, before, after map[string]any) []Field {
	c := &compared{kind: kind}
	naming := []string{"metadata", "annotations", externalName}
	c.values(path(naming...), fieldpath.At(before, naming...), fieldpath.At(after, naming...))
	c.values(path("spec"), plain(before["spec"]), plain(after["spec"]))
	return c.fields
}

// plain is a value with all numbers in one type, so that it does not matter
// where it was read.
func plain(value any) any {
	return fieldpath.Map(value, func(leaf any) any {
		switch n := leaf.(type) {
		case int:
			return float64(n)
		case int64:
			return float64(n)
		}
		return leaf
	})
}

func (c *compared) add(f Field) { c.fields = append(c.fields, f) }

// values compares two values of one path.
func (c *compared) values(path Path, before, after any) {
	if reflect.DeepEqual(before, after) || c.userData(path, before, after) {
		return
	}
	switch b := before.(type) {
	case map[string]any:
		if a, ok := after.(map[string]any); ok {
			c.objects(path, b, a)
			return
		}
	case []any:
		if a, ok := after.([]any); ok {
			c.lists(path, b, a)
			return
		}
	case string:
		if a, ok := after.(string); ok && c.documents(path, b, a) {
			return
		}
	}
	c.add(Field{Path: path, Old: before, New: after})
}

func (c *compared) objects(path Path, before, after map[string]any) {
	for _, name := range union(before, after) {
		c.values(path.field(name), before[name], after[name])
	}
}

// union is the names of both, sorted.
func union[V any](a, b map[string]V) []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	return slices.Compact(names)
}

// lists compares two lists as what they are: a set, a list of things that have a
// name, things of which there are as many as before, or a list as a whole.
func (c *compared) lists(path Path, before, after []any) {
	switch name := identity(before, after); {
	case isSet(c.kind, path):
		c.sets(path, before, after)
	case name != "":
		c.matched(path, name, before, after)
	case len(before) == len(after):
		for i := range before {
			c.values(path.child(Step{Sort: Indexed, Index: i}), before[i], after[i])
		}
	default:
		c.add(Field{Path: path, Old: before, New: after})
	}
}

// sets finds the removed and the added elements; the order of a set means nothing.
func (c *compared) sets(path Path, before, after []any) {
	removed, added := without(before, after), without(after, before)
	if len(removed)+len(added) > 0 {
		c.add(Field{Path: path, Removed: removed, Added: added})
	}
}

// without is the elements of a list that another does not have.
func without(list, other []any) []any {
	there := map[string]int{}
	for _, element := range other {
		there[canonical(element)]++
	}
	var out []any
	for _, element := range list {
		if there[canonical(element)]--; there[canonical(element)] < 0 {
			out = append(out, element)
		}
	}
	return out
}

// canonical is a text that is equal for equal values.
func canonical(value any) string {
	data, err := json.Marshal(value) // sorts the names of an object
	if err != nil {
		panic("a manifest is plain data: " + err.Error())
	}
	return string(data)
}

// identities are the fields by which the elements of a list are told apart, in
// the order in which they are tried.
var identities = []string{"id", "Sid", "deviceName", "resourceType", "serviceAccount", "name", "key"}

// identity is the field by which the elements of two lists can be matched: each
// has it, no two have it alike, and what both have is in one order, with what is
// new behind it.
func identity(before, after []any) string {
	for _, name := range identities {
		b, a := valuesOf(name, before), valuesOf(name, after)
		if b == nil || a == nil {
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(b), func(v string) bool { return !slices.Contains(a, v) })
		if slices.Equal(kept, a[:min(len(kept), len(a))]) {
			return name
		}
	}
	return ""
}

// valuesOf are the texts in a field of each element, nil when one has none or
// two are alike.
func valuesOf(name string, list []any) []string {
	values := make([]string, 0, len(list))
	for _, element := range list {
		value := fieldpath.Text(element, name)
		if value == "" || slices.Contains(values, value) {
			return nil
		}
		values = append(values, value)
	}
	return values
}

// matched compares lists of things that a field tells apart.
func (c *compared) matched(path Path, name string, before, after []any) {
	var removed, added []any
	for _, b := range before {
		if i := slices.IndexFunc(after, func(a any) bool { return fieldpath.At(a, name) == fieldpath.At(b, name) }); i >= 0 {
			c.values(path.child(Step{Sort: Matching, Name: name, Value: fieldpath.Text(b, name)}), b, after[i])
			continue
		}
		removed = append(removed, b)
	}
	for _, a := range after {
		if !slices.ContainsFunc(before, func(b any) bool { return fieldpath.At(a, name) == fieldpath.At(b, name) }) {
			added = append(added, a)
		}
	}
	if len(removed)+len(added) > 0 {
		c.add(Field{Path: path, Removed: removed, Added: added})
	}
}
