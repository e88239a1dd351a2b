package diff

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// compared collects the fields in which two objects of one kind differ.
type compared struct {
	kind   string
	fields []Field
}

// differences returns the fields in which two objects of one kind differ, without their
// names in the management cluster and without the fields that only the cluster writes.
func differences(kind string, before, after map[string]any) []Field {
	c := &compared{kind: kind}
	naming := []string{"metadata", "annotations", externalname.Annotation}
	c.values(path(naming...), fieldpath.At(before, naming...), fieldpath.At(after, naming...))
	c.values(path("spec"), plain(before["spec"]), plain(after["spec"]))
	return c.fields
}

// plain returns a value in which all numbers have one type, whatever the value was read
// from.
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

// union returns the keys of both maps, sorted.
func union[V any](a, b map[string]V) []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	return slices.Compact(names)
}

// lists compares two lists: as a set, by a field that identifies the elements, by index
// if the lengths are equal, or as a whole.
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

// sets finds the removed and the added elements.
func (c *compared) sets(path Path, before, after []any) {
	removed, added := without(before, after), without(after, before)
	if len(removed)+len(added) > 0 {
		c.add(Field{Path: path, Removed: removed, Added: added})
	}
}

// without returns the elements of a list that another list lacks.
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

// canonical returns a text that is equal for equal values.
func canonical(value any) string {
	data, err := json.Marshal(value) // sorts the names of an object
	if err != nil {
		panic("a manifest is plain data: " + err.Error())
	}
	return string(data)
}

// identities are the fields that may identify the elements of a list, in the order in
// which they are tried.
var identities = []string{"id", "Sid", "deviceName", "resourceType", "serviceAccount", "name", "key"}

// identity returns the field by which the elements of two lists can be matched: each
// element has it, no two elements of a list share a value, common elements have the same
// order, and new elements follow them.
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

// valuesOf returns the texts in a field of each element, or nil if an element has none
// or two are equal.
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

// matched compares lists whose elements a field identifies.
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
