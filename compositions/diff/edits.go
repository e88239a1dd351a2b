package diff

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Edit is a field of an environment's file that has another value, defaults
// filled in.
type Edit struct {
	Path     diag.Path
	Old, New any // nil where the field is absent
}

// Edits returns the fields in which two files of one environment differ, in the order
// of their paths, without what they accept.
func Edits(before, after *v1alpha1.Environment) []Edit {
	b, a := fields(before), fields(after)
	delete(b, "accept")
	delete(a, "accept")
	return EditsOf(b, a)
}

// EditsOf returns the fields in which two values of plain data differ.
func EditsOf(before, after map[string]any) []Edit { return editsAt(nil, before, after) }

// fields returns an environment as plain data.
func fields(env *v1alpha1.Environment) map[string]any {
	data, err := json.Marshal(env)
	if err != nil {
		panic("an environment is plain data: " + err.Error())
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		panic("an environment is an object: " + err.Error())
	}
	return out
}

// editsAt compares lists element by element: an added or removed element has no
// counterpart.
func editsAt(path diag.Path, before, after any) []Edit {
	if reflect.DeepEqual(before, after) {
		return nil
	}
	var all []Edit
	switch b := before.(type) {
	case map[string]any:
		if a, ok := after.(map[string]any); ok {
			for _, name := range union(b, a) {
				all = append(all, editsAt(path.Child(name), b[name], a[name])...)
			}
			return all
		}
	case []any:
		if a, ok := after.([]any); ok {
			length := max(len(b), len(a))
			b, a = append(slices.Clip(b), make([]any, length-len(b))...), append(slices.Clip(a), make([]any, length-len(a))...)
			for i := range length {
				all = append(all, editsAt(path.Index(i), b[i], a[i])...)
			}
			return all
		}
	}
	return []Edit{{path, before, after}}
}
