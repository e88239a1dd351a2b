package xr

import (
	"reflect"
	"strconv"
	"strings"
)

// Shape tells plans apart by all but their values. The keys of two plans of one type are
// equal where their symbolic copies are, and a key is cheaper than a copy.
type Shape struct {
	Key   []byte
	Texts []string // the values of the symbols of texts, in the order of Symbolic
}

// Add adds a part of a plan.
func (s *Shape) Add(part any) { s.add(reflect.ValueOf(part), true) }

// add reads from what Symbols.copy reads. Each mark says where the next begins.
func (s *Shape) add(from reflect.Value, required bool) {
	switch {
	case !present(from, required):
		s.Key = append(s.Key, '-')
		return
	case isValue(from.Type()):
		if s.Key = append(s.Key, '='); from.Type() == textType {
			s.Texts = append(s.Texts, from.String())
		}
		return
	}
	switch from.Kind() {
	case reflect.Struct:
		for i := range from.NumField() {
			_, options, _ := strings.Cut(from.Type().Field(i).Tag.Get("json"), ",")
			s.add(from.Field(i), options != "omitempty")
		}
	case reflect.Slice:
		s.length(from)
		for i := range from.Len() {
			s.add(from.Index(i), true)
		}
	case reflect.Map:
		s.length(from)
		for _, name := range sortedKeys(from) {
			s.Key = strconv.AppendQuote(s.Key, name.String())
			s.add(from.MapIndex(name), true)
		}
	case reflect.Pointer:
		if from.IsNil() {
			s.Key = append(s.Key, '-')
			return
		}
		s.Key = append(s.Key, '+')
		s.add(from.Elem(), true)
	case reflect.Bool:
		s.Key = strconv.AppendBool(s.Key, from.Bool())
	case reflect.String: // an enum
		s.Key = strconv.AppendQuote(s.Key, from.String())
	default:
		panic("a plan has no " + from.Type().String())
	}
}

func (s *Shape) length(of reflect.Value) {
	s.Key = append(strconv.AppendInt(s.Key, int64(of.Len()), 10), ':')
}
