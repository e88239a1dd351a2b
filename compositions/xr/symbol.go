package xr

import (
	"reflect"
	"strconv"
	"strings"
)

// A symbol is a text between two runes of Unicode's private use area, which no
// pattern of the schema lets through. The first rune after the opening one tells
// what it stands for.
const (
	opening    = '\uE000'
	closing    = '\uE001'
	textSymbol = 't' // one value inside or instead of a text
	listSymbol = 'l' // the only element of a list: stands for the whole list
	mapSymbol  = 'm' // a key: stands for all entries of another map
)

// firstNumber is the number symbol of the first path. Numbers of a plan are far
// below, and float64 holds it and its successors exactly.
const firstNumber = int64(1) << 50

// Symbols are the symbols of one composite resource.
type Symbols struct {
	numbers []string       // paths of the number symbols, in order
	texts   map[string]int // places of the text symbols, by path
}

// text makes the symbol of a text.
func (s *Symbols) text(path string) string {
	if s.texts == nil {
		s.texts = map[string]int{}
	}
	s.texts[path] = len(s.texts)
	return symbol(textSymbol, path)
}

// Fill returns a text of a symbolic plan with the texts of a plan's shape in the place of
// symbols.
func (s *Symbols) Fill(text string, texts []string) string {
	before, rest, found := strings.Cut(text, string(opening)+string(textSymbol))
	if !found {
		return text
	}
	path, after, _ := strings.Cut(rest, string(closing))
	return before + texts[s.texts[path]] + s.Fill(after, texts)
}

// number makes the symbol of a number.
func (s *Symbols) number(path string) int64 {
	s.numbers = append(s.numbers, path)
	return firstNumber + int64(len(s.numbers)-1)
}

// pathOf is the path of a number symbol, or "" for an ordinary number.
func (s *Symbols) pathOf(number float64) string {
	i := int64(number) - firstNumber
	if i < 0 || i >= int64(len(s.numbers)) {
		return ""
	}
	return s.numbers[i]
}

// symbol writes the symbol of a path.
func symbol(kind rune, path string) string {
	return string(opening) + string(kind) + path + string(closing)
}

// Whole is a map that stands for the object at a path, such as spec.network.
func Whole(path string) map[string]any {
	return map[string]any{symbol(mapSymbol, path): nil}
}

// Symbolic returns a copy of a plan in which symbols stand for the values. Shape
// stays: booleans, enums (named text types), map keys, lengths of lists of
// structs, and whether an optional field is there. The path is that of the plan
// in the composite resource, such as spec.
func Symbolic[T any](s *Symbols, path string, plan T) T {
	out := reflect.New(reflect.TypeFor[T]()).Elem()
	s.copy(out, reflect.ValueOf(plan), path, true)
	return out.Interface().(T)
}

var (
	textType  = reflect.TypeFor[string]()
	textsType = reflect.TypeFor[[]string]()
	mapType   = reflect.TypeFor[map[string]string]()
)

// copy sets to to the symbolic copy of from. A value that is required stands in
// every composite of this shape, also when it is empty.
func (s *Symbols) copy(to, from reflect.Value, path string, required bool) {
	switch {
	case !present(from, required):
	case from.Type() == textType:
		to.SetString(s.text(path))
	case from.Type() == textsType:
		to.Set(reflect.ValueOf([]string{symbol(listSymbol, path)}))
	case from.Type() == mapType:
		to.Set(reflect.ValueOf(map[string]string{symbol(mapSymbol, path): ""}))
	default:
		s.copyInto(to, from, path)
	}
}

func (s *Symbols) copyInto(to, from reflect.Value, path string) {
	switch from.Kind() {
	case reflect.Int64:
		to.SetInt(s.number(path))
	case reflect.Struct:
		for i := range from.NumField() {
			name, options, _ := strings.Cut(from.Type().Field(i).Tag.Get("json"), ",")
			s.copy(to.Field(i), from.Field(i), join(path, name), options != "omitempty")
		}
	case reflect.Slice:
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			s.copy(to.Index(i), from.Index(i), path+"["+strconv.Itoa(i)+"]", true)
		}
	case reflect.Map:
		to.Set(reflect.MakeMap(from.Type()))
		for _, key := range sortedKeys(from) {
			value := reflect.New(from.Type().Elem()).Elem()
			s.copy(value, from.MapIndex(key), join(path, key.String()), true)
			to.SetMapIndex(key, value)
		}
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			s.copy(to.Elem(), from.Elem(), path, true)
		}
	default: // a boolean or an enum: shape
		to.Set(from)
	}
}

// present reports whether a symbolic copy has a field.
func present(v reflect.Value, required bool) bool {
	isEmpty := (v.Kind() == reflect.Map || v.Kind() == reflect.Slice) && v.Len() == 0
	return required || !v.IsZero() && !isEmpty
}

// isValue reports whether a symbol stands for all that a type holds.
func isValue(t reflect.Type) bool {
	return t == textType || t == textsType || t == mapType || t.Kind() == reflect.Int64
}
