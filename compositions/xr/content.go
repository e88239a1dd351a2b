package xr

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Content is an object as it is applied: what encoding/json makes of it, but
// without status, and without what Go writes for a time or a struct that was
// never set. It walks the object itself, because nearly all fields of a managed
// resource are nil, and shares nothing with it.
func Content(object any) (map[string]any, error) {
	value, err := plain(reflect.ValueOf(object))
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
	if value := fields[field]; value == nil || isEmptyMap(value) {
		delete(fields, field)
	}
}

func isEmptyMap(value any) bool {
	m, ok := value.(map[string]any)
	return ok && len(m) == 0
}

var marshaler = reflect.TypeFor[json.Marshaler]()

// plain is a value as maps, lists, texts, float64 numbers and booleans.
func plain(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.Invalid:
		return nil, nil
	case reflect.Interface, reflect.Pointer:
		return plainTarget(v)
	case reflect.String:
		return v.String(), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int32, reflect.Int64:
		return float64(v.Int()), nil
	case reflect.Float64:
		return v.Float(), nil
	case reflect.Map:
		return plainMap(v)
	case reflect.Slice:
		return plainList(v)
	case reflect.Struct:
		if v.Type().Implements(marshaler) || reflect.PointerTo(v.Type()).Implements(marshaler) {
			return throughJSON(v)
		}
		fields := map[string]any{}
		return fields, plainFields(fields, v)
	}
	return nil, fmt.Errorf("a %s has no place in an object", v.Type())
}

func plainTarget(v reflect.Value) (any, error) {
	if u, ok := v.Interface().(interface{ UnstructuredContent() map[string]any }); ok {
		return plain(reflect.ValueOf(u.UnstructuredContent()))
	}
	return plain(v.Elem())
}

// throughJSON is for the few types that write themselves, such as times.
func throughJSON(v reflect.Value) (value any, err error) {
	raw, err := json.Marshal(v.Interface())
	if err != nil {
		return nil, err
	}
	return value, json.Unmarshal(raw, &value)
}

func plainMap(v reflect.Value) (any, error) {
	if v.IsNil() {
		return nil, nil
	}
	out := make(map[string]any, v.Len())
	for entries := v.MapRange(); entries.Next(); {
		value, err := plain(entries.Value())
		if err != nil {
			return nil, err
		}
		out[entries.Key().String()] = value
	}
	return out, nil
}

func plainList(v reflect.Value) (any, error) {
	if v.IsNil() {
		return nil, nil
	}
	out := make([]any, v.Len())
	for i := range out {
		value, err := plain(v.Index(i))
		if err != nil {
			return nil, err
		}
		out[i] = value
	}
	return out, nil
}

// plainFields writes the fields of a struct, those of embedded structs beside
// them.
func plainFields(fields map[string]any, v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			if err := plainFields(fields, v.Field(i)); err != nil {
				return err
			}
			continue
		}
		if !field.IsExported() || name == "-" || omitted(v.Field(i), options) {
			continue
		}
		value, err := plain(v.Field(i))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fields[name] = value
	}
	return nil
}

// omitted tells whether encoding/json leaves a field out.
func omitted(v reflect.Value, options string) bool {
	switch {
	case strings.Contains(options, "omitzero") && v.IsZero():
		return true
	case !strings.Contains(options, "omitempty"):
		return false
	case v.Kind() == reflect.Map || v.Kind() == reflect.Slice:
		return v.Len() == 0
	}
	return v.Kind() != reflect.Struct && v.IsZero()
}
