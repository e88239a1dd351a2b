package standin

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// A definition is the part of a CRD's schema that the stand-in reads.
type definition struct {
	description string
	properties  map[string]*definition
	items       *definition
}

func newDefinition(schema map[string]any) *definition {
	d := &definition{properties: map[string]*definition{}}
	d.description, _ = schema["description"].(string)
	properties, _ := schema["properties"].(map[string]any)
	for name, property := range properties {
		if s, ok := property.(map[string]any); ok {
			d.properties[name] = newDefinition(s)
		}
	}
	if items, ok := schema["items"].(map[string]any); ok {
		d.items = newDefinition(items)
	}
	return d
}

// prune gives a value without the fields that the definition does not have, as
// the API server stores it.
func (d *definition) prune(value any) any {
	switch v := value.(type) {
	case []any:
		if d.items == nil {
			return v
		}
		pruned := make([]any, len(v))
		for i, item := range v {
			pruned[i] = d.items.prune(item)
		}
		return pruned
	case map[string]any:
		return d.pruneFields(v)
	}
	return value
}

func (d *definition) pruneFields(fields map[string]any) any {
	if len(d.properties) == 0 {
		return fields
	}
	pruned := map[string]any{}
	for name, value := range fields {
		if property, ok := d.properties[name]; ok {
			pruned[name] = property.prune(value)
		}
	}
	return pruned
}

// served is a kind of managed resource that the API server has.
type served struct {
	resource           schema.GroupVersionResource
	wanted, observable *definition // spec.forProvider and status.atProvider
}

// serve reads the version of a CRD that is stored.
func serve(crd map[string]any) (served, error) {
	versions, _, _ := unstructured.NestedSlice(crd, "spec", "versions")
	group, _, _ := unstructured.NestedString(crd, "spec", "group")
	plural, _, _ := unstructured.NestedString(crd, "spec", "names", "plural")
	for _, v := range versions {
		version := v.(map[string]any)
		if version["storage"] != true {
			continue
		}
		name, _ := version["name"].(string)
		return served{
			resource:   schema.GroupVersionResource{Group: group, Version: name, Resource: plural},
			wanted:     below(version, "spec", "forProvider"),
			observable: below(version, "status", "atProvider"),
		}, nil
	}
	return served{}, fmt.Errorf("%s.%s stores no version", plural, group)
}

// below is the definition of a field of an object's spec or status; one without
// properties when there is none.
func below(version map[string]any, part, field string) *definition {
	s, _, _ := unstructured.NestedMap(version, "schema", "openAPIV3Schema", "properties", part, "properties", field)
	return newDefinition(s)
}
