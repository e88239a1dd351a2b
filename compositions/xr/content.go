package xr

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Content is an object as it is applied: what encoding/json makes of it, but
// without status, and without what Go writes for a time, a pointer or a struct that was
// never set. It walks the object itself, because nearly all fields of a managed
// resource are nil, and shares nothing with it.
func Content(object any) (map[string]any, error) { return reader{}.object(object) }

// reader reads objects as Content does. It remembers each type of struct: a component
// has many resources of few types.
type reader map[reflect.Type]structure

// structure is what encoding/json writes of a type of struct.
type structure struct {
	fields  []field
	marshal bool // the type writes itself
}

type field struct {
	index               int
	name                string
	embedded            bool // its fields are written among those of the struct
	omitempty, omitzero bool
}

func (r reader) object(object any) (map[string]any, error) {
	value, err := r.plain(reflect.ValueOf(object))
	if err != nil {
		return nil, err
	}
	content, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%T is not an object", object)
	}
	delete(content, "status")
	dropEmpty(content, "metadata", "creationTimestamp")
	dropEmpty(content, "spec", "initProvider")
	return content, nil
}

// dropEmpty drops a field below another that says nothing.
func dropEmpty(content map[string]any, below, field string) {
	fields, _ := content[below].(map[string]any)
	if m, isMap := fields[field].(map[string]any); fields[field] == nil || isMap && len(m) == 0 {
		delete(fields, field)
	}
}

var marshaler = reflect.TypeFor[json.Marshaler]()

// plain is a value as maps, lists, texts, float64 numbers and booleans.
func (r reader) plain(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.Invalid:
		return nil, nil
	case reflect.Interface, reflect.Pointer:
		if u, ok := v.Interface().(interface{ UnstructuredContent() map[string]any }); ok {
			return r.plain(reflect.ValueOf(u.UnstructuredContent()))
		}
		return r.plain(v.Elem())
	case reflect.String:
		return v.String(), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int32, reflect.Int64:
		return float64(v.Int()), nil
	case reflect.Float64:
		return v.Float(), nil
	case reflect.Map:
		if v.IsNil() {
			return nil, nil
		}
		out := make(map[string]any, v.Len())
		for entries := v.MapRange(); entries.Next(); {
			value, err := r.plain(entries.Value())
			if err != nil {
				return nil, err
			}
			out[entries.Key().String()] = value
		}
		return out, nil
	case reflect.Slice:
		if v.IsNil() {
			return nil, nil
		}
		out := make([]any, v.Len())
		for i := range out {
			value, err := r.plain(v.Index(i))
			if err != nil {
				return nil, err
			}
			out[i] = value
		}
		return out, nil
	case reflect.Struct:
		if r.structure(v.Type()).marshal {
			return throughJSON(v)
		}
		fields := map[string]any{}
		return fields, r.plainFields(fields, v)
	}
	return nil, fmt.Errorf("a %s has no place in an object", v.Type())
}

// throughJSON is for the few types that write themselves, such as times.
func throughJSON(v reflect.Value) (value any, err error) {
	raw, err := json.Marshal(v.Interface())
	if err != nil {
		return nil, err
	}
	return value, json.Unmarshal(raw, &value)
}

// plainFields writes the fields of a struct, those of embedded structs beside
// them.
func (r reader) plainFields(fields map[string]any, v reflect.Value) error {
	for _, f := range r.structure(v.Type()).fields {
		value := v.Field(f.index)
		if f.embedded {
			if err := r.plainFields(fields, value); err != nil {
				return err
			}
			continue
		}
		if f.omits(value) {
			continue
		}
		written, err := r.plain(value)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		fields[f.name] = written
	}
	return nil
}

func (r reader) structure(t reflect.Type) structure {
	if known, ok := r[t]; ok {
		return known
	}
	s := structure{marshal: t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler)}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		embedded := f.Anonymous && name == ""
		if embedded || f.IsExported() && name != "-" {
			s.fields = append(s.fields, field{i, name, embedded, strings.Contains(options, "omitempty"), strings.Contains(options, "omitzero")})
		}
	}
	r[t] = s
	return s
}

// omits reports whether the field is left out if it has the value: by encoding/json, or
// because it is a pointer that was never set. The provider's types have such fields without
// omitempty, where Terraform requires a value that initProvider may state in place of
// forProvider.
func (f field) omits(v reflect.Value) bool {
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil():
		return true
	case f.omitzero && v.IsZero():
		return true
	case !f.omitempty:
		return false
	case v.Kind() == reflect.Map || v.Kind() == reflect.Slice:
		return v.Len() == 0
	}
	return v.Kind() != reflect.Struct && v.IsZero()
}
