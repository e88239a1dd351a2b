package load

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/dominoc/dominoc/schema/diag"
)

// NoField is the error of a path that the schema does not have.
type NoField struct{ reason string }

func (e *NoField) Error() string { return e.reason }

func noField(format string, args ...any) error {
	return &NoField{fmt.Sprintf(format, args...)}
}

// Explanation is what the schema says of a field.
type Explanation struct {
	Path     string
	Doc      string // its comment
	Kind     string // what may stand there, in words
	Means    string // what the named constraint says of the value
	Pattern  string // what a text must match
	Default  string // as CUE writes it
	Required bool
	Rules    []Rule
	Fields   []Explanation // one level below
}

// Rule is a rule that may find fault with a field.
type Rule struct {
	Code string // of the diagnostic
	Path string // of what it blames: the field, or something in it
	Text string // what it says, "…" for what depends on the environment
}

// Explain says what the schema says of a path such as pools.default.size. The
// empty path is the environment; gitops and what is below it is what stands in
// environments/gitops.
func Explain(path string) (*Explanation, error) {
	schema, err := theShape()
	if err != nil {
		return nil, err
	}
	p, err := parsePath(path)
	if err != nil {
		return nil, err
	}
	root, definition, p := schema.explained(p)
	if full, found := root.endingIn(p); found {
		path, p = full.String(), full
	}
	s, in, general, err := root.descend(p)
	if err != nil {
		return nil, err
	}
	x := explain(strings.ReplaceAll(path, `"*"`, "*"), s, in)
	rules, err := schema.rules(definition)
	if err != nil {
		return nil, err
	}
	x.Rules = rulesAt(rules, general)
	x.Fields = s.explainFields()
	return x, nil
}

// RulesOf returns the rules of the schema that report a code; none for a code that
// another stage reports.
func RulesOf(code string) ([]Rule, error) {
	rules, err := rulesByCode()
	return rules[code], err
}

// rulesByCode are the rules of all definitions, read once.
var rulesByCode = sync.OnceValues(func() (map[string][]Rule, error) {
	schema, err := theShape()
	if err != nil {
		return nil, err
	}
	byCode := map[string][]Rule{}
	for _, definition := range []string{environment, gitOps} {
		rules, err := schema.rules(definition)
		if err != nil {
			return nil, err
		}
		for _, r := range rules {
			byCode[r.Code] = append(byCode[r.Code], r)
		}
	}
	return byCode, nil
})

// explained is the shape that a path is about, its definition, and the path in it.
func (k *known) explained(p diag.Path) (root *shape, definition string, below diag.Path) {
	if len(p) > 0 && p[0] == gitOpsPackage {
		return k.gitOps, gitOps, p[1:]
	}
	return k.root, environment, p
}

// CompletePath are the paths that begin as begun does, one level deep.
func CompletePath(begun string) []string {
	schema, err := theShape()
	if err != nil {
		return nil
	}
	group := ""
	if i := strings.LastIndexByte(begun, '.'); i >= 0 {
		group = begun[:i]
	}
	p, err := parsePath(group)
	if err != nil {
		return nil
	}
	root, _, p := schema.explained(p)
	s, _, _, err := root.descend(p)
	if err != nil {
		return nil
	}
	names := s.members()
	if group == "" {
		names = append(names, gitOpsPackage)
	}
	var all []string
	for _, name := range names {
		if full := strings.TrimPrefix(group+"."+name, "."); strings.HasPrefix(full, begun) {
			all = append(all, full)
		}
	}
	return all
}

// parsePath reads a path as CUE writes it, but for names that CUE wants in quotes:
// they need none, and * is any name or any element.
func parsePath(path string) (diag.Path, error) {
	p, ok := pathOf(path)
	if !ok {
		p, ok = pathOf(quotedPath(path))
	}
	if !ok {
		return nil, noField("%q is not a path such as pools.default.size", path)
	}
	return p, nil
}

// bareName is a name in a path that CUE wants in quotes.
var bareName = regexp.MustCompile(`(^|\.)([\w-]*-[\w-]*|\*)`)

// quotedPath puts such names in quotes.
func quotedPath(path string) string {
	path = strings.ReplaceAll(path, "[*]", "[0]")
	for before := ""; before != path; {
		before, path = path, bareName.ReplaceAllString(path, `$1"$2"`)
	}
	return path
}

// endingIn finds the path in the shape that ends as p does, where p does not begin
// at its top and there is just one such field.
func (s *shape) endingIn(p diag.Path) (diag.Path, bool) {
	if len(p) == 0 {
		return nil, false
	}
	if at, _ := s.child(p[0]); at != nil {
		return nil, false
	}
	found := s.endings(p, nil)
	if len(found) != 1 {
		return nil, false
	}
	return found[0], true
}

// endings are the paths below at that end as p does; the names of maps are "*".
func (s *shape) endings(p, at diag.Path) []diag.Path {
	var all []diag.Path
	for _, f := range s.fields {
		if f.name == p[0] {
			if _, _, _, err := f.shape.descend(p[1:]); err == nil {
				all = append(all, at.Child(p...))
				continue
			}
		}
		all = append(all, f.shape.endings(p, at.Child(f.name))...)
	}
	for _, o := range s.options {
		all = append(all, o.endings(p, at)...)
	}
	switch s.kind {
	case names:
		all = append(all, s.elem.endings(p, at.Child("*"))...)
	case list:
		all = append(all, s.elem.endings(p, at)...)
	}
	return all
}

// descend finds the shape at a path. general is the path with anyName and
// anyIndex in it, as rules have it.
func (s *shape) descend(p diag.Path) (at *shape, in *field, general string, err error) {
	at = s
	for i, name := range p {
		if _, isIndex := diag.IndexOf(name); at.kind == list && !isIndex && at.elem.kind != leaf {
			general, at = join(general, anyIndex), at.elem // the field of an element, whichever
		}
		next, f := at.child(name)
		if next == nil {
			return nil, nil, "", at.unknown(p[:i], name)
		}
		switch at.kind {
		case names:
			name = anyName
		case list:
			name = anyIndex
		}
		general = join(general, name)
		at, in = next, f
	}
	return at, in, general, nil
}

func (s *shape) unknown(above diag.Path, name string) error {
	where := above.String()
	switch {
	case len(above) > 0:
	case s.name == gitOpsShape:
		where = gitOpsPackage
	default:
		where = "the environment"
	}
	members := s.members()
	if i, ok := diag.IndexOf(name); ok {
		return noField("%s is not a list: it has no element %d", where, i)
	}
	if len(members) == 0 {
		return noField("%s has no fields", where)
	}
	if ends := s.endings(diag.Path{name}, nil); len(above) == 0 && len(ends) > 0 {
		var all []string
		for _, end := range ends[:min(5, len(ends))] {
			all = append(all, strings.ReplaceAll(end.String(), `"*"`, "*"))
		}
		return noField("%s has no field %q; did you mean %s?", where, name, strings.Join(all, " or "))
	}
	if near := diag.Nearest(name, members); near != "" {
		return noField("%s has no field %q; did you mean %q?", where, name, near)
	}
	return noField("%s has no field %q; it has %s", where, name, strings.Join(members, ", "))
}

// members are the names of a group's fields, of every option where there are
// several.
func (s *shape) members() []string {
	all := s.fieldNames()
	for _, o := range s.options {
		all = append(all, o.members()...)
	}
	return all
}

func explain(path string, s *shape, in *field) *Explanation {
	x := &Explanation{Path: path, Doc: title(s.doc), Kind: s.kindInWords(), Pattern: s.pattern, Default: s.def}
	if in != nil {
		x.Doc, x.Required = in.doc, in.required
		x.Means = s.means()
	}
	return x
}

// title is the comment of a shape, which begins with what a person calls it.
func title(doc string) string {
	doc = strings.Replace(doc, rootShape, "An environment", 1)
	return strings.Replace(doc, gitOpsShape, "GitOps", 1)
}

// kindInWords is want, and what the elements of lists and maps are.
func (s *shape) kindInWords() string {
	switch s.kind {
	case list:
		return "list of: " + s.elem.kindInWords()
	case names:
		return "named fields, each: " + s.elem.kindInWords()
	}
	return s.want()
}

// means is what the named constraint of a value says, its own or that of its
// elements.
func (s *shape) means() string {
	if s.kind == leaf {
		return strings.TrimPrefix(s.doc, "#")
	}
	if s.elem != nil {
		return s.elem.means()
	}
	return ""
}

func (s *shape) explainFields() []Explanation {
	for s.elem != nil {
		s = s.elem
	}
	var all []Explanation
	for _, f := range s.fields {
		all = append(all, *explain(f.name, f.shape, f))
	}
	for _, o := range s.options {
		all = append(all, o.explainFields()...)
	}
	return all
}

// rulesAt are the rules that find fault with the field at a path, or with an
// element of it.
func rulesAt(rules []Rule, path string) []Rule {
	return slices.DeleteFunc(rules, func(r Rule) bool {
		return !same(r.Path, path) && !same(strings.TrimSuffix(r.Path, anyIndex), path) &&
			!same(strings.TrimSuffix(r.Path, "."+anyName), path)
	})
}

// same compares two paths by their names; one that varies is any. A rule whose
// path begins so is of values of one kind anywhere, and of no field.
func same(rule, path string) bool {
	if strings.HasPrefix(rule, varies) {
		return false
	}
	a, b := strings.Split(rule, "."), strings.Split(path, ".")
	return slices.EqualFunc(a, b, func(x, y string) bool { return x == y || x == varies })
}

// String is the explanation for a person, in lines.
func (x *Explanation) String() string {
	var b strings.Builder
	title := x.Path
	if title == "" {
		title = Package
	}
	fmt.Fprintf(&b, "%s\n    %s\n", title, x.summary())
	for _, text := range []string{x.Doc, x.Means} {
		if text != "" {
			fmt.Fprintf(&b, "\n%s\n", text)
		}
	}
	if len(x.Rules) > 0 {
		b.WriteString("\nRules\n")
	}
	for _, r := range x.Rules {
		fmt.Fprintf(&b, "    %s: %s\n", r.Code, r.Text)
	}
	if len(x.Fields) > 0 {
		b.WriteString("\nFields\n")
	}
	for _, f := range x.Fields {
		fmt.Fprintf(&b, "    %s\n        %s\n        %s\n", f.Path, f.summary(), f.Doc)
	}
	return b.String()
}

// summary is the field's kind, need and default on one line.
func (x *Explanation) summary() string {
	s := x.Kind
	if x.Pattern != "" {
		s += " matching " + x.Pattern
	}
	if x.Required {
		s += "; required"
	}
	if x.Default != "" {
		s += "; default " + x.Default
	}
	return s
}
