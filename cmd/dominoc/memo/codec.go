package memo

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
)

// Values are kept as bytes that only the program which wrote them reads: numbers and
// lengths as varints, maps in the order of their keys, structs by their fields. Nil and
// empty differ. JSON takes three times as long, and does not tell 2 from 2.0.

// opened are the types in an interface, which stands for plain data.
var opened = []reflect.Type{
	reflect.TypeFor[string](), reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[float64](),
	reflect.TypeFor[[]any](), reflect.TypeFor[map[string]any](),
}

// encoder appends values. It has an error after one that a decoder would not make again.
type encoder struct {
	out []byte
	err error
}

func (e *encoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		e.bit(v.Bool())
	case reflect.Int, reflect.Int32, reflect.Int64:
		e.out = binary.AppendVarint(e.out, v.Int())
	case reflect.Float64:
		e.out = binary.BigEndian.AppendUint64(e.out, math.Float64bits(v.Float()))
	case reflect.String:
		e.text(v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				e.err = fmt.Errorf("%s is not plain data", v.Type())
			}
			e.value(v.Field(i))
		}
	case reflect.Pointer:
		if e.bit(!v.IsNil()); !v.IsNil() {
			e.value(v.Elem())
		}
	case reflect.Interface:
		if e.bit(!v.IsNil()); v.IsNil() {
			return
		}
		at := slices.Index(opened, v.Elem().Type())
		if at < 0 {
			e.err = fmt.Errorf("%s is not plain data", v.Elem().Type())
			return
		}
		e.out = append(e.out, byte(at))
		e.value(v.Elem())
	case reflect.Slice, reflect.Map:
		if e.bit(!v.IsNil()); !v.IsNil() {
			e.out = binary.AppendUvarint(e.out, uint64(v.Len()))
			e.elements(v)
		}
	default:
		e.err = fmt.Errorf("%s is not plain data", v.Type())
	}
}

func (e *encoder) elements(v reflect.Value) {
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			e.value(v.Index(i))
		}
		return
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		e.value(key)
		e.value(v.MapIndex(key))
	}
}

func (e *encoder) text(s string) { e.out = append(binary.AppendUvarint(e.out, uint64(len(s))), s...) }

func (e *encoder) bit(is bool) {
	if is {
		e.out = append(e.out, 1)
	} else {
		e.out = append(e.out, 0)
	}
}

// errCut is the error of a text that ends too early.
var errCut = errors.New("the text is too short")

// decoder reads values from what is left of a text. Its texts are parts of that text.
type decoder struct{ left string }

func (d *decoder) value(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Bool:
		is, err := d.bit()
		v.SetBool(is)
		return err
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, err := d.number()
		v.SetInt(int64(n>>1) ^ -int64(n&1))
		return err
	case reflect.Float64:
		bits, err := d.bytes(8)
		if err == nil {
			v.SetFloat(math.Float64frombits(binary.BigEndian.Uint64([]byte(bits))))
		}
		return err
	case reflect.String:
		n, err := d.number()
		if err != nil {
			return err
		}
		text, err := d.bytes(n)
		v.SetString(text)
		return err
	case reflect.Struct:
		for i := range v.NumField() {
			if err := d.value(v.Field(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if is, err := d.bit(); err != nil || !is {
		return err
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(v.Elem())
	case reflect.Interface:
		at, err := d.bytes(1)
		if err != nil || int(at[0]) >= len(opened) {
			return errCut
		}
		inner := reflect.New(opened[at[0]]).Elem()
		if err := d.value(inner); err != nil {
			return err
		}
		v.Set(inner)
		return nil
	}
	n, err := d.number()
	if err != nil || n > uint64(len(d.left)) {
		return errCut
	}
	return d.elements(v, int(n))
}

func (d *decoder) elements(v reflect.Value, n int) error {
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			if err := d.value(v.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), n))
	key, element := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
	for range n {
		element.SetZero()
		if err := errors.Join(d.value(key), d.value(element)); err != nil {
			return err
		}
		v.SetMapIndex(key, element)
	}
	return nil
}

// number reads a varint; its bits are those of a signed one too.
func (d *decoder) number() (n uint64, err error) {
	for shift := 0; shift < 64; shift += 7 {
		if d.left == "" {
			return 0, errCut
		}
		b := d.left[0]
		d.left = d.left[1:]
		if n |= uint64(b&0x7f) << shift; b < 0x80 {
			return n, nil
		}
	}
	return 0, errCut
}

func (d *decoder) bytes(n uint64) (string, error) {
	if n > uint64(len(d.left)) {
		return "", errCut
	}
	text := d.left[:n]
	d.left = d.left[n:]
	return text, nil
}

func (d *decoder) bit() (bool, error) {
	text, err := d.bytes(1)
	return text == "\x01", err
}
