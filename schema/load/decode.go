package load

import (
	"reflect"
	"strings"
	"sync"

	"cuelang.org/go/cue"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// structure is how a struct of the contract is decoded: by its fields, each of
// which is asked for by its name.
//
// cue.Value.Decode sorts the fields of every struct by where they were written
// first, which costs a sixth of an evaluation.
type structure []structureField

type structureField struct {
	path  cue.Path
	inner structure // of a struct, of what a pointer leads to and of a map's elements; nil for anything else
}

// environmentStructure is made once in a process.
var environmentStructure = sync.OnceValue(func() structure { return structureOf(reflect.TypeFor[v1alpha1.Environment]()) })

// decode sets what a pointer leads to to a concrete value.
func decode(v cue.Value, into any) error {
	if env, ok := into.(*v1alpha1.Environment); ok {
		return environmentStructure().decode(v, reflect.ValueOf(env).Elem())
	}
	return v.Decode(into)
}

func structureOf(t reflect.Type) structure {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	s := make(structure, t.NumField())
	for i := range s {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		s[i] = structureField{cue.MakePath(cue.Str(name)), structureOf(f.Type)}
	}
	return s
}

// decode sets a struct to a concrete value.
func (s structure) decode(v cue.Value, into reflect.Value) error {
	for i, f := range s {
		value := v.LookupPath(f.path)
		if !value.Exists() {
			continue
		}
		if err := f.decode(value, into.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func (f structureField) decode(v cue.Value, into reflect.Value) error {
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return f.decode(v, into.Elem())
	case reflect.Struct:
		return f.inner.decode(v, into)
	case reflect.Map:
		if f.inner != nil {
			return f.inner.decodeMap(v, into)
		}
	case reflect.String:
		text, err := v.String()
		into.SetString(text)
		return err
	case reflect.Bool:
		is, err := v.Bool()
		into.SetBool(is)
		return err
	case reflect.Int64:
		n, err := v.Int64()
		into.SetInt(n)
		return err
	}
	return v.Decode(into.Addr().Interface())
}

// decodeMap sets a map by name whose elements are structs.
func (s structure) decodeMap(v cue.Value, into reflect.Value) error {
	fields, err := v.Fields()
	if err != nil {
		return err
	}
	into.Set(reflect.MakeMap(into.Type()))
	for fields.Next() {
		element := reflect.New(into.Type().Elem()).Elem()
		if err := s.decode(fields.Value(), element); err != nil {
			return err
		}
		into.SetMapIndex(reflect.ValueOf(fields.Selector().Unquoted()), element)
	}
	return nil
}
