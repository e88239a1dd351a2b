package diff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
)

// Path leads from an object to a part of it.
type Path []Step

// Step leads from a value to a part of it: the field Name of an object; the element of a
// list at Index; the element whose field Name is Value; the JSON in a text (Document);
// or the text in base64 (Decoded).
type Step struct {
	Name  string
	Value string
	Index int
	Sort  Sort
}

// Sort is the kind of a step.
type Sort int

// The sorts of steps.
const (
	Named    Sort = iota // the field Name
	Indexed              // the element at Index
	Matching             // the element whose field Name is Value
	Document             // what the text holds in JSON
	Decoded              // what the text holds in base64
)

// path returns a path of fields only.
func path(names ...string) Path {
	var p Path
	for _, name := range names {
		p = p.field(name)
	}
	return p
}

// child returns the path with one more step; p is not changed.
func (p Path) child(s Step) Path { return append(p[:len(p):len(p)], s) }

func (p Path) field(name string) Path { return p.child(Step{Name: name}) }

// String returns the path for the reader: below forProvider, without the step into a
// document.
func (p Path) String() string {
	names := p.names()
	switch {
	case len(names) == 3 && names[2] == externalname.Annotation:
		return "name in AWS"
	case len(names) > 2 && names[0] == "spec" && (names[1] == "forProvider" || names[1] == "initProvider"):
		return p[2:].Full()
	case len(names) > 1 && names[0] == "spec":
		return p[1:].Full()
	}
	return p.Full()
}

// Full returns the whole path: spec.forProvider.policy.Statement[Sid=nodes].Action.
func (p Path) Full() string {
	var b strings.Builder
	for i, s := range p {
		switch s.Sort {
		case Named:
			b.WriteString(named(s.Name, i > 0))
		case Indexed:
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
		case Matching:
			b.WriteString("[" + s.Name + "=" + s.Value + "]")
		}
	}
	return b.String()
}

// MarshalText writes the whole path.
func (p Path) MarshalText() ([]byte, error) { return []byte(p.Full()), nil }

// named writes a step to a field; a name that contains a dot is in brackets.
func named(name string, further bool) string {
	switch {
	case strings.ContainsAny(name, ".[]"):
		return "[" + name + "]"
	case further:
		return "." + name
	}
	return name
}

// names returns the names of the fields up to the first text that holds a document.
func (p Path) names() []string {
	var names []string
	for _, s := range p.outside() {
		if s.Sort == Named {
			names = append(names, s.Name)
		}
	}
	return names
}

// Text reports whether the path leads to text of several lines.
func (p Path) Text() bool { return len(p) > 0 && p[len(p)-1].Sort == Decoded }

// outside returns the path up to the first text that holds a document.
func (p Path) outside() Path {
	if i := slices.IndexFunc(p, func(s Step) bool { return s.Sort == Document || s.Sort == Decoded }); i >= 0 {
		return p[:i]
	}
	return p
}
