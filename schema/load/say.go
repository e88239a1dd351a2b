package load

import (
	"strings"

	"cuelang.org/go/cue"

	"github.com/dominoc/dominoc/schema/shape"
	"github.com/dominoc/dominoc/schema/syntax"
	"github.com/dominoc/dominoc/schema/words"
)

// display is a value as a message names it.
func display(v cue.Value) string {
	switch v.IncompleteKind() {
	case cue.StructKind:
		return "a group of fields"
	case cue.ListKind:
		return "a list"
	case cue.NullKind:
		return "null (nothing)"
	}
	text := words.Clip(syntax.Written(v.Syntax(cue.Final())))
	if k := v.IncompleteKind(); k != cue.BottomKind && k&^cue.NumberKind == 0 {
		return "the number " + text
	}
	return text
}

// misfit is the sentence for a value that does not fit: the schema's own when
// it has one, else what the shape wants.
func misfit(s *shape.Shape, v cue.Value, sentence string) string {
	switch {
	case strings.HasPrefix(sentence, "not "):
		return words.Clip(display(v)) + " is " + sentence
	case strings.HasPrefix(sentence, "must be "):
		return sentence + ", not " + display(v)
	case sentence != "":
		return sentence
	case s.Kind == shape.Leaf && describe(s) != "" && !v.IsNull():
		return display(v) + " is not " + describe(s)
	case s.Kind == shape.Leaf && s.Pattern != "" && v.IncompleteKind() == cue.StringKind:
		return display(v) + " does not match " + s.Pattern
	}
	return "must be " + s.Want() + ", not " + display(v)
}

// describe is the comment of a named constraint as the end of the sentence
// "… is not …": "#CIDR is an IPv4 range." gives "an IPv4 range".
func describe(s *shape.Shape) string {
	first, _, _ := strings.Cut(s.Doc, ". ")
	rest, ok := strings.CutPrefix(strings.TrimSuffix(first, "."), s.Name+" is ")
	if !ok || len(s.Enum) > 0 {
		return ""
	}
	return rest
}
