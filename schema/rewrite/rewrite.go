// Package rewrite changes values in the text of an environment's file.
//
// In go the name and the content of a file of CUE, YAML or JSON, and changes: scalars and
// lists that fields get, fields that go, and fields that repeat the text of others. Out
// comes the content with these changes and every other byte as it was: comments, order,
// indentation and line ends stay. What cannot be changed like that, such as a value that is
// computed, is a Refusal with its place.
//
// It reads syntax, not values: that the file then says what was asked is checked by
// package edit, which calls it.
package rewrite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
)

// Change is a field that gets a value: of an environment or, in a file of package gitops, of
// the fleet's delivery.
type Change struct {
	Path  diag.Path
	Value any // a text, a number, a bool or a list as JSON has it; nil removes the field

	// From is the field beside the new one whose text the new one repeats, with comments; nil
	// for a Value.
	From diag.Path
}

// Refusal is why a file cannot be changed as asked.
type Refusal struct {
	Pos    diag.Pos // of the file's text; without a line if nothing is there
	Reason string
}

func (r *Refusal) Error() string { return r.Reason }

// Apply returns the content of a file with changes, one made after the other. The error
// is a *Refusal.
func Apply(name string, content []byte, changes ...Change) ([]byte, error) {
	for _, c := range changes {
		edited, err := one(name, content, c)
		if err != nil {
			return nil, err
		}
		content = edited
	}
	return content, nil
}

// one makes a change.
func one(name string, content []byte, c Change) ([]byte, error) {
	t := &text{name: name, content: content, newline: "\n"}
	if bytes.Contains(content, []byte("\r\n")) {
		t.newline = "\r\n"
	}
	switch path.Ext(name) {
	case ".cue":
		return changeCUE(t, c)
	case ".json":
		return changeJSON(t, c)
	}
	return changeYAML(t, c)
}

// text is a file as it is.
type text struct {
	name    string
	content []byte
	newline string // the end of its lines
}

// replaced returns the content with other bytes from one offset to another.
func (t *text) replaced(from, to int, by string) []byte {
	return bytes.Join([][]byte{t.content[:from], []byte(by), t.content[to:]}, nil)
}

// lineStart returns where the line of an offset begins.
func (t *text) lineStart(at int) int { return bytes.LastIndexByte(t.content[:at], '\n') + 1 }

// lineEnd returns where the line of an offset ends, before its line end.
func (t *text) lineEnd(at int) int {
	n := bytes.IndexByte(t.content[at:], '\n')
	switch {
	case n < 0:
		return len(t.content)
	case n > 0 && t.content[at+n-1] == '\r':
		return at + n - 1
	}
	return at + n
}

// nextLine returns where the line after an offset begins.
func (t *text) nextLine(at int) int {
	if n := bytes.IndexByte(t.content[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(t.content)
}

// indent returns the blanks with which the line of an offset begins.
func (t *text) indent(at int) string {
	line := t.content[t.lineStart(at):at]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// blank reports whether there are only blanks between two offsets.
func (t *text) blank(from, to int) bool { return len(bytes.TrimSpace(t.content[from:to])) == 0 }

// sameLine reports whether two offsets are in one line.
func (t *text) sameLine(from, to int) bool { return bytes.IndexByte(t.content[from:to], '\n') < 0 }

// refuse is a Refusal at an offset.
func (t *text) refuse(at int, format string, args ...any) error {
	start := t.lineStart(at)
	return &Refusal{
		Pos:    diag.Pos{File: t.name, Line: 1 + bytes.Count(t.content[:at], []byte("\n")), Column: 1 + at - start},
		Reason: fmt.Sprintf(format, args...),
	}
}

// absent is the Refusal of a field that the file does not state.
func (t *text) absent(p diag.Path) error {
	return &Refusal{Pos: diag.Pos{File: t.name}, Reason: p.String() + " is not stated in this file"}
}

// cut returns the content without an element of a list between braces, from one offset to
// another, and without one of the commas around it. A line that is left blank goes too; a
// comment that follows the element stays.
func (t *text) cut(from, to int) []byte {
	if t.blank(t.lineStart(from), from) {
		after := t.skipBlanks(to)
		if after < len(t.content) && t.content[after] == ',' {
			after++
		}
		rest := t.skipBlanks(after)
		if rest == t.lineEnd(after) {
			return t.replaced(t.lineStart(from), t.nextLine(to), "")
		}
		return t.replaced(from, rest, "")
	}
	if after := t.skipBlanks(to); after < len(t.content) && t.content[after] == ',' {
		return t.replaced(from, t.skipBlanks(after+1), "")
	}
	before := len(bytes.TrimRight(t.content[:from], " \t"))
	if before > 0 && t.content[before-1] == ',' {
		before--
	}
	return t.replaced(before, to, "")
}

// skipBlanks returns where the blanks at an offset end, in its line.
func (t *text) skipBlanks(at int) int {
	return at + len(t.content[at:]) - len(bytes.TrimLeft(t.content[at:], " \t"))
}

// inline is a value in one line: texts and labels as the two functions write them.
func inline(value any, text, label func(string) string) string {
	var parts []string
	switch v := value.(type) {
	case string:
		return text(v)
	case []any:
		for _, element := range v {
			parts = append(parts, inline(element, text, label))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, label(name)+": "+inline(v[name], text, label))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return quoted(value)
}

// quoted is a scalar as JSON writes it.
func quoted[T any](value T) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic("the value of a change is a scalar: " + err.Error())
	}
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}
