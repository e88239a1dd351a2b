package diff

import (
	"encoding/json"
	"reflect"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Edit is a field of an environment's file that has another value, defaults
// filled in.
type Edit struct {
	Path     diag.Path
	Old, New any // nil where the field is absent
}

// Edits are the fields in which two files of one environment differ, in the order
// of their paths, but for what they accept.
func Edits(before, after *v1alpha1.Environment) []Edit {
	b, a := fields(before), fields(after)
	delete(b, "accept")
	delete(a, "accept")
	var e edits
	e.values(nil, b, a)
	return e
}

// EditsOf are the fields in which two values differ that are plain data.
func EditsOf(before, after map[string]any) []Edit {
	var e edits
	e.values(nil, before, after)
	return e
}

// fields are those of an environment as plain data.
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

type edits []Edit

func (e *edits) values(path diag.Path, before, after any) {
	if reflect.DeepEqual(before, after) {
		return
	}
	switch b := before.(type) {
	case map[string]any:
		if a, ok := after.(map[string]any); ok {
			for _, name := range union(b, a) {
				e.values(path.Child(name), b[name], a[name])
			}
			return
		}
	case []any:
		if a, ok := after.([]any); ok {
			e.lists(path, b, a)
			return
		}
	}
	*e = append(*e, Edit{path, before, after})
}

// lists compares element by element: an added or removed one has no counterpart.
func (e *edits) lists(path diag.Path, before, after []any) {
	element := func(list []any, i int) any {
		if i < len(list) {
			return list[i]
		}
		return nil
	}
	for i := range max(len(before), len(after)) {
		e.values(path.Index(i), element(before, i), element(after, i))
	}
}
