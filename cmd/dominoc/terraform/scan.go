package terraform

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"
)

// raw is a value in JSON that package json has found valid; nil is a value that is not
// there. A state may have 100,000 values, of which the reader keeps a part. Package json
// would make each of them; raw walks through the text and makes none that is not kept.
type raw []byte

// is reports whether the value begins with a character: { an object, [ a list, " a text.
func (r raw) is(begin byte) bool { return len(r) > 0 && r[0] == begin }

// null reports whether there is no value.
func (r raw) null() bool { return len(r) == 0 || r[0] == 'n' }

// text returns a text, "" if the value is none.
func (r raw) text() string {
	if !r.is('"') {
		return ""
	}
	text, _ := r.value().(string)
	return text
}

// value decodes the value. Most are texts without an escape, numbers and booleans, which
// are quick to make.
func (r raw) value() any {
	switch {
	case len(r) == 0:
		return nil
	case r[0] == '"' && bytes.IndexByte(r, '\\') < 0:
		return string(r[1 : len(r)-1])
	case r[0] == '-' || r[0] >= '0' && r[0] <= '9':
		if number, err := strconv.ParseFloat(string(r), 64); err == nil {
			return number
		}
	}
	var v any
	if json.Unmarshal(r, &v) != nil {
		return nil // a number that no float has
	}
	return v
}

// object returns the fields of an object, none if the value is no object.
func (r raw) object() map[string]raw {
	all := map[string]raw{}
	for name, field := range r.fields() {
		all[name] = field
	}
	return all
}

// fields yields the fields of an object, none if the value is no object.
func (r raw) fields() iter.Seq2[string, raw] {
	return func(yield func(string, raw) bool) {
		if !r.is('{') {
			return
		}
		for at := space(r, 1); r[at] != '}'; {
			end := skip(r, at)
			name := r[at:end].text()
			at = space(r, space(r, end)+1) // after the colon
			end = skip(r, at)
			if !yield(name, r[at:end]) {
				return
			}
			at = next(r, end)
		}
	}
}

// elements yields the elements of a list, none if the value is no list.
func (r raw) elements() iter.Seq[raw] {
	return func(yield func(raw) bool) {
		if !r.is('[') {
			return
		}
		for at := space(r, 1); r[at] != ']'; {
			end := skip(r, at)
			if !yield(r[at:end]) {
				return
			}
			at = next(r, end)
		}
	}
}

// next returns the offset of the next element or field, or of the closing bracket.
func next(r raw, end int) int {
	at := space(r, end)
	if r[at] == ',' {
		at = space(r, at+1)
	}
	return at
}

// skip returns the offset after the value that begins at an offset.
func skip(r raw, at int) int {
	depth := 0
	for at < len(r) {
		switch r[at] {
		case '"':
			at = afterText(r, at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		case ',', ':', ' ', '\t', '\n', '\r':
			at++
			continue
		default:
			at = afterWord(r, at)
		}
		if depth == 0 {
			return at
		}
	}
	return at
}

// afterText returns the offset after the text that begins at an offset.
func afterText(r raw, at int) int {
	for at++; ; at++ {
		quote := bytes.IndexByte(r[at:], '"')
		if quote < 0 {
			return len(r)
		}
		escape := bytes.IndexByte(r[at:at+quote], '\\')
		if escape < 0 {
			return at + quote + 1
		}
		at += escape + 1
	}
}

// afterWord returns the offset after the number, boolean or null that begins at an offset.
func afterWord(r raw, at int) int {
	for at < len(r) && !bytes.ContainsRune([]byte(",]} \t\n\r"), rune(r[at])) {
		at++
	}
	return at
}

// space returns the offset of the first byte from an offset that is no white space.
func space(r raw, at int) int {
	for at < len(r) && (r[at] == ' ' || r[at] == '\n' || r[at] == '\t' || r[at] == '\r') {
		at++
	}
	return at
}
