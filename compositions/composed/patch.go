package composed

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// writtenPatch is a patch as it stands in a Composition.
type writtenPatch struct {
	Type          string
	FromFieldPath string
	ToFieldPath   string
	Policy        policy
	Combine       *combine
	Transforms    []any
}

type policy struct{ FromFieldPath, ToFieldPath string }

type combine struct {
	Strategy  string
	Variables []struct{ FromFieldPath string }
	String    struct {
		Fmt string
	}
}

// patch puts a value of a source somewhere.
type patch struct {
	environment bool // reads the function's environment, not the composite
	optional    bool // does nothing where the source has no value
	merge       bool // beside what is there
	base64      bool // the text in base64
	format      string
	from        []place
	to          place
}

// place is where a value is read, or written.
type place struct {
	written string
	path    fieldpath.Path
}

func newPlace(path string) place { return place{path, fieldpath.Parse(path)} }

// asText is the transform of a number that is made known as text.
var asText = []any{map[string]any{"type": "convert", "convert": map[string]any{"toType": "string"}}}

// toBase64 is the transform of a text that AWS takes in base64.
var toBase64 = []any{map[string]any{"type": "string", "string": map[string]any{"type": "Convert", "convert": "ToBase64"}}}

// resourcePatches are those of a resource that bear on what is made. What makes a
// field of the observed resource known does not: before AWS has answered there is
// none.
func resourcePatches(written []writtenPatch) ([]patch, error) {
	var patches []patch
	for i, w := range written {
		switch {
		case w.ToFieldPath == "":
			return nil, w.unknown(i)
		case w.exports():
		case w.copies("FromCompositeFieldPath", "FromEnvironmentFieldPath"):
			patches = append(patches, patch{
				environment: strings.HasPrefix(w.Type, "FromEnvironment"), merge: w.merges(), base64: w.encodes(),
				from: []place{newPlace(w.FromFieldPath)}, to: newPlace(w.ToFieldPath),
			})
		case w.combines():
			patches = append(patches, w.text())
		default:
			return nil, w.unknown(i)
		}
	}
	return patches, nil
}

// environmentPatches are those that fill the function's environment. What goes on
// from there to the status nothing reads in the same run.
func environmentPatches(written []writtenPatch) ([]patch, error) {
	var patches []patch
	for i, w := range written {
		plain := w.is(writtenPatch{}) && w.FromFieldPath != "" && w.ToFieldPath != ""
		switch {
		case plain && w.Type == "FromCompositeFieldPath":
			patches = append(patches, patch{optional: true, from: []place{newPlace(w.FromFieldPath)}, to: newPlace(w.ToFieldPath)})
		case plain && w.Type == "ToCompositeFieldPath":
		default:
			return nil, w.unknown(i)
		}
	}
	return patches, nil
}

// is compares all but the type and the two paths of a patch.
func (w writtenPatch) is(want writtenPatch) bool {
	return w.Policy == want.Policy && reflect.DeepEqual(w.Combine, want.Combine) && reflect.DeepEqual(w.Transforms, want.Transforms)
}

func (w writtenPatch) exports() bool {
	return (w.Type == "ToCompositeFieldPath" || w.Type == "ToEnvironmentFieldPath") &&
		(w.is(writtenPatch{}) || w.is(writtenPatch{Transforms: asText}))
}

func (w writtenPatch) copies(types ...string) bool {
	for _, name := range types {
		if w.Type == name && w.FromFieldPath != "" {
			return w.is(writtenPatch{Policy: policy{FromFieldPath: "Required"}, Transforms: w.encoding()}) || w.merges()
		}
	}
	return false
}

func (w writtenPatch) merges() bool {
	return w.is(writtenPatch{Policy: policy{FromFieldPath: "Required", ToFieldPath: "MergeObjects"}})
}

// encoding is the transform into base64 where the patch has it.
func (w writtenPatch) encoding() []any {
	if w.encodes() {
		return toBase64
	}
	return nil
}

func (w writtenPatch) encodes() bool { return reflect.DeepEqual(w.Transforms, toBase64) }

// combines tells a text whose only verb is %s, one for each variable.
func (w writtenPatch) combines() bool {
	if w.Type != "CombineFromComposite" && w.Type != "CombineFromEnvironment" || w.Combine == nil {
		return false
	}
	rest := strings.ReplaceAll(w.Combine.String.Fmt, "%%", "")
	return w.FromFieldPath == "" && w.Combine.Strategy == "string" &&
		w.is(writtenPatch{Policy: policy{FromFieldPath: "Required"}, Combine: w.Combine, Transforms: w.encoding()}) &&
		strings.Count(rest, "%") == len(w.Combine.Variables) && strings.Count(rest, "%s") == len(w.Combine.Variables)
}

// unknown names a patch of a form that no Composition of ours has.
func (w writtenPatch) unknown(i int) error {
	var has strings.Builder
	fmt.Fprintf(&has, "type %q", w.Type)
	if w.Policy != (policy{}) {
		fmt.Fprintf(&has, ", policy %q and %q", w.Policy.FromFieldPath, w.Policy.ToFieldPath)
	}
	if w.Combine != nil {
		fmt.Fprintf(&has, ", a combination by %q of %d variables in %q", w.Combine.Strategy, len(w.Combine.Variables), w.Combine.String.Fmt)
	}
	if w.Transforms != nil {
		fmt.Fprintf(&has, ", transforms %v", w.Transforms)
	}
	return fmt.Errorf("patches[%d] of %s is of a form that dominoc does not write: %s", i, w.ToFieldPath, &has)
}

func (w writtenPatch) text() patch {
	p := patch{
		environment: w.Type == "CombineFromEnvironment",
		format:      w.Combine.String.Fmt,
		base64:      w.encodes(),
		to:          newPlace(w.ToFieldPath),
	}
	for _, variable := range w.Combine.Variables {
		p.from = append(p.from, newPlace(variable.FromFieldPath))
	}
	return p
}

// waits are the parts of the composite's status that the patch needs.
func (p patch) waits() []fieldpath.Path {
	var paths []fieldpath.Path
	for _, s := range p.from {
		if len(s.path) > 0 && s.path[0].Name == "status" {
			paths = append(paths, s.path)
		}
	}
	return paths
}

// apply patches an object.
func (p patch) apply(from sources, object map[string]any) error {
	values, err := p.values(from)
	if err != nil || values == nil {
		return err
	}
	value := fieldpath.Copy(values[0])
	switch {
	case p.format != "":
		if value, err = combined(p.format, p.from, values); err != nil {
			return err
		}
	case p.merge:
		present, _ := p.to.path.In(object)
		value = merged(present, value)
	}
	if p.base64 {
		text, isText := value.(string)
		if !isText {
			return fmt.Errorf("%s is %v, and only a text has base64", p.from[0].written, value)
		}
		value = base64.StdEncoding.EncodeToString([]byte(text))
	}
	if err := p.to.path.Set(object, value); err != nil {
		return fmt.Errorf("%s: %w", p.to.written, err)
	}
	return nil
}

// values are what the patch reads; nothing when there is none and it need not be.
func (p patch) values(from sources) ([]any, error) {
	read := from.composite
	if p.environment {
		read = from.environment
	}
	values := make([]any, len(p.from))
	for i, s := range p.from {
		value, there := s.path.In(read)
		if !there && p.optional {
			return nil, nil
		}
		if !there {
			return nil, fmt.Errorf("%s has no value, and Crossplane would not make the resource", s.written)
		}
		values[i] = value
	}
	return values, nil
}

// combined writes texts into a format. A number would not be written as a person
// expects, so that none stands in a text of ours.
func combined(format string, from []place, values []any) (any, error) {
	for i, value := range values {
		if _, isText := value.(string); !isText {
			return nil, fmt.Errorf("%s is %v, and only a text can stand in a text", from[i].written, value)
		}
	}
	return fmt.Sprintf(format, values...), nil
}

// merged adds to an object the fields of another that it does not have; where one
// of the two is none, the other one counts.
func merged(present, added any) any {
	into, isObject := present.(map[string]any)
	from, areFields := added.(map[string]any)
	switch {
	case present == nil:
		return added
	case !isObject || !areFields:
		return present
	}
	for name, value := range from {
		into[name] = merged(into[name], value)
	}
	return into
}
