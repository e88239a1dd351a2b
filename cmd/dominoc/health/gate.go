package health

import (
	"maps"
	"strings"
	"unicode"

	"github.com/dominoc/dominoc/compositions/ordered"
)

// Gate is a value that only AWS knows and that a resource waits for, with the object that
// has it.
type Gate struct {
	Field string  // path in the composite resource, such as status.cluster.endpoint
	From  *Object // nil if the object does not exist yet
	Place string  // of From in the tree, such as cluster/cluster
}

// Words returns the field for a reader: "cluster endpoint".
func (g Gate) Words() string {
	path := strings.TrimPrefix(strings.TrimPrefix(g.Field, "status."), "spec.")
	var out strings.Builder
	lower := false
	for _, r := range path {
		switch {
		case r == '.' || r == '[' || r == ']':
			r, lower = ' ', false
		case unicode.IsUpper(r) && lower:
			out.WriteByte(' ')
			lower = false
		default:
			lower = unicode.IsLower(r)
		}
		out.WriteRune(r)
	}
	return spelled(out.String())
}

// Missing returns the text about an output that is not known yet, and what it waits for.
func (g Gate) Missing() string {
	field := strings.TrimPrefix(g.Field, "status.outputs.")
	switch {
	case g.Place == "":
		return field
	case g.From == nil:
		return field + ": waits for " + g.Place + ", which is not made yet"
	}
	return field + ": waits for " + g.Place + " (" + g.From.Kind + " " + g.From.Name + ")"
}

// spelled returns words in lower case, except abbreviations.
func spelled(text string) string {
	words := strings.Fields(text)
	for i, word := range words {
		if len(word) > 1 && word != strings.ToUpper(word) {
			words[i] = strings.ToLower(word)
		}
	}
	return strings.Join(words, " ")
}

// absent is a resource of a Composition that is not made yet, with the gates that it
// waits for.
type absent struct {
	key   string
	gates []Gate
}

// absent returns the resources of a composite that are not made yet.
func (e *Environment) absent(o *Object) []absent {
	templates := e.templates(o)
	for _, child := range o.Children {
		delete(templates, child.Key())
	}
	var out []absent
	for key, template := range ordered.All(templates) {
		a := absent{key: key}
		for _, field := range template.needs {
			if o.field(field) == nil {
				a.gates = append(a.gates, e.gate(o, field))
			}
		}
		out = append(out, a)
	}
	return out
}

// gate finds the object that has the value of a composite's field. It descends through
// the composite resources that only pass the value on.
func (e *Environment) gate(o *Object, field string) Gate {
	g := Gate{Field: field}
	for inner := field; ; {
		child, key, from := e.exporter(o, inner)
		if key == "" {
			return g
		}
		g.From, g.Place = child, joined(g.Place, key)
		if child == nil || !child.Composite() {
			return g
		}
		o, inner = child, from
	}
}

// exporter returns the object below a composite that exports one of its fields, the
// object's key, and its field; no object if it is not made yet.
func (e *Environment) exporter(o *Object, field string) (child *Object, key, from string) {
	for name, template := range ordered.All(e.templates(o)) {
		if path, ok := template.exports[field]; ok {
			key, from = name, path
		}
	}
	for _, c := range o.Children {
		if key != "" && c.Key() == key && c.Content != nil {
			child = c
		}
	}
	return child, key, from
}

func joined(place, key string) string { return strings.TrimPrefix(place+"/"+key, "/") }

// Outputs returns an environment's status.outputs, and the gates of the values that it does
// not have yet.
func (e *Environment) Outputs() (outputs map[string]any, missing []Gate) {
	outputs, _ = e.Root.field("status.outputs").(map[string]any)
	exported := map[string]string{}
	for _, t := range e.templates(e.Root) {
		maps.Copy(exported, t.exports)
	}
	for field := range ordered.All(exported) {
		if strings.HasPrefix(field, "status.outputs.") && e.Root.field(field) == nil {
			missing = append(missing, e.gate(e.Root, field))
		}
	}
	for _, field := range repeated(e.Root.field("spec.outputs"), "status.outputs") {
		if e.Root.field(field) == nil {
			missing = append(missing, Gate{Field: field})
		}
	}
	return outputs, missing
}

// repeated returns the paths of the values in the spec's part of the outputs, which
// Crossplane repeats in the status.
func repeated(value any, path string) []string {
	fields, ok := value.(map[string]any)
	if !ok {
		return []string{path}
	}
	var out []string
	for name, field := range ordered.All(fields) {
		out = append(out, repeated(field, path+"."+name)...)
	}
	return out
}
