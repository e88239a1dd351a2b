// Package shape is the schema as data: what may be written at each path of a file, and
// which rules may refuse it.
//
// schema/generate writes it to shape.json from the CUE of schema/v1alpha1, so that no
// program parses CUE to explain a field or to word a mistake. Out come shapes by path,
// in the words of the schema. Whether a value fits is left to schema/load, which asks
// CUE. schema/load and schema/explain read it.
package shape

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/dominoc/dominoc/schema/diag"
)

// Schema is what shape.json holds.
type Schema struct {
	Roots       map[string]*Shape // by the definition that a file is checked against
	Rules       map[string][]Rule // by the same definition
	Definitions []string          // all of the schema's
}

// The definitions that have a root.
const (
	Environment = "#Environment"
	GitOps      = "#GitOps"
	Quotas      = "#Quotas"
	Acceptances = "#Acceptances"
)

// Kind is the kind of values that fit a shape.
type Kind string

// Kinds of a Shape.
const (
	Anything Kind = ""
	Leaf     Kind = "leaf"   // a text, number or bool
	Group    Kind = "group"  // named fields
	Names    Kind = "names"  // any names, one shape
	List     Kind = "list"   // elements of one shape
	Either   Kind = "either" // one of several shapes
)

// Shape is what may be written at one path. The schema's shapes hold plain types only,
// so that a message can use their words.
type Shape struct {
	Kind    Kind     `json:",omitempty"`
	Path    string   `json:",omitempty"` // in the schema: #Environment.network.vpc?.id!
	Doc     string   `json:",omitempty"` // of the named constraint or group
	Name    string   `json:",omitempty"` // of the definition, such as #CIDR
	Fields  []*Field `json:",omitempty"` // of a group
	Elem    *Shape   `json:",omitempty"` // of names and of a list
	Options []*Shape `json:",omitempty"` // of either
	Enum    []string `json:",omitempty"` // literals
	Types   []string `json:",omitempty"` // string, int, bool
	Bounds  []string `json:",omitempty"` // ">=0", "<=1000", `!=""`
	Pattern string   `json:",omitempty"`
	Default string   `json:",omitempty"` // as CUE writes it
}

// Field is a field of a group.
type Field struct {
	Name     string
	Doc      string   `json:",omitempty"`
	Required bool     `json:",omitempty"`
	Optional bool     `json:",omitempty"`
	At       diag.Pos // in the schema
	Shape    *Shape
}

// In a Path, AnyName is the label of every name and AnyIndex that of every element.
const (
	AnyName  = "[string]"
	AnyIndex = "[int]"
)

// Rule is a rule that may refuse a field.
type Rule struct {
	Code string // of the diagnostic
	Path string // of what it blames: the field, or something in it
	Text string // of the message, "…" for what depends on the file
}

// In the Path of a Rule, RuleName is a name that the user chose and RuleIndex an index;
// Varies is anything else that depends on the file.
const (
	RuleName  = "<name>"
	RuleIndex = "[…]"
	Varies    = "…"
)

//go:embed shape.json
var data []byte

// Read returns the schema of the binary. The caller does not change it.
var Read = sync.OnceValue(func() *Schema {
	var s Schema
	if err := json.Unmarshal(data, &s); err != nil {
		panic("shape.json: " + err.Error()) // it is generated, and a test reads it
	}
	return &s
})

// Lookup is the shape at a path, with the field that holds it when a group does; nil
// where the schema has none.
func (s *Shape) Lookup(p diag.Path) (*Shape, *Field) {
	var in *Field
	for _, label := range p {
		if s, in = s.Child(label); s == nil {
			return nil, nil
		}
	}
	return s, in
}

// Child is Lookup for one label.
func (s *Shape) Child(label string) (*Shape, *Field) {
	switch s.Kind {
	case Group:
		if i := slices.IndexFunc(s.Fields, func(f *Field) bool { return f.Name == label }); i >= 0 {
			return s.Fields[i].Shape, s.Fields[i]
		}
	case Names, List:
		return s.Elem, nil
	case Either:
		for _, o := range s.Options {
			if c, f := o.Child(label); c != nil {
				return c, f
			}
		}
	case Anything:
		return s, nil
	}
	return nil, nil
}

// Members are the names of a group's fields, or of those of every option.
func (s *Shape) Members() []string {
	var all []string
	for _, f := range s.Fields {
		all = append(all, f.Name)
	}
	for _, o := range s.Options {
		all = append(all, o.Members()...)
	}
	return all
}

// Want says in words what may be written.
func (s *Shape) Want() string {
	switch s.Kind {
	case Group:
		return "a group of fields"
	case Names:
		return "a group of named fields"
	case List:
		return "a list"
	case Either:
		var all []string
		for _, o := range s.Options {
			all = append(all, o.Want())
		}
		return strings.Join(all, " or ")
	case Anything:
		return "anything"
	}
	switch {
	case len(s.Enum) == 1:
		return s.Enum[0]
	case len(s.Enum) > 1:
		return "one of " + strings.Join(s.Enum, ", ")
	case slices.Contains(s.Types, "bool"):
		return "true or false"
	case slices.Contains(s.Types, "int"):
		return "a whole number" + s.bounds()
	}
	return "text"
}

// bounds are those of a number in words.
func (s *Shape) bounds() string {
	low, high := "", ""
	for _, b := range s.Bounds {
		if n, ok := strings.CutPrefix(b, ">="); ok {
			low = n
		}
		if n, ok := strings.CutPrefix(b, "<="); ok {
			high = n
		}
	}
	switch {
	case low != "" && high != "":
		return " from " + low + " to " + high
	case low != "":
		return " of at least " + low
	case high != "":
		return " of at most " + high
	}
	return ""
}
