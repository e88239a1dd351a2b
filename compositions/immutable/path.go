package immutable

import (
	"reflect"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// steps are the names of a field path, from the outside in, without indices of lists. A
// reference counts as the field that it fills in.
type steps []string

func (s steps) String() string { return strings.Join(s, ".") }

// under reports whether the path is that of names, or below it.
func (s steps) under(names ...string) bool {
	return len(s) >= len(names) && slices.Equal(s[:len(names)], names)
}

// parse reads a field path, with a reference as the field that it fills in.
func parse(path string) steps { return split(path).resolved() }

// Field returns the provider's field that a path of an object concerns, below
// forProvider or initProvider: vpcId for spec.forProvider.vpcIdRef.name. It is empty for
// other paths.
func Field(path string) string {
	steps := parse(path)
	if steps.under("spec", "forProvider") || steps.under("spec", "initProvider") {
		return steps[2:].String()
	}
	return ""
}

// split reads a field path.
func split(path string) steps {
	var out steps
	for _, step := range fieldpath.Parse(path) {
		if step.Name != "" {
			out = append(out, step.Name)
		}
	}
	return out
}

// resolved replaces a reference, and the steps below it, by the field that it fills in.
func (s steps) resolved() steps {
	for i, step := range s {
		if field, refers := filledIn(step); refers {
			return append(s[:i:i], field)
		}
	}
	return s
}

// filledIn returns the field that the provider fills in from a reference: vpcId for
// vpcIdRef, subnetIds for subnetIdRefs, securityGroups for securityGroupsRefs.
// principalArnFromRoleRef also names the source of the value.
func filledIn(step string) (field string, refers bool) {
	if one, ok := strings.CutSuffix(step, "Ref"); ok {
		return strings.TrimSuffix(one, "FromRole"), true
	}
	if many, ok := strings.CutSuffix(step, "Refs"); ok {
		return strings.TrimSuffix(many, "s") + "s", true
	}
	return step, false
}

// in returns the value at a path below a value, or the list of values if the path
// leads through a list.
func (s steps) in(value any) any {
	found := s.collect(value, nil)
	switch len(found) {
	case 0:
		return nil
	case 1:
		return found[0]
	}
	return found
}

func (s steps) collect(value any, found []any) []any {
	if len(s) == 0 {
		return append(found, value)
	}
	switch v := value.(type) {
	case map[string]any:
		for _, name := range []string{s[0], s[0] + "Ref", s[0] + "Refs", strings.TrimSuffix(s[0], "s") + "Refs"} {
			if below, there := v[name]; there {
				return s[1:].collect(below, found)
			}
		}
	case []any:
		for _, element := range v {
			found = s.collect(element, found)
		}
	}
	return found
}

func differ(a, b any) bool { return !reflect.DeepEqual(a, b) }
