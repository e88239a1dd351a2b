package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// definitions reports definitions that accept less than before: the API server drops
// unknown fields from existing objects, and refuses the next change of an invalid
// object.
func (c sharedComparison) definitions() {
	for _, change := range c.changes {
		if change.Kind != kindDefinition || change.old == nil || change.new == nil { // a removed one stays: nothing prunes it
			continue
		}
		if lost := narrowed(change.old, change.new); len(lost) > 0 {
			c.report(Danger{
				Code: definitionNarrowed, Subject: change.Key, Message: "accepts less than before: " + firstOf(lost),
				Instead: leftOut("keep what was released; a version of an XRD only grows"),
				facts:   []any{lost},
			})
		}
	}
}

// narrowed lists what a definition of composite resources no longer accepts.
func narrowed(before, after map[string]any) []string {
	n := narrowing{}
	for _, path := range [][]string{{"spec", "scope"}, {"spec", "group"}, {"spec", "names", "kind"}, {"spec", "names", "plural"}} {
		if old, now := fieldpath.Text(before, path...), fieldpath.Text(after, path...); old != now {
			n.add(path[len(path)-1], fmt.Sprintf("is %s, was %s", cmp.Or(now, "nothing"), cmp.Or(old, "nothing")))
		}
	}
	served := versionsOf(after)
	for name, version := range versionsOf(before) {
		old, now := schemaOf(version), schemaOf(served[name])
		switch {
		case served[name] == nil:
			n.add("version", name)
		case old != nil && now == nil:
			n.add("schema of version", name)
		case old != nil:
			n.compare("", old, now)
		}
	}
	return slices.Sorted(slices.Values(n))
}

// firstOf names the first few texts.
func firstOf(all []string) string {
	const most = 4
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
}

// versionsOf returns the served versions of a definition, by name.
func versionsOf(definition map[string]any) map[string]any {
	all := map[string]any{}
	list, _ := fieldpath.At(definition, "spec", "versions").([]any)
	for _, v := range list {
		if fieldpath.At(v, "served") == true {
			all[fieldpath.Text(v, "name")] = v
		}
	}
	return all
}

// schemaOf returns the schema of a version, or nil.
func schemaOf(version any) schema {
	s, _ := fieldpath.At(version, "schema", "openAPIV3Schema").(map[string]any)
	return s
}

// schema is an OpenAPI v3 schema as Kubernetes accepts it.
type schema map[string]any

// anything is the schema that accepts every value.
var anything = schema{"x-kubernetes-preserve-unknown-fields": true}

// isAnything reports whether a schema accepts every value.
func (s schema) isAnything() bool {
	for keyword := range s {
		if keyword != "description" && keyword != "x-kubernetes-preserve-unknown-fields" {
			return false
		}
	}
	return s.has("x-kubernetes-preserve-unknown-fields")
}

// has reports whether a keyword is true.
func (s schema) has(keyword string) bool { return s[keyword] == true }

// below returns the schema at a keyword, or nil.
func (s schema) below(keywords ...string) schema {
	inner, _ := fieldpath.At(map[string]any(s), keywords...).(map[string]any)
	return inner
}

func (s schema) list(keyword string) []any {
	list, _ := s[keyword].([]any)
	return list
}

// unnamed returns the schema of keys that properties do not name, or nil if such keys
// are not accepted.
func (s schema) unnamed() schema {
	if inner := s.below("additionalProperties"); inner != nil {
		return inner
	}
	if s.has("additionalProperties") || s.has("x-kubernetes-preserve-unknown-fields") {
		return anything
	}
	return nil
}

// types returns the types of the values that a schema accepts, nil for all types.
func (s schema) types() []string {
	switch kind := fieldpath.Text(s["type"]); {
	case s.has("x-kubernetes-int-or-string"):
		return []string{"integer", "string"}
	case kind == "number":
		return []string{"number", "integer"}
	case kind != "":
		return []string{kind}
	}
	return nil
}

// unsupplied returns the properties that the user must give: the API server fills in
// defaults before it checks required properties.
func (s schema) unsupplied() []any {
	return slices.DeleteFunc(slices.Clone(s.list("required")), func(name any) bool {
		return s.below("properties", fieldpath.Text(name))["default"] != nil
	})
}

// narrowing collects where a schema accepts less than another. Changed patterns, rules
// and formats count as less, because they cannot be compared.
type narrowing []string

func (n *narrowing) add(path, what string) {
	*n = append(*n, strings.TrimSpace(strings.TrimPrefix(path, ".")+" "+what))
}

// compare walks two schemas. It stops at a value of another type.
func (n *narrowing) compare(path string, before, after schema) {
	if after.isAnything() || !n.sameTypes(path, before, after) {
		return
	}
	n.values(path, before, after)
	n.bounds(path, before, after)
	n.rules(path, before, after)
	n.properties(path, before, after)
	n.elements(path, before, after)
}

// sameTypes reports whether all types are still accepted.
func (n *narrowing) sameTypes(path string, before, after schema) bool {
	old, now := before.types(), after.types()
	switch {
	case now == nil && old == nil:
		return true
	case now == nil:
		n.add(path, "has no type, was "+old[0])
	case old == nil:
		n.add(path, fmt.Sprintf("accepts %s only", strings.Join(now, " or ")))
	case slices.ContainsFunc(old, func(kind string) bool { return !slices.Contains(now, kind) }):
		n.add(path, fmt.Sprintf("is %s, was %s", strings.Join(now, " or "), strings.Join(old, " or ")))
	default:
		return true
	}
	return false
}

// properties compares the accepted and the required keys of objects.
func (n *narrowing) properties(path string, before, after schema) {
	was, is := before.unnamed(), after.unnamed()
	named, now := before.below("properties"), after.below("properties")
	for _, name := range union(named, now) {
		old, inner := named.below(name), now.below(name)
		switch {
		case old == nil && was == nil: // a new field
		case inner == nil && is == nil:
			n.add(path+"."+name, "is removed")
		default:
			n.compare(path+"."+name, or(old, was), or(inner, is))
		}
	}
	if was != nil && is == nil {
		n.add(path, "accepts no further keys")
	} else if was != nil {
		n.compare(path+".*", was, is)
	}
	for _, name := range without(after.unsupplied(), before.unsupplied()) {
		n.add(path+"."+fieldpath.Text(name), "is required")
	}
	if !before.has("x-kubernetes-embedded-resource") && after.has("x-kubernetes-embedded-resource") {
		n.add(path, "must be a Kubernetes object")
	}
}

// or returns the first schema that is not nil.
func or(s, other schema) schema {
	if s != nil {
		return s
	}
	return other
}

// elements compares lists.
func (n *narrowing) elements(path string, before, after schema) {
	if before["items"] != nil || after["items"] != nil {
		n.compare(path+"[]", or(before.below("items"), anything), or(after.below("items"), anything))
	}
	switch now, old := fieldpath.Text(after["x-kubernetes-list-type"]), fieldpath.Text(before["x-kubernetes-list-type"]); {
	case now == "set" && old != "set" && old != "map":
		n.add(path, "accepts no duplicate elements")
	case now == "map" && (old != "map" || len(without(before.list("x-kubernetes-list-map-keys"), after.list("x-kubernetes-list-map-keys"))) > 0):
		n.add(path, fmt.Sprintf("accepts no two elements with the same %s", listed(after.list("x-kubernetes-list-map-keys"))))
	}
}

// values compares the accepted values.
func (n *narrowing) values(path string, before, after schema) {
	if allowed := after.list("enum"); allowed != nil {
		switch gone := without(before.list("enum"), allowed); {
		case before["enum"] == nil:
			n.add(path, "accepts listed values only")
		case len(gone) > 0:
			n.add(path, fmt.Sprintf("no longer accepts %s", listed(gone)))
		}
	}
	if before.has("nullable") && !after.has("nullable") {
		n.add(path, "no longer accepts null")
	}
	for _, keyword := range []struct{ name, demand string }{{"pattern", "must match"}, {"format", "must have the format"}} {
		if now := after[keyword.name]; now != nil && now != before[keyword.name] {
			n.add(path, fmt.Sprintf("%s %v", keyword.demand, now))
		}
	}
}

// bounds compares numbers: a lower maximum, a higher minimum, another divisor.
func (n *narrowing) bounds(path string, before, after schema) {
	for _, name := range []string{"maximum", "maxItems", "maxLength", "maxProperties", "minimum", "minItems", "minLength", "minProperties"} {
		old, was := plain(before[name]).(float64)
		now, is := plain(after[name]).(float64)
		if !is {
			continue
		}
		upper := strings.HasPrefix(name, "max")
		if !was || upper && now < old || !upper && now > old {
			n.add(path, fmt.Sprintf("has %s %v", name, now))
		}
		if exclusive := "exclusive" + strings.ToUpper(name[:1]) + name[1:]; after.has(exclusive) && !before.has(exclusive) && (!was || now == old) {
			n.add(path, fmt.Sprintf("no longer accepts its %s %v", name, now))
		}
	}
	old, was := plain(before["multipleOf"]).(float64)
	if now, is := plain(after["multipleOf"]).(float64); is && (!was || old/now != float64(int64(old/now))) {
		n.add(path, fmt.Sprintf("must be a multiple of %v", now))
	}
}

// rules compares conditions, without the messages of rules.
func (n *narrowing) rules(path string, before, after schema) {
	asked := map[string]bool{}
	for _, rule := range before.list("x-kubernetes-validations") {
		asked[conditionOf(rule)] = true
	}
	for _, rule := range after.list("x-kubernetes-validations") {
		if !asked[conditionOf(rule)] {
			n.add(path, fmt.Sprintf("has the rule %s", fieldpath.Text(rule, "rule")))
		}
	}
	for range without(after.list("allOf"), before.list("allOf")) {
		n.add(path, "has another condition (allOf)")
	}
	if after["anyOf"] != nil && (before["anyOf"] == nil || len(without(before.list("anyOf"), after.list("anyOf"))) > 0) {
		n.add(path, "has fewer alternatives (anyOf)")
	}
	for _, name := range []string{"oneOf", "not"} {
		if after[name] != nil && canonical(after[name]) != canonical(before[name]) {
			n.add(path, fmt.Sprintf("has another condition (%s)", name))
		}
	}
}

// conditionOf returns the parts of a CEL rule that decide about a value.
func conditionOf(rule any) string {
	return canonical([]any{fieldpath.At(rule, "rule"), fieldpath.At(rule, "optionalOldSelf")})
}
