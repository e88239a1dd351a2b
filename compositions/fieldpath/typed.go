package fieldpath

import (
	"reflect"
	"strings"
)

// Reader reads paths in typed objects, whose fields it finds by the names that
// encoding/json gives to them. It remembers the fields of each type. The zero value
// is ready; goroutines may not share one.
type Reader struct {
	fields map[reflect.Type]map[string][]int
}

// Text returns the text at the path below an object, "" if there is none.
func (r *Reader) Text(object any, path Path) string {
	if v := r.find(object, path); v.Kind() == reflect.String {
		return v.String()
	}
	return ""
}

// Len returns the length of the list or map at the path below an object, 0 if there is
// none.
func (r *Reader) Len(object any, path Path) int {
	switch v := r.find(object, path); v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len()
	}
	return 0
}

// find returns the value at a path, invalid if there is none.
func (r *Reader) find(object any, path Path) reflect.Value {
	v := target(reflect.ValueOf(object))
	for _, step := range path {
		switch v.Kind() {
		case reflect.Struct:
			index, there := r.index(v.Type())[step.Name]
			if !there {
				return reflect.Value{}
			}
			v = v.FieldByIndex(index)
		case reflect.Map:
			v = v.MapIndex(reflect.ValueOf(step.Name))
		case reflect.Slice:
			if step.Name != "" || step.Index >= v.Len() {
				return reflect.Value{}
			}
			v = v.Index(step.Index)
		default:
			return reflect.Value{}
		}
		v = target(v)
	}
	return v
}

// target follows pointers and interfaces.
func target(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v
}

// index returns the fields of a struct by name, those of embedded structs among them.
func (r *Reader) index(t reflect.Type) map[string][]int {
	if known, ok := r.fields[t]; ok {
		return known
	}
	index := map[string][]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			for inner, below := range r.index(f.Type) {
				index[inner] = append([]int{i}, below...)
			}
			continue
		}
		index[name] = []int{i}
	}
	if r.fields == nil {
		r.fields = map[reflect.Type]map[string][]int{}
	}
	r.fields[t] = index
	return index
}
