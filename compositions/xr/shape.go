package xr

import (
	"reflect"
	"strconv"
	"strings"
)

// AppendShape appends what is shape of a plan to a text. The texts of two plans of
// one type are equal where their symbolic copies are, and it is cheaper than a copy.
func AppendShape(key []byte, plan any) []byte {
	return appendShape(key, reflect.ValueOf(plan), true)
}

// appendShape reads from what Symbols.copy reads. Each mark says where the next begins.
func appendShape(key []byte, from reflect.Value, required bool) []byte {
	switch {
	case !present(from, required):
		return append(key, '-')
	case isValue(from.Type()):
		return append(key, '=')
	}
	switch from.Kind() {
	case reflect.Struct:
		for i := range from.NumField() {
			_, options, _ := strings.Cut(from.Type().Field(i).Tag.Get("json"), ",")
			key = appendShape(key, from.Field(i), options != "omitempty")
		}
		return key
	case reflect.Slice:
		key = appendLength(key, from.Len())
		for i := range from.Len() {
			key = appendShape(key, from.Index(i), true)
		}
		return key
	case reflect.Map:
		key = appendLength(key, from.Len())
		for _, name := range sortedKeys(from) {
			key = strconv.AppendQuote(key, name.String())
			key = appendShape(key, from.MapIndex(name), true)
		}
		return key
	case reflect.Pointer:
		if from.IsNil() {
			return append(key, '-')
		}
		return appendShape(append(key, '+'), from.Elem(), true)
	case reflect.Bool:
		return strconv.AppendBool(key, from.Bool())
	case reflect.String: // an enum
		return strconv.AppendQuote(key, from.String())
	}
	panic("a plan has no " + from.Type().String())
}

func appendLength(key []byte, n int) []byte { return append(strconv.AppendInt(key, int64(n), 10), ':') }
