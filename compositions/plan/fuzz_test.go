package plan_test

import (
	"cmp"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// FuzzResolve spoils one field of an environment, as no schema would let it:
// there is a plan or an error, always the same, and never a panic.
func FuzzResolve(f *testing.F) {
	for field := range 120 {
		for i, text := range []string{"", "x", "10.0.0.0/33", "fd00::/8", "0.0.0.0/0", "10.0.0.0/30", "us-west-2z", "m4.large", "1."} {
			f.Add(uint64(i), field, text, int64(i-1))
		}
	}
	f.Fuzz(func(t *testing.T, seed uint64, field int, text string, number int64) {
		env := random.Environment(random.New(seed))
		spoil(env, field, text, number)
		p, found := plan.Resolve(env, there)
		require.Equal(t, found.HasErrors(), p == nil)
		again, repeated := plan.Resolve(env, there)
		require.Equal(t, p, again)
		require.Equal(t, found, repeated)
	})
}

// spoil replaces the field-th text and the field-th number of an environment,
// counted around.
func spoil(env *v1alpha1.Environment, field int, text string, number int64) {
	var texts, numbers []func()
	walk(reflect.ValueOf(env).Elem(), func(v reflect.Value, set func(reflect.Value)) {
		switch v.Kind() {
		case reflect.String:
			texts = append(texts, func() { set(reflect.ValueOf(text).Convert(v.Type())) })
		case reflect.Int64:
			numbers = append(numbers, func() { set(reflect.ValueOf(number).Convert(v.Type())) })
		}
	})
	texts[uint(field)%uint(len(texts))]()
	numbers[uint(field)%uint(len(numbers))]()
}

// walk visits the leaves of a value, and says how to change each.
func walk(v reflect.Value, visit func(v reflect.Value, set func(reflect.Value))) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), visit)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	case reflect.Map:
		walkMap(v, visit)
	default:
		if v.CanSet() {
			visit(v, v.Set)
		}
	}
}

// walkMap visits copies of a map's values, in the order of its keys, and puts
// them back when they change.
func walkMap(m reflect.Value, visit func(v reflect.Value, set func(reflect.Value))) {
	for _, key := range sortedKeys(m) {
		element := reflect.New(m.Type().Elem()).Elem()
		element.Set(m.MapIndex(key))
		walk(element, func(v reflect.Value, set func(reflect.Value)) {
			visit(v, func(changed reflect.Value) {
				set(changed)
				m.SetMapIndex(key, element)
			})
		})
	}
}

func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
	return keys
}
