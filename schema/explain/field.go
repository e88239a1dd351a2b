package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/shape"
)

// field is what the schema says of a field.
type field struct {
	path     string
	doc      string // its comment
	kind     string // what may be written there, in words
	means    string // what the named constraint says of the value
	pattern  string // what a text must match
	def      string // the default, as CUE writes it
	required bool
	rules    []shape.Rule
	fields   []*field // one level below
}

// gitOps begins the paths of what is written in environments/gitops.
const gitOps = "gitops"

// fieldAt is what the schema says of a path such as pools.default.size. The empty path
// is the environment.
func fieldAt(path string) (*field, error) {
	p, err := parsePath(path)
	if err != nil {
		return nil, err
	}
	definition, p := definitionOf(p)
	root := shape.Read().Roots[definition]
	if full, found := endingIn(root, p); found {
		path, p = full.String(), full
	}
	s, in, general, err := descend(root, p)
	if err != nil {
		return nil, err
	}
	x := newField(strings.ReplaceAll(path, `"*"`, "*"), s, in)
	for _, r := range shape.Read().Rules[definition] {
		if same(r.Path, general) || same(strings.TrimSuffix(r.Path, shape.RuleIndex), general) ||
			same(strings.TrimSuffix(r.Path, "."+shape.RuleName), general) {
			x.rules = append(x.rules, r)
		}
	}
	x.fields = fieldsOf(s)
	return x, nil
}

// same compares the path of a rule with another one by their names; a name that varies
// is any. A rule whose path begins so is of values of one kind anywhere, and of no field.
func same(rule, path string) bool {
	return !strings.HasPrefix(rule, shape.Varies) &&
		slices.EqualFunc(strings.Split(rule, "."), strings.Split(path, "."), func(a, b string) bool { return a == b || a == shape.Varies })
}

// messages are the rules of the schema that report a code; none for a code that another
// stage reports.
func messages(code string) []shape.Rule {
	var all []shape.Rule
	for _, definition := range []string{shape.Environment, shape.GitOps} {
		for _, r := range shape.Read().Rules[definition] {
			if r.Code == code {
				all = append(all, r)
			}
		}
	}
	return all
}

// definitionOf is the definition that a path is about, and the path in it.
func definitionOf(p diag.Path) (string, diag.Path) {
	if len(p) > 0 && p[0] == gitOps {
		return shape.GitOps, p[1:]
	}
	return shape.Environment, p
}

// completePath are the paths that begin as begun does, one level deep.
func completePath(begun string) []string {
	group := begun[:max(0, strings.LastIndexByte(begun, '.'))]
	p, err := parsePath(group)
	if err != nil {
		return nil
	}
	definition, p := definitionOf(p)
	s, _, _, err := descend(shape.Read().Roots[definition], p)
	if err != nil {
		return nil
	}
	names := s.Members()
	if group == "" {
		names = append(names, gitOps)
	}
	var all []string
	for _, name := range names {
		if full := strings.TrimPrefix(group+"."+name, "."); strings.HasPrefix(full, begun) {
			all = append(all, full)
		}
	}
	return all
}

// parsePath reads a path in which * is any name, and [*] any element.
func parsePath(path string) (diag.Path, error) {
	p, ok := diag.ParsePath(strings.ReplaceAll(path, "[*]", "[0]"))
	if !ok {
		return nil, fmt.Errorf("%q is not a path such as pools.default.size", path)
	}
	return p, nil
}

// endingIn finds the path in the shape that ends as p does, where p does not begin
// at its top and there is just one such field.
func endingIn(s *shape.Shape, p diag.Path) (diag.Path, bool) {
	if len(p) == 0 {
		return nil, false
	}
	if at, _ := s.Child(p[0]); at != nil {
		return nil, false
	}
	found := endings(s, p, nil)
	if len(found) != 1 {
		return nil, false
	}
	return found[0], true
}

// endings are the paths below at that end as p does; the names of maps are "*".
func endings(s *shape.Shape, p, at diag.Path) []diag.Path {
	var all []diag.Path
	for _, f := range s.Fields {
		if f.Name == p[0] {
			if _, _, _, err := descend(f.Shape, p[1:]); err == nil {
				all = append(all, at.Child(p...))
				continue
			}
		}
		all = append(all, endings(f.Shape, p, at.Child(f.Name))...)
	}
	for _, o := range s.Options {
		all = append(all, endings(o, p, at)...)
	}
	switch s.Kind {
	case shape.Names:
		all = append(all, endings(s.Elem, p, at.Child("*"))...)
	case shape.List:
		all = append(all, endings(s.Elem, p, at)...)
	}
	return all
}

// descend finds the shape at a path. general is the path as rules have it.
func descend(s *shape.Shape, p diag.Path) (at *shape.Shape, in *shape.Field, general string, err error) {
	at = s
	for i, name := range p {
		if _, isIndex := diag.IndexOf(name); at.Kind == shape.List && !isIndex && at.Elem.Kind != shape.Leaf {
			general, at = general+shape.RuleIndex, at.Elem // the field of an element, whichever
		}
		next, f := at.Child(name)
		if next == nil {
			return nil, nil, "", unknown(at, p[:i], name)
		}
		switch at.Kind {
		case shape.List:
			general += shape.RuleIndex
		case shape.Names:
			general += "." + shape.RuleName
		default:
			general += "." + name
		}
		at, in = next, f
	}
	return at, in, strings.TrimPrefix(general, "."), nil
}

// unknown is the error of a name that the shape at a path does not have.
func unknown(s *shape.Shape, above diag.Path, name string) error {
	where := above.String()
	switch {
	case len(above) > 0:
	case s == shape.Read().Roots[shape.GitOps]:
		where = gitOps
	default:
		where = "the environment"
	}
	members := s.Members()
	if i, ok := diag.IndexOf(name); ok {
		return fmt.Errorf("%s is not a list: it has no element %d", where, i)
	}
	if len(members) == 0 {
		return fmt.Errorf("%s has no fields", where)
	}
	if ends := endings(s, diag.Path{name}, nil); len(above) == 0 && len(ends) > 0 {
		var all []string
		for _, end := range ends[:min(5, len(ends))] {
			all = append(all, strings.ReplaceAll(end.String(), `"*"`, "*"))
		}
		return fmt.Errorf("%s has no field %q; did you mean %s?", where, name, strings.Join(all, " or "))
	}
	if near := diag.Nearest(name, members); near != "" {
		return fmt.Errorf("%s has no field %q; did you mean %q?", where, name, near)
	}
	return fmt.Errorf("%s has no field %q; it has %s", where, name, strings.Join(members, ", "))
}

func newField(path string, s *shape.Shape, in *shape.Field) *field {
	x := &field{path: path, kind: kindInWords(s), pattern: s.Pattern, def: s.Default}
	if in != nil {
		x.doc, x.required, x.means = in.Doc, in.Required, means(s)
		return x
	}
	x.doc = strings.Replace(s.Doc, "#EnvironmentShape", "An environment", 1)
	x.doc = strings.Replace(x.doc, "#GitOpsShape", "GitOps", 1)
	return x
}

// kindInWords is what may be written, and what the elements of lists and maps are.
func kindInWords(s *shape.Shape) string {
	switch s.Kind {
	case shape.List:
		return "list of: " + kindInWords(s.Elem)
	case shape.Names:
		return "named fields, each: " + kindInWords(s.Elem)
	}
	return s.Want()
}

// means is what the named constraint of a value says, its own or that of its elements.
func means(s *shape.Shape) string {
	for s.Elem != nil && s.Kind != shape.Leaf {
		s = s.Elem
	}
	if s.Kind != shape.Leaf {
		return ""
	}
	return strings.TrimPrefix(s.Doc, "#")
}

// fieldsOf are the fields one level below a shape, or below its elements.
func fieldsOf(s *shape.Shape) []*field {
	for s.Elem != nil {
		s = s.Elem
	}
	var all []*field
	for _, f := range s.Fields {
		all = append(all, newField(f.Name, f.Shape, f))
	}
	for _, o := range s.Options {
		all = append(all, fieldsOf(o)...)
	}
	return all
}

// String is the explanation for a person, in lines.
func (x *field) String() string {
	var b strings.Builder
	title := x.path
	if title == "" {
		title = "environment"
	}
	fmt.Fprintf(&b, "%s\n    %s\n", title, x.summary())
	for _, text := range []string{x.doc, x.means} {
		if text != "" {
			fmt.Fprintf(&b, "\n%s\n", text)
		}
	}
	if len(x.rules) > 0 {
		b.WriteString("\nRules\n")
	}
	for _, r := range x.rules {
		fmt.Fprintf(&b, "    %s: %s\n", r.Code, r.Text)
	}
	if len(x.fields) > 0 {
		b.WriteString("\nFields\n")
	}
	for _, f := range x.fields {
		fmt.Fprintf(&b, "    %s\n        %s\n        %s\n", f.path, f.summary(), f.doc)
	}
	return b.String()
}

// summary is the field's kind, need and default on one line.
func (x *field) summary() string {
	s := x.kind
	if x.pattern != "" {
		s += " matching " + x.pattern
	}
	if x.required {
		s += "; required"
	}
	if x.def != "" {
		s += "; default " + x.def
	}
	return s
}
