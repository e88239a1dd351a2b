package load

import (
	"strings"
	"unicode/utf8"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
)

// maxShown is how many characters of a value a message quotes.
const maxShown = 60

// clip keeps a quoted value short and on one line.
func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= maxShown {
		return s
	}
	return string([]rune(s)[:maxShown]) + "…"
}

// written is how CUE writes an expression, on one line.
func written(x ast.Node) string {
	b, err := format.Node(x, format.Simplify())
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(string(b)), " ")
}

// display is a value as a message names it.
func display(v cue.Value) string {
	switch v.IncompleteKind() {
	case cue.StructKind:
		return "a group of fields"
	case cue.ListKind:
		return "a list"
	case cue.NullKind:
		return "null (nothing)"
	case cue.IntKind, cue.FloatKind, cue.NumberKind:
		return "the number " + clip(written(v.Syntax(cue.Final())))
	}
	return clip(written(v.Syntax(cue.Final())))
}

// want says in words what may stand at a shape.
func (s *shape) want() string {
	switch s.kind {
	case group:
		return "a group of fields"
	case names:
		return "a group of named fields"
	case list:
		return "a list"
	case either:
		return s.wantEither()
	case anything:
		return "anything"
	}
	return s.wantLeaf()
}

func (s *shape) wantEither() string {
	var all []string
	for _, o := range s.options {
		all = append(all, o.want())
	}
	return strings.Join(all, " or ")
}

func (s *shape) wantLeaf() string {
	switch {
	case len(s.enum) == 1:
		return s.enum[0]
	case len(s.enum) > 1:
		return "one of " + strings.Join(s.enum, ", ")
	case s.has("bool"):
		return "true or false"
	case s.has("int"):
		return strings.TrimSpace("a whole number" + s.bounded())
	}
	return "text"
}

func (s *shape) has(typ string) bool {
	for _, t := range s.types {
		if t == typ {
			return true
		}
	}
	return false
}

// bounded is the bounds of a number in words.
func (s *shape) bounded() string {
	low, high := "", ""
	for _, b := range s.bounds {
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

// misfit is the sentence for a value that does not fit: the schema's own when
// it has one, else what the shape wants.
func (s *shape) misfit(v cue.Value, sentence string) string {
	switch {
	case strings.HasPrefix(sentence, "not "):
		return clip(display(v)) + " is " + sentence
	case strings.HasPrefix(sentence, "must be "):
		return sentence + ", not " + display(v)
	case sentence != "":
		return sentence
	case s.kind == leaf && s.describe() != "" && !v.IsNull():
		return display(v) + " is not " + s.describe()
	case s.kind == leaf && s.pattern != "" && v.IncompleteKind() == cue.StringKind:
		return display(v) + " does not match " + s.pattern
	}
	return "must be " + s.want() + ", not " + display(v)
}

// describe is the comment of a named constraint as the end of the sentence
// "… is not …": "#CIDR is an IPv4 range." gives "an IPv4 range".
func (s *shape) describe() string {
	first, _, _ := strings.Cut(s.doc, ". ")
	rest, ok := strings.CutPrefix(strings.TrimSuffix(first, "."), s.name+" is ")
	if !ok || len(s.enum) > 0 {
		return ""
	}
	return rest
}
