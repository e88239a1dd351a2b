package health

import (
	"maps"
	"strings"
	"unicode"

	"github.com/dominoc/dominoc/compositions/ordered"
)

// Gate is a value that only AWS knows and that something waits for, and the
// object that makes it known.
type Gate struct {
	Field string  // path in the composite resource, such as status.cluster.endpoint
	From  *Object // nil when nothing that exists makes it known
	Place string  // of From in the tree, or of what will be it, such as cluster/cluster
}

// Words are the field for a reader: "cluster endpoint".
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

// Missing says which output is not known yet, and what it waits for.
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

// spelled writes words in lower case but for those that are abbreviations.
func spelled(text string) string {
	words := strings.Fields(text)
	for i, word := range words {
		if len(word) > 1 && word != strings.ToUpper(word) {
			words[i] = strings.ToLower(word)
		}
	}
	return strings.Join(words, " ")
}

// absent is a resource that a Composition has and that is not made yet, with the
// gates that keep it.
type absent struct {
	key   string
	gates []Gate
}

// absent are the resources of a composite that are not made yet.
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

// gate finds what makes a field of a composite known: down through the composite
// resources that only pass it on.
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

// exporter is the object among those that a composite makes that makes a field
// known, its key, and the object's own field. Without an object it is not made yet.
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

// Outputs are what an environment's status.outputs says, and the gates of what it
// does not say yet.
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

// repeated are the paths of the values in the spec's part of the outputs, which
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
