package emit

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
)

// throughKind converts values of named types and typed collections as JSON would, but
// faster. It does not convert structs, pointers and types with their own marshalling.
func throughKind(v any) (any, bool) {
	if marshalsItself(v) {
		return nil, false
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.String:
		return r.String(), true
	case reflect.Bool:
		return r.Bool(), true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int(), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return json.Number(strconv.FormatUint(r.Uint(), 10)), true
	case reflect.Slice:
		if r.Type().Elem().Kind() == reflect.Uint8 {
			return nil, false // bytes are base64 in JSON
		}
		if r.IsNil() {
			return nil, true
		}
		out := make([]any, r.Len())
		for i := range out {
			out[i] = r.Index(i).Interface()
		}
		return out, true
	case reflect.Map:
		if k := r.Type().Key(); k.Kind() != reflect.String || marshalsItself(reflect.Zero(k).Interface()) {
			return nil, false
		}
		if r.IsNil() {
			return nil, true
		}
		out := make(map[string]any, r.Len())
		for entry := r.MapRange(); entry.Next(); {
			out[entry.Key().String()] = entry.Value().Interface()
		}
		return out, true
	}
	return nil, false
}

// marshalsItself reports whether encoding/json calls a method of v.
func marshalsItself(v any) bool {
	switch v.(type) {
	case json.Marshaler, encoding.TextMarshaler:
		return true
	}
	return false
}
