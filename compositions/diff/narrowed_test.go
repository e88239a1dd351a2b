package diff

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// ways are those in which a schema becomes another one: the field value of a
// definition before and after, and what is said of it. Nothing is said where all that
// was taken still is.
var ways = []struct {
	keyword, name string
	before, after string
	want          string
}{
	{"type", "becomes another", `type: string`, `type: integer`, "value is integer, was string"},
	{"type", "a number becomes a whole number", `type: number`, `type: integer`, "value is integer, was number or integer"},
	{"type", "a whole number becomes a number", `type: integer`, `type: number`, ""},
	{"type", "anything becomes text", `x-kubernetes-preserve-unknown-fields: true`, `type: string`, "value accepts string only"},
	{"type", "text becomes anything", `type: string`, `x-kubernetes-preserve-unknown-fields: true`, ""},
	{"x-kubernetes-int-or-string", "becomes text", `x-kubernetes-int-or-string: true`, `type: string`, "value is string, was integer or string"},
	{"x-kubernetes-int-or-string", "text becomes it", `type: string`, `x-kubernetes-int-or-string: true`, ""},
	{"nullable", "is removed", `{type: string, nullable: true}`, `type: string`, "value no longer accepts null"},
	{"nullable", "is added", `type: string`, `{type: string, nullable: true}`, ""},

	{"enum", "is added", `type: string`, `{type: string, enum: [a]}`, "value accepts listed values only"},
	{"enum", "loses a value", `{type: string, enum: [a, b, c]}`, `{type: string, enum: [a]}`, "value no longer accepts b, c"},
	{"enum", "gains a value", `{type: string, enum: [a]}`, `{type: string, enum: [b, a]}`, ""},
	{"enum", "is removed", `{type: string, enum: [a]}`, `type: string`, ""},
	{"pattern", "is added", `type: string`, `{type: string, pattern: ^a$}`, "value must match ^a$"},
	{"pattern", "becomes another", `{type: string, pattern: "^a?$"}`, `{type: string, pattern: ^a$}`, "value must match ^a$"},
	{"pattern", "is removed", `{type: string, pattern: ^a$}`, `type: string`, ""},
	{"format", "is added", `type: string`, `{type: string, format: date-time}`, "value must have the format date-time"},
	{"format", "becomes another", `{type: string, format: date-time}`, `{type: string, format: date}`, "value must have the format date"},
	{"format", "is removed", `{type: string, format: date}`, `type: string`, ""},

	{"maximum", "is added", `type: integer`, `{type: integer, maximum: 5}`, "value has maximum 5"},
	{"maximum", "is lowered", `{type: integer, maximum: 5}`, `{type: integer, maximum: 4}`, "value has maximum 4"},
	{"maximum", "is raised", `{type: integer, maximum: 5}`, `{type: integer, maximum: 6}`, ""},
	{"maximum", "is removed", `{type: integer, maximum: 5}`, `type: integer`, ""},
	{"exclusiveMaximum", "is added", `{type: integer, maximum: 5}`, `{type: integer, maximum: 5, exclusiveMaximum: true}`, "value no longer accepts its maximum 5"},
	{"exclusiveMaximum", "comes with a higher one", `{type: integer, maximum: 5}`, `{type: integer, maximum: 6, exclusiveMaximum: true}`, ""},
	{"minimum", "is added", `type: integer`, `{type: integer, minimum: 5}`, "value has minimum 5"},
	{"minimum", "is raised", `{type: integer, minimum: 5}`, `{type: integer, minimum: 6}`, "value has minimum 6"},
	{"minimum", "is lowered", `{type: integer, minimum: 5}`, `{type: integer, minimum: 4}`, ""},
	{"exclusiveMinimum", "is added", `{type: integer, minimum: 5}`, `{type: integer, minimum: 5, exclusiveMinimum: true}`, "value no longer accepts its minimum 5"},
	{"exclusiveMinimum", "is removed", `{type: integer, minimum: 5, exclusiveMinimum: true}`, `{type: integer, minimum: 5}`, ""},
	{"multipleOf", "is added", `type: integer`, `{type: integer, multipleOf: 2}`, "value must be a multiple of 2"},
	{"multipleOf", "becomes another", `{type: integer, multipleOf: 2}`, `{type: integer, multipleOf: 4}`, "value must be a multiple of 4"},
	{"multipleOf", "becomes a divisor", `{type: integer, multipleOf: 4}`, `{type: integer, multipleOf: 2}`, ""},
	{"maxLength", "is added", `type: string`, `{type: string, maxLength: 5}`, "value has maxLength 5"},
	{"maxLength", "is lowered", `{type: string, maxLength: 5}`, `{type: string, maxLength: 4}`, "value has maxLength 4"},
	{"minLength", "is raised", `{type: string, minLength: 5}`, `{type: string, minLength: 6}`, "value has minLength 6"},
	{"maxItems", "is added", `{type: array, items: {type: string}}`, `{type: array, maxItems: 5, items: {type: string}}`, "value has maxItems 5"},
	{"maxItems", "is lowered", `{type: array, maxItems: 5, items: {type: string}}`, `{type: array, maxItems: 4, items: {type: string}}`, "value has maxItems 4"},
	{"minItems", "is added", `{type: array, items: {type: string}}`, `{type: array, minItems: 1, items: {type: string}}`, "value has minItems 1"},
	{"maxProperties", "is lowered", `{type: object, maxProperties: 5, additionalProperties: {type: string}}`, `{type: object, maxProperties: 4, additionalProperties: {type: string}}`, "value has maxProperties 4"},
	{"minProperties", "is added", `{type: object, additionalProperties: {type: string}}`, `{type: object, minProperties: 1, additionalProperties: {type: string}}`, "value has minProperties 1"},

	{"properties", "loses a field", `{type: object, properties: {a: {type: string}, b: {type: string}}}`, `{type: object, properties: {a: {type: string}}}`, "value.b is removed"},
	{"properties", "loses all", `{type: object, properties: {a: {type: string}}}`, `{type: object}`, "value.a is removed"},
	{"properties", "gains a field", `{type: object, properties: {a: {type: string}}}`, `{type: object, properties: {a: {type: string}, b: {type: string}}}`, ""},
	{"properties", "a field deep inside narrows", `{type: object, properties: {a: {type: array, items: {type: object, properties: {b: {type: string}}}}}}`, `{type: object, properties: {a: {type: array, items: {type: object, properties: {b: {type: integer}}}}}}`, "value.a[].b is integer, was string"},
	{"properties", "any key becomes a known one", `{type: object, additionalProperties: {type: string}}`, `{type: object, properties: {a: {type: string}}}`, "value accepts no further keys"},
	{"properties", "a known key becomes one of any", `{type: object, properties: {a: {type: string}}}`, `{type: object, additionalProperties: {type: string}}`, ""},
	{"properties", "a known key becomes one of any, of another type", `{type: object, properties: {a: {type: string}}}`, `{type: object, additionalProperties: {type: integer}}`, "value.a is integer, was string"},
	{"properties", "an unknown field becomes known, with a type", `{type: object, x-kubernetes-preserve-unknown-fields: true}`, `{type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}}`, "value.a accepts string only"},
	{"additionalProperties", "narrow", `{type: object, additionalProperties: {type: string}}`, `{type: object, additionalProperties: {type: string, maxLength: 5}}`, "value.* has maxLength 5"},
	{"additionalProperties", "become another type", `{type: object, additionalProperties: {type: string}}`, `{type: object, additionalProperties: {type: integer}}`, "value.* is integer, was string"},
	{"additionalProperties", "become anything", `{type: object, additionalProperties: {type: string}}`, `{type: object, x-kubernetes-preserve-unknown-fields: true}`, ""},
	{"additionalProperties", "are refused", `{type: object, additionalProperties: {type: string}}`, `{type: object, additionalProperties: false}`, "value accepts no further keys"},
	{"x-kubernetes-preserve-unknown-fields", "is removed", `{type: object, x-kubernetes-preserve-unknown-fields: true}`, `{type: object}`, "value accepts no further keys"},
	{"x-kubernetes-preserve-unknown-fields", "is added", `{type: object, properties: {a: {type: string}}}`, `{type: object, x-kubernetes-preserve-unknown-fields: true}`, ""},
	{"required", "gains a field", `{type: object, properties: {a: {type: string}}}`, `{type: object, properties: {a: {type: string}}, required: [a]}`, "value.a is required"},
	{"required", "gains a new field", `{type: object}`, `{type: object, properties: {a: {type: string}}, required: [a]}`, "value.a is required"},
	{"required", "gains a field with a default", `{type: object, properties: {a: {type: string}}}`, `{type: object, properties: {a: {type: string, default: x}}, required: [a]}`, ""},
	{"required", "loses a field", `{type: object, properties: {a: {type: string}}, required: [a]}`, `{type: object, properties: {a: {type: string}}}`, ""},
	{"default", "of a required field is removed", `{type: object, properties: {a: {type: string, default: x}}, required: [a]}`, `{type: object, properties: {a: {type: string}}, required: [a]}`, "value.a is required"},
	{"default", "of an optional field is removed", `{type: string, default: x}`, `type: string`, ""},
	{"default", "becomes another: what is there keeps the one it was given", `{type: string, default: x}`, `{type: string, default: y}`, ""},
	{"x-kubernetes-embedded-resource", "is added", `{type: object, x-kubernetes-preserve-unknown-fields: true}`, `{type: object, x-kubernetes-preserve-unknown-fields: true, x-kubernetes-embedded-resource: true}`, "value must be a Kubernetes object"},

	{"items", "narrow", `{type: array, items: {type: string}}`, `{type: array, items: {type: string, enum: [a]}}`, "value[] accepts listed values only"},
	{"items", "become another type", `{type: array, items: {type: string}}`, `{type: array, items: {type: integer}}`, "value[] is integer, was string"},
	{"x-kubernetes-list-type", "becomes a set", `{type: array, items: {type: string}}`, `{type: array, items: {type: string}, x-kubernetes-list-type: set}`, "value accepts no duplicate elements"},
	{"x-kubernetes-list-type", "is a set no longer", `{type: array, items: {type: string}, x-kubernetes-list-type: set}`, `{type: array, items: {type: string}, x-kubernetes-list-type: atomic}`, ""},
	{"x-kubernetes-list-type", "becomes a map", `{type: array, items: {type: object}, x-kubernetes-list-type: set}`, `{type: array, items: {type: object}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name]}`, "value accepts no two elements with the same name"},
	{"x-kubernetes-list-map-keys", "lose one", `{type: array, items: {type: object}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name, port]}`, `{type: array, items: {type: object}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name]}`, "value accepts no two elements with the same name"},
	{"x-kubernetes-list-map-keys", "gain one", `{type: array, items: {type: object}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name]}`, `{type: array, items: {type: object}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name, port]}`, ""},

	{"x-kubernetes-validations", "gain a rule", `type: string`, `{type: string, x-kubernetes-validations: [{rule: size(self) > 1}]}`, "value has the rule size(self) > 1"},
	{"x-kubernetes-validations", "gain one that makes immutable", `type: string`, `{type: string, x-kubernetes-validations: [{rule: self == oldSelf}]}`, "value has the rule self == oldSelf"},
	{"x-kubernetes-validations", "a rule becomes another", `{type: string, x-kubernetes-validations: [{rule: size(self) > 1}]}`, `{type: string, x-kubernetes-validations: [{rule: size(self) > 2}]}`, "value has the rule size(self) > 2"},
	{"x-kubernetes-validations", "a rule of changes is asked of what is new", `{type: string, x-kubernetes-validations: [{rule: self == oldSelf}]}`, `{type: string, x-kubernetes-validations: [{rule: self == oldSelf, optionalOldSelf: true}]}`, "value has the rule self == oldSelf"},
	{"x-kubernetes-validations", "a rule has another message", `{type: string, x-kubernetes-validations: [{rule: size(self) > 1, message: a}]}`, `{type: string, x-kubernetes-validations: [{rule: size(self) > 1, message: b}]}`, ""},
	{"x-kubernetes-validations", "lose a rule", `{type: string, x-kubernetes-validations: [{rule: size(self) > 1}]}`, `type: string`, ""},
	{"allOf", "gains a condition", `{type: string, allOf: [{maxLength: 5}]}`, `{type: string, allOf: [{maxLength: 5}, {minLength: 1}]}`, "value has another condition (allOf)"},
	{"allOf", "loses a condition", `{type: string, allOf: [{maxLength: 5}]}`, `type: string`, ""},
	{"anyOf", "is added", `type: string`, `{type: string, anyOf: [{maxLength: 5}]}`, "value has fewer alternatives (anyOf)"},
	{"anyOf", "loses an alternative", `{type: string, anyOf: [{maxLength: 5}, {minLength: 9}]}`, `{type: string, anyOf: [{maxLength: 5}]}`, "value has fewer alternatives (anyOf)"},
	{"anyOf", "gains an alternative", `{type: string, anyOf: [{maxLength: 5}]}`, `{type: string, anyOf: [{maxLength: 5}, {minLength: 9}]}`, ""},
	{"oneOf", "becomes another", `{type: string, oneOf: [{maxLength: 5}]}`, `{type: string, oneOf: [{maxLength: 5}, {minLength: 9}]}`, "value has another condition (oneOf)"},
	{"not", "is added", `type: string`, `{type: string, not: {enum: [a]}}`, "value has another condition (not)"},
	{"not", "is removed", `{type: string, not: {enum: [a]}}`, `type: string`, ""},
	{"description", "becomes another", `{type: string, description: a}`, `{type: string, description: b}`, ""},
}

// definition is a definition of composite resources with one field.
func definition(t *testing.T, value string) map[string]any {
	t.Helper()
	content := fmt.Sprintf("{type: object, properties: {value: %s}}", value)
	if !strings.HasPrefix(value, "{") {
		content = fmt.Sprintf("{type: object, properties: {value: {%s}}}", value)
	}
	var schema map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(content), &schema), content)
	return map[string]any{
		"apiVersion": "apiextensions.crossplane.io/v2", "kind": "CompositeResourceDefinition",
		"metadata": map[string]any{"name": "dominothings.dominoc.dev"},
		"spec": map[string]any{
			"group": "dominoc.dev", "scope": "Namespaced", "names": map[string]any{"kind": "DominoThing", "plural": "dominothings"},
			"versions": []any{map[string]any{"name": "v1", "served": true, "schema": map[string]any{"openAPIV3Schema": schema}}},
		},
	}
}

// lostIn is what a report says that a definition takes no longer.
func lostIn(before, after map[string]any) string {
	shared := func(object map[string]any) Shared {
		return Shared{{Path: "platform/definitions/a.yaml", Object: object}}
	}
	var all []string
	for _, danger := range CompareShared(shared(before), shared(after), nil).Dangers {
		all = append(all, strings.TrimPrefix(danger.ID()+": "+danger.Message, "definition-narrowed/dominothings.dominoc.dev: accepts less than before: "))
	}
	return strings.Join(all, "; ")
}

func TestADefinitionThatTakesLessIsADanger(t *testing.T) {
	for _, way := range ways {
		t.Run(way.keyword+" "+way.name, func(t *testing.T) {
			require.Equal(t, way.want, lostIn(definition(t, way.before), definition(t, way.after)))
			require.Empty(t, lostIn(definition(t, way.after), definition(t, way.after)))
		})
	}
}

// The keywords are those of Kubernetes, so one that a release adds has no way here
// until somebody thinks about it.
func TestEveryKeywordOfASchemaHasAWay(t *testing.T) {
	tried := map[string]bool{}
	for _, way := range ways {
		tried[way.keyword] = true
	}
	for _, harmless := range []string{
		"title", "example", "externalDocs", "x-kubernetes-map-type", // of no value does it decide whether it is taken
		"id", "$schema", "$ref", "definitions", "dependencies", "patternProperties", "additionalItems", "uniqueItems", // Kubernetes refuses a definition with them
	} {
		require.False(t, tried[harmless], harmless)
		tried[harmless] = true
	}
	keywords := reflect.TypeFor[apiextensions.JSONSchemaProps]()
	for i := range keywords.NumField() {
		name, _, _ := strings.Cut(keywords.Field(i).Tag.Get("json"), ",")
		require.True(t, tried[name], "no row says what becomes of a definition whose %s changes", name)
	}
}

func TestADefinitionThatLosesAVersionIsADanger(t *testing.T) {
	edited := func(edit func(spec, version map[string]any)) map[string]any {
		var d map[string]any
		content, err := json.Marshal(definition(t, "type: string"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(content, &d))
		spec := d["spec"].(map[string]any)
		edit(spec, spec["versions"].([]any)[0].(map[string]any))
		return d
	}
	for want, edit := range map[string]func(spec, version map[string]any){
		"version v1":                              func(_, v map[string]any) { v["name"] = "v2" },
		"version v1 ":                             func(_, v map[string]any) { v["served"] = false },
		"version v1  ":                            func(s, _ map[string]any) { s["versions"] = []any{} },
		"schema of version v1":                    func(_, v map[string]any) { delete(v, "schema") },
		"scope is Cluster, was Namespaced":        func(s, _ map[string]any) { s["scope"] = "Cluster" },
		"group is example.com, was dominoc.dev":   func(s, _ map[string]any) { s["group"] = "example.com" },
		"kind is DominoOther, was DominoThing":    func(s, _ map[string]any) { s["names"].(map[string]any)["kind"] = "DominoOther" },
		"plural is dominoother, was dominothings": func(s, _ map[string]any) { s["names"].(map[string]any)["plural"] = "dominoother" },
		"":  func(s, v map[string]any) { s["versions"] = []any{v, map[string]any{"name": "v2", "served": true}} },
		" ": func(s, _ map[string]any) { s["names"].(map[string]any)["categories"] = []any{"all"} },
	} {
		require.Equal(t, strings.TrimSpace(want), lostIn(definition(t, "type: string"), edited(edit)), want)
	}
	require.Empty(t, lostIn(definition(t, "type: string"), nil), "one that goes stays in the cluster")
}
