package diff

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/plan"
)

// composer is the prefix of the field managers by which Crossplane applies composed
// resources.
const composer = "apiextensions.crossplane.io/composed/"

// Applied returns an object of a management cluster as Crossplane applied it: without
// the fields that the provider filled in, which are not differences. It keeps the status
// and the name in AWS. An object that Crossplane did not apply is returned unchanged.
func Applied(object map[string]any) map[string]any {
	managers, _ := fieldpath.At(object, "metadata", "managedFields").([]any)
	owned := map[string]any{}
	for _, m := range managers {
		if strings.HasPrefix(fieldpath.Text(m, "manager"), composer) && fieldpath.Text(m, "subresource") == "" {
			merge(owned, fieldpath.At(m, "fieldsV1"))
		}
	}
	if len(owned) == 0 {
		return object
	}
	out := map[string]any{"apiVersion": object["apiVersion"], "kind": object["kind"], "status": object["status"]}
	out["spec"] = part(object["spec"], owned["f:spec"])
	out["metadata"] = map[string]any{
		"name":        fieldpath.At(object, "metadata", "name"),
		"namespace":   fieldpath.At(object, "metadata", "namespace"),
		"annotations": part(fieldpath.At(object, "metadata", "annotations"), fieldpath.At(owned, "f:metadata", "f:annotations")),
	}
	return withAWSName(out, awsName(object))
}

// neverMade reports whether AWS never created the resource of an object in the
// management cluster: AWS refused it, and no id is known.
func neverMade(before, after Resource) bool {
	return before.Refused && !hasID(before.Object, after.Object)
}

// hasID reports whether the old or the new state has an id that AWS chose. A name that
// is chosen before the creation is not such an id.
func hasID(before, after map[string]any) bool {
	rule, _ := externalname.Of(shortKind(kindOf(before)))
	chosen := rule.Namer == externalname.Us || rule.Namer == externalname.Fields
	return !chosen && (awsName(before) != "" || awsName(after) != "")
}

// merge adds the fields of one manager to those of others.
func merge(into map[string]any, fields any) {
	m, _ := fields.(map[string]any)
	for name, below := range m {
		inner, ok := into[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			into[name] = inner
		}
		merge(inner, below)
	}
}

// part returns the part of a value that a manager's fields cover, in the notation of
// managed fields: f: a field, k: an element by its keys, v: an element of a set. Without
// any of these the whole value is owned.
func part(value, fields any) any {
	owned, _ := fields.(map[string]any)
	if len(owned) == 0 {
		return value
	}
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			if below, ours := owned["f:"+name]; ours {
				out[name] = part(inner, below)
			}
		}
		return out
	case []any:
		out := []any{}
		for _, element := range v {
			if below, ours := ownedElement(element, owned); ours {
				out = append(out, part(element, below))
			}
		}
		return out
	}
	return value
}

func ownedElement(element any, owned map[string]any) (below any, ours bool) {
	for name, below := range owned {
		if value, set := strings.CutPrefix(name, "v:"); set && value == canonical(element) {
			return nil, true
		}
		if keys, keyed := strings.CutPrefix(name, "k:"); keyed && hasKeys(element, keys) {
			return below, true
		}
	}
	return nil, false
}

func hasKeys(element any, keys string) bool {
	var want map[string]any
	if json.Unmarshal([]byte(keys), &want) != nil {
		return false
	}
	for name, value := range want {
		if plain(fieldpath.At(element, name)) != plain(value) {
			return false
		}
	}
	return true
}

// filled returns a future state in which unknown values are those of the present state:
// a management cluster knows them.
func filled(after, before any) any {
	switch a := after.(type) {
	case map[string]any:
		b, _ := before.(map[string]any)
		out := make(map[string]any, len(a))
		for name, inner := range a {
			out[name] = filled(inner, b[name])
		}
		return out
	case []any:
		b, _ := before.([]any)
		out := slices.Clone(a)
		for i := range out {
			if i < len(b) {
				out[i] = filled(out[i], b[i])
			}
		}
		return out
	case string:
		if b, ok := before.(string); ok && covers(a, b) {
			return b
		}
	}
	return after
}

// covers reports whether a text matches a pattern with unknown parts. Both may be
// base64, like user data, which contains the cluster's address.
func covers(pattern, s string) bool {
	if inside, ok := decodedText(pattern); ok && strings.Contains(inside, plan.Unknown) {
		text, ok := decodedText(s)
		return ok && covers(inside, text)
	}
	parts := strings.Split(pattern, plan.Unknown)
	if len(parts) == 1 || !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return strings.HasSuffix(s, parts[len(parts)-1])
}
