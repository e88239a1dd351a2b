package load

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema/diag"
)

// The definitions of the schema that matter here.
const (
	rootShape   = "#EnvironmentShape" // what there is
	environment = "#Environment"      // the shape with its rules
	gitOpsShape = "#GitOpsShape"
	gitOps      = "#GitOps"
)

type kind int

const (
	anything kind = iota
	leaf          // a text, number or bool
	group         // named fields
	names         // any names, one shape
	list
	either // one of several shapes
)

// shape is what the schema says may stand at one path: read from the syntax of
// the shapes, which hold plain types only, so that a message can use their
// words. Whether a value fits is CUE's to say.
type shape struct {
	kind    kind
	path    []cue.Selector // in #Environment
	doc     string         // of the named constraint or group
	name    string         // of the definition, such as #CIDR
	fields  []*field       // of a group
	elem    *shape         // of names and list
	options []*shape       // of either
	enum    []string       // literals
	types   []string       // string, int, bool
	bounds  []string       // ">=0", "<=1000", `!=""`
	pattern string
	def     string // literal of the default
}

// field is a field of a group.
type field struct {
	name               string
	doc                string
	required, optional bool
	shape              *shape
	at                 token.Pos
}

// field finds a field by name.
func (s *shape) field(name string) *field {
	for _, f := range s.fields {
		if f.name == name {
			return f
		}
	}
	return nil
}

func (s *shape) fieldNames() []string {
	var all []string
	for _, f := range s.fields {
		all = append(all, f.name)
	}
	return all
}

// lookup is the shape at a path, with the field that holds it when a group
// does.
func (s *shape) lookup(p diag.Path) (*shape, *field) {
	var in *field
	for _, label := range p {
		s, in = s.child(label)
		if s == nil {
			return nil, nil
		}
	}
	return s, in
}

func (s *shape) child(label string) (*shape, *field) {
	switch s.kind {
	case group:
		if f := s.field(label); f != nil {
			return f.shape, f
		}
	case names, list:
		return s.elem, nil
	case either:
		for _, o := range s.options {
			if c, f := o.child(label); c != nil {
				return c, f
			}
		}
	case anything:
		return s, nil
	}
	return nil, nil
}

// find gives the paths of the fields of this name, at most three; the names
// in a map are written as name.
func (s *shape) find(name string, p diag.Path) []string {
	var found []string
	for _, f := range s.fields {
		at := p.Child(f.name)
		if f.name == name {
			found = append(found, at.String())
		}
		found = append(found, f.shape.find(name, at)...)
	}
	if s.kind == names {
		found = append(found, s.elem.find(name, p.Child("name"))...)
	}
	return found[:min(3, len(found))]
}
