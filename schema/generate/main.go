// Command generate writes two files from the CUE of schema/v1alpha1.
//
// openapi.json has the OpenAPI v3 schemas of the specs and statuses of the composite
// resources, made from plan.cue, status.cue and the constraints they use. CUE's own
// generator reads the shapes; this program adds what an API server requires as well: a
// maximum for every list, map and text (without one the cost of a CEL rule cannot be
// bounded), and the CEL rules in the shapes, written as @cel(rule, message).
//
// ../shape/shape.json has the shapes of the files that users write, with the rules that
// may refuse them, for package shape.
//
// Run it by `go generate ./schema/...`; CI proves that the files are fresh.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/encoding/openapi"
)

// The maxima of what a shape leaves open. The longest text is an add-on's
// configuration; the largest map is the tags of a resource, of which AWS takes 50.
// A pattern bounds its text, but the API server does not see that.
const (
	maxLength = 4096
	maxItems  = 64
	maxFields = 64
)

func main() {
	log.SetFlags(0)
	schemas, err := generate([]string{
		"constraints.cue", "plan.cue", "status.cue",
		"plan_storage.cue", "plan_registry.cue", "plan_domain.cue", "plan_endpoints.cue",
		"plan_addons.cue", "plan_outputs.cue",
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("openapi.json", schemas, 0o644); err != nil {
		log.Fatal(err)
	}
	known, err := shapes()
	if err != nil {
		log.Fatal(err)
	}
	text, err := encode(known)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("../shape/shape.json", text, 0o644); err != nil {
		log.Fatal(err)
	}
}

// generate returns a JSON object of schemas by definition, such as NetworkSpec.
func generate(files []string) ([]byte, error) {
	context := cuecontext.New()
	shapes := context.BuildInstance(load.Instances(files, nil)[0])
	if err := shapes.Err(); err != nil {
		return nil, err
	}
	file, err := openapi.Generate(shapes, &openapi.Config{ExpandReferences: true, DescriptionFunc: describe})
	if err != nil {
		return nil, err
	}
	document, err := context.BuildFile(file).MarshalJSON()
	if err != nil {
		return nil, err
	}
	var parsed struct {
		Components struct{ Schemas map[string]map[string]any }
	}
	if err := json.Unmarshal(document, &parsed); err != nil {
		return nil, err
	}
	schemas := map[string]any{}
	for name, schema := range parsed.Components.Schemas {
		if !strings.HasSuffix(name, "Spec") && !strings.HasSuffix(name, "Status") && name != "Common" && name != "ComponentIDs" {
			continue
		}
		bound(schema)
		if err := addRules(schema, shapes.LookupPath(cue.ParsePath("#"+name))); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		schemas[name] = schema
	}
	return encode(schemas)
}

// encode writes JSON for a reader of its diff.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err := encoder.Encode(v)
	return out.Bytes(), err
}

// describe is a field's comment as one paragraph.
func describe(v cue.Value) string {
	var lines []string
	for _, group := range v.Doc() {
		lines = append(lines, strings.Fields(group.Text())...)
	}
	return strings.TrimPrefix(strings.Join(lines, " "), "#")
}

// bound gives every list, map and text of a schema a maximum.
func bound(schema map[string]any) {
	switch schema["type"] {
	case "string":
		if _, enum := schema["enum"]; !enum {
			setDefault(schema, "maxLength", maxLength)
		}
	case "array":
		setDefault(schema, "maxItems", maxItems)
		bound(schema["items"].(map[string]any))
	case "object":
		for _, field := range properties(schema) {
			bound(field.(map[string]any))
		}
		if values, ok := schema["additionalProperties"].(map[string]any); ok {
			setDefault(schema, "maxProperties", maxFields)
			bound(values)
		}
	}
}

func setDefault(schema map[string]any, key string, value int) {
	if _, ok := schema[key]; !ok {
		schema[key] = value
	}
}

func properties(schema map[string]any) map[string]any {
	fields, _ := schema["properties"].(map[string]any)
	return fields
}

// addRules copies @cel attributes of a shape's fields to their schemas.
func addRules(schema map[string]any, shape cue.Value) error {
	if values, ok := schema["additionalProperties"].(map[string]any); ok {
		return addRules(values, shape.LookupPath(cue.MakePath(cue.AnyString)))
	}
	for name, field := range properties(schema) {
		value := shape.LookupPath(cue.MakePath(cue.Str(name).Optional()))
		if !value.Exists() {
			value = shape.LookupPath(cue.MakePath(cue.Str(name)))
		}
		if err := addRule(field.(map[string]any), value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func addRule(schema map[string]any, value cue.Value) error {
	if rule := value.Attribute("cel"); rule.Err() == nil {
		expression, err := rule.String(0)
		if err != nil {
			return err
		}
		message, err := rule.String(1)
		if err != nil {
			return err
		}
		schema["x-kubernetes-validations"] = []any{map[string]any{"rule": expression, "message": message}}
	}
	return addRules(schema, value)
}
