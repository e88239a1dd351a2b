package emit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// YAML writes each value as a document, separated by "---" lines.
//
// A value is built of map[string]any, []any, string, bool, numbers and nil;
// anything else is taken through its JSON. A nil map or slice is null, as in
// JSON. Fields of an object (a map with apiVersion and kind) come in the order
// of habit: apiVersion, kind, metadata, spec, then by name; its status and an
// unset creationTimestamp are left out. A text is quoted only where a YAML 1.1
// or 1.2 reader would take it for something else.
func YAML(values ...any) ([]byte, error) { return new(Writer).YAML(values...) }

// Writer writes YAML as the function does, and reuses its memory. Its zero value is
// ready; goroutines may not share one.
type Writer struct{ w writer }

// YAML is what the function of this name gives; it is the caller's.
func (w *Writer) YAML(values ...any) ([]byte, error) {
	w.w.buf, w.w.keys = w.w.buf[:0], w.w.keys[:0]
	for i, v := range values {
		if i > 0 {
			w.w.buf = append(w.w.buf, "---\n"...)
		}
		if err := w.w.document(v); err != nil {
			return nil, err
		}
	}
	return bytes.Clone(w.w.buf), nil
}

// writer appends block style YAML. Its keys are a stack, so that sorting the keys of a
// map allocates nothing once the stack is deep enough.
type writer struct {
	buf  []byte
	keys []string
}

func (w *writer) document(v any) error {
	v, err := plainValue(v)
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			return w.mapping(v, 0, true, isObject(v))
		}
	case []any:
		if len(v) > 0 {
			return w.sequence(v, 0, true)
		}
	}
	if err := w.flow(v); err != nil {
		return err
	}
	w.buf = append(w.buf, '\n')
	return nil
}

// mapping writes m with its fields at the given indent. inline: the first field is on
// the line that was begun ("- ").
func (w *writer) mapping(m map[string]any, indent int, inline, top bool) error {
	first := len(w.keys)
	for k := range m {
		if !top || k != "status" { // a cluster writes it
			w.keys = append(w.keys, k)
		}
	}
	last := len(w.keys)
	if isObject(m) {
		slices.SortFunc(w.keys[first:last], byHabit(objectHabit))
	} else {
		slices.Sort(w.keys[first:last])
	}
	for i := first; i < last; i++ {
		if !inline || i > first {
			w.indent(indent)
		}
		k := w.keys[i]
		w.key(k, indent)
		if err := w.field(k, m[k], indent, top); err != nil {
			return err
		}
	}
	w.keys = w.keys[:first]
	return nil
}

// field writes what follows a key's colon.
func (w *writer) field(key string, v any, indent int, top bool) error {
	if m, ok := v.(map[string]any); ok && key == "metadata" && len(m) > 0 {
		w.buf = append(w.buf, '\n')
		return w.metadata(m, indent+2, top)
	}
	return w.value(v, indent, false)
}

// metadata orders its own fields; an object at the top also loses an unset
// creationTimestamp.
func (w *writer) metadata(m map[string]any, indent int, top bool) error {
	first := len(w.keys)
	for k, v := range m {
		if !top || k != "creationTimestamp" || v != nil {
			w.keys = append(w.keys, k)
		}
	}
	last := len(w.keys)
	slices.SortFunc(w.keys[first:last], byHabit(metadataHabit))
	for i := first; i < last; i++ {
		w.indent(indent)
		w.key(w.keys[i], indent)
		if err := w.value(m[w.keys[i]], indent, false); err != nil {
			return err
		}
	}
	if first == last {
		w.buf = append(w.buf[:len(w.buf)-1], " {}\n"...)
	}
	w.keys = w.keys[:first]
	return nil
}

// sequence writes s with its dashes at the given indent.
func (w *writer) sequence(s []any, indent int, inline bool) error {
	for i, v := range s {
		if !inline || i > 0 {
			w.indent(indent)
		}
		w.buf = append(w.buf, '-')
		if err := w.value(v, indent, true); err != nil {
			return err
		}
	}
	return nil
}

// value writes what follows a colon or the dash of an item, on whose line a map or list
// begins. Lists are at the indent of their key, maps two further.
func (w *writer) value(v any, indent int, item bool) error {
	v, err := plainValue(v)
	if err != nil {
		return err
	}
	begin, list := byte('\n'), indent
	if item {
		begin, list = ' ', indent+2
	}
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			w.buf = append(w.buf, begin)
			return w.mapping(v, indent+2, item, false)
		}
	case []any:
		if len(v) > 0 {
			w.buf = append(w.buf, begin)
			return w.sequence(v, list, item)
		}
	case string:
		if literal(v) {
			w.buf = append(w.buf, ' ')
			w.literal(v, indent+2)
			return nil
		}
	}
	w.buf = append(w.buf, ' ')
	if err := w.flow(v); err != nil {
		return err
	}
	w.buf = append(w.buf, '\n')
	return nil
}

// flow writes a scalar or an empty collection, without a line break.
func (w *writer) flow(v any) error {
	switch v := v.(type) {
	case nil:
		w.buf = append(w.buf, "null"...)
	case string:
		w.text(v)
	case bool:
		w.buf = strconv.AppendBool(w.buf, v)
	case int:
		w.buf = strconv.AppendInt(w.buf, int64(v), 10)
	case int64:
		w.buf = strconv.AppendInt(w.buf, v, 10)
	case float64:
		return w.float(v)
	case json.Number:
		return w.number(v)
	case map[string]any:
		w.buf = append(w.buf, "{}"...)
	case []any:
		w.buf = append(w.buf, "[]"...)
	}
	return nil
}

// float writes f as JSON does, but with the dot that YAML 1.1 requires before an
// exponent.
func (w *writer) float(f float64) error {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return fmt.Errorf("no YAML for the number %v", f)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		start := len(w.buf)
		w.buf = strconv.AppendFloat(w.buf, f, 'e', -1, 64)
		if e := bytes.IndexByte(w.buf[start:], 'e') + start; bytes.IndexByte(w.buf[start:e], '.') < 0 {
			tail := string(w.buf[e:])
			w.buf = append(append(w.buf[:e], ".0"...), tail...)
		}
		return nil
	}
	w.buf = strconv.AppendFloat(w.buf, f, 'f', -1, 64)
	return nil
}

// number writes whole numbers as they are and anything else as a float.
func (w *writer) number(n json.Number) error {
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		w.buf = strconv.AppendInt(w.buf, i, 10)
		return nil
	}
	if u, err := strconv.ParseUint(string(n), 10, 64); err == nil {
		w.buf = strconv.AppendUint(w.buf, u, 10)
		return nil
	}
	f, err := n.Float64()
	if err != nil {
		return fmt.Errorf("no YAML for the number %q: %w", string(n), err)
	}
	return w.float(f)
}

func (w *writer) indent(n int) {
	const blanks = "                                "
	for ; n > len(blanks); n -= len(blanks) {
		w.buf = append(w.buf, blanks...)
	}
	w.buf = append(w.buf, blanks[:n]...)
}

// plainValue converts v to the types that flow, mapping and sequence know.
func plainValue(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, bool, int, int64, float64, json.Number:
		return v, nil
	case map[string]any:
		if v == nil {
			return nil, nil
		}
		return v, nil
	case []any:
		if v == nil {
			return nil, nil
		}
		return v, nil
	}
	if plain, ok := throughKind(v); ok {
		return plain, nil
	}
	// Typed values, such as structs of the Kubernetes API. Numbers keep all their digits.
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var out any
	err = d.Decode(&out)
	return out, err
}
