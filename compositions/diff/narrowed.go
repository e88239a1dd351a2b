package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// definitions are the definitions that take less than before: the API server
// drops fields that it no longer knows from what is there, and refuses the next
// change of what it would not take any more.
func (c sharedComparison) definitions() {
	for _, change := range c.changes {
		if change.Kind != kindDefinition || change.old == nil || change.new == nil { // a removed one stays: nothing prunes it
			continue
		}
		if lost := narrowed(change.old, change.new); len(lost) > 0 {
			c.report(Danger{
				Code: definitionNarrowed, Subject: change.Key, Message: "takes less than before: " + firstOf(lost),
				Instead: leftOut("keep what was released; a version of an XRD only grows"),
				facts:   []any{lost},
			})
		}
	}
}

// narrowed lists what a definition of composite resources no longer takes.
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

// firstOf names a few of many.
func firstOf(all []string) string {
	const most = 4
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
}

// versionsOf are the versions of a definition that are served, by name.
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

// schemaOf is the schema of a version, nil where it has none.
func schemaOf(version any) schema {
	s, _ := fieldpath.At(version, "schema", "openAPIV3Schema").(map[string]any)
	return s
}

// schema is a schema of OpenAPI v3 as Kubernetes takes them.
type schema map[string]any

// anything is the schema that takes every value.
var anything = schema{"x-kubernetes-preserve-unknown-fields": true}

// isAnything reports whether a schema says no more than that it takes every value.
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

// below is the schema at a keyword, nil where there is none.
func (s schema) below(keywords ...string) schema {
	inner, _ := fieldpath.At(map[string]any(s), keywords...).(map[string]any)
	return inner
}

func (s schema) list(keyword string) []any {
	list, _ := s[keyword].([]any)
	return list
}

// unnamed is the schema of a key that properties do not name, nil where such a key
// is not taken.
func (s schema) unnamed() schema {
	if inner := s.below("additionalProperties"); inner != nil {
		return inner
	}
	if s.has("additionalProperties") || s.has("x-kubernetes-preserve-unknown-fields") {
		return anything
	}
	return nil
}

// types are the types of the values that a schema takes, nil for all of them.
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

// unsupplied are the properties that must be given: the API server fills in what
// has a default before it asks what is required.
func (s schema) unsupplied() []any {
	return slices.DeleteFunc(slices.Clone(s.list("required")), func(name any) bool {
		return s.below("properties", fieldpath.Text(name))["default"] != nil
	})
}

// narrowing gathers where a schema takes less than another one. What cannot be told
// of two patterns, rules or formats counts as less.
type narrowing []string

func (n *narrowing) add(path, what string) {
	*n = append(*n, strings.TrimSpace(strings.TrimPrefix(path, ".")+" "+what))
}

// compare walks two schemas. A value that is of another type altogether is not
// compared further.
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

// sameTypes reports whether no type is taken away.
func (n *narrowing) sameTypes(path string, before, after schema) bool {
	old, now := before.types(), after.types()
	switch {
	case now == nil && old == nil:
		return true
	case now == nil:
		n.add(path, "is of no type, was "+old[0])
	case old == nil:
		n.add(path, fmt.Sprintf("takes %s only", strings.Join(now, " or ")))
	case slices.ContainsFunc(old, func(kind string) bool { return !slices.Contains(now, kind) }):
		n.add(path, fmt.Sprintf("is %s, was %s", strings.Join(now, " or "), strings.Join(old, " or ")))
	default:
		return true
	}
	return false
}

// properties compares objects: which keys they take, and which they must have.
func (n *narrowing) properties(path string, before, after schema) {
	was, is := before.unnamed(), after.unnamed()
	named, now := before.below("properties"), after.below("properties")
	for _, name := range union(named, now) {
		old, inner := named.below(name), now.below(name)
		switch {
		case old == nil && was == nil: // a new field
		case inner == nil && is == nil:
			n.add(path+"."+name, "is gone")
		default:
			n.compare(path+"."+name, or(old, was), or(inner, is))
		}
	}
	if was != nil && is == nil {
		n.add(path, "takes no further keys")
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

// or is a schema, or another one where it is nil.
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
		n.add(path, "takes no element twice")
	case now == "map" && (old != "map" || len(without(before.list("x-kubernetes-list-map-keys"), after.list("x-kubernetes-list-map-keys"))) > 0):
		n.add(path, fmt.Sprintf("takes no two elements of one %s", listed(after.list("x-kubernetes-list-map-keys"))))
	}
}

// values compares what a value may be.
func (n *narrowing) values(path string, before, after schema) {
	if allowed := after.list("enum"); allowed != nil {
		switch gone := without(before.list("enum"), allowed); {
		case before["enum"] == nil:
			n.add(path, "takes listed values only")
		case len(gone) > 0:
			n.add(path, fmt.Sprintf("no longer takes %s", listed(gone)))
		}
	}
	if before.has("nullable") && !after.has("nullable") {
		n.add(path, "no longer takes null")
	}
	for _, keyword := range []struct{ name, demand string }{{"pattern", "must match"}, {"format", "must have the format"}} {
		if now := after[keyword.name]; now != nil && now != before[keyword.name] {
			n.add(path, fmt.Sprintf("%s %v", keyword.demand, now))
		}
	}
}

// bounds compares numbers: a maximum that falls, a minimum that rises, a divisor.
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
			n.add(path, fmt.Sprintf("no longer takes its %s %v", name, now))
		}
	}
	old, was := plain(before["multipleOf"]).(float64)
	if now, is := plain(after["multipleOf"]).(float64); is && (!was || old/now != float64(int64(old/now))) {
		n.add(path, fmt.Sprintf("must be a multiple of %v", now))
	}
}

// rules compares conditions. The message of a rule is not part of it.
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

// conditionOf is what decides about a value in a rule of CEL.
func conditionOf(rule any) string {
	return canonical([]any{fieldpath.At(rule, "rule"), fieldpath.At(rule, "optionalOldSelf")})
}
