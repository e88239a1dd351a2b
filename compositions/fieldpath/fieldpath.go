// Package fieldpath reads and writes the field paths of Crossplane, such as
// spec.objects[0].id or metadata.annotations[crossplane.io/external-name]. A path
// and an object go in, plain data or typed; the value at the path comes out. The
// callers know what the objects are: check, composed, diff, immutable, privilege and
// sync, which read objects that other packages make.
//
// Crossplane has a package for this too. It sends each value through JSON, which
// makes an int64 of a whole number that was a float64, and reads each path anew;
// here a path is read once and used on many objects.
package fieldpath

import (
	"fmt"
	"strconv"
	"strings"
)

// Step leads from a value to a part of it: the field Name of an object, or, with
// an empty name, the element of a list at Index.
type Step struct {
	Name  string
	Index int
}

// Path leads from an object to a part of it.
type Path []Step

// Parse reads a path. Digits in brackets are an index, anything else a name.
func Parse(path string) Path {
	var out Path
	for path != "" {
		var step Step
		step, path = cut(path)
		out = append(out, step)
	}
	return out
}

// cut takes the first step off a path.
func cut(path string) (Step, string) {
	if rest, bracketed := strings.CutPrefix(path, "["); bracketed {
		inside, rest, _ := strings.Cut(rest, "]")
		rest = strings.TrimPrefix(rest, ".")
		if i, err := strconv.ParseUint(inside, 10, 31); err == nil {
			return Step{Index: int(i)}, rest
		}
		return Step{Name: inside}, rest
	}
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		end = len(path)
	}
	return Step{Name: path[:end]}, strings.TrimPrefix(path[end:], ".")
}

// In returns the value at the path below a value; false if there is none.
func (p Path) In(value any) (any, bool) {
	for _, step := range p {
		var there bool
		if value, there = step.in(value); !there {
			return nil, false
		}
	}
	return value, true
}

func (s Step) in(value any) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		inner, there := v[s.Name]
		return inner, there && s.Name != ""
	case []any:
		if s.Name == "" && s.Index < len(v) {
			return v[s.Index], true
		}
	}
	return nil, false
}

// Set puts a value at the path below an object, and makes the objects on the way.
// An element of a list must be there.
func (p Path) Set(object map[string]any, value any) error {
	var at any = object
	for i, step := range p[:len(p)-1] {
		inner, there := step.in(at)
		if !there {
			if inner = step.make(at); inner == nil {
				return fmt.Errorf("there is nothing at step %d", i+1)
			}
		}
		at = inner
	}
	return p[len(p)-1].set(at, value)
}

// make puts an empty object below one; nothing below anything else.
func (s Step) make(in any) any {
	object, ok := in.(map[string]any)
	if !ok || s.Name == "" {
		return nil
	}
	inner := map[string]any{}
	object[s.Name] = inner
	return inner
}

func (s Step) set(in, value any) error {
	switch v := in.(type) {
	case map[string]any:
		if s.Name != "" {
			v[s.Name] = value
			return nil
		}
	case []any:
		if s.Name == "" && s.Index < len(v) {
			v[s.Index] = value
			return nil
		}
	}
	return fmt.Errorf("there is no place for a value")
}

// Copy is a deep copy of plain data.
func Copy(value any) any { return Map(value, func(leaf any) any { return leaf }) }

// Map is a deep copy of plain data in which each value that is no object and no
// list is what leaf makes of it.
func Map(value any, leaf func(any) any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, inner := range v {
			out[name] = Map(inner, leaf)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = Map(inner, leaf)
		}
		return out
	}
	return leaf(value)
}
