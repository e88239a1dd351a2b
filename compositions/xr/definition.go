package xr

import (
	"encoding/json"
	"fmt"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Definition makes the XRD of a kind from the schema's OpenAPI. The scope is
// written out: tools that read a v2 XRD into the v1 type take a missing one for
// LegacyCluster.
func Definition(kind Kind) (map[string]any, error) {
	spec, err := specSchema(kind)
	if err != nil {
		return nil, err
	}
	status, err := schemaOf(kind.Schema + "Status")
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"apiVersion": "apiextensions.crossplane.io/v2",
		"kind":       "CompositeResourceDefinition",
		"metadata":   map[string]any{"name": kind.CRDName(), "annotations": DoNotPrune()},
		"spec": map[string]any{
			"scope":    "Namespaced",
			"group":    Group,
			"names":    names(kind),
			"versions": []any{version(kind, spec, status)},
		},
	}, nil
}

// version leaves out what is empty: Crossplane writes an XRD back through a type
// that would drop it, and from then on the list of versions were Crossplane's.
func version(kind Kind, spec, status map[string]any) map[string]any {
	out := map[string]any{
		"name": Version, "served": true, "referenceable": true,
		"schema": map[string]any{"openAPIV3Schema": map[string]any{
			"type":        "object",
			"description": spec["description"],
			"properties":  map[string]any{"spec": spec, "status": status},
		}},
	}
	if len(kind.Columns) > 0 {
		columns := []any{}
		for _, c := range kind.Columns {
			column := map[string]any{"name": c.Name, "type": c.Type, "jsonPath": c.Path}
			if c.Wide {
				column["priority"] = 1
			}
			columns = append(columns, column)
		}
		out["additionalPrinterColumns"] = columns
	}
	return out
}

// specSchema is the schema of a kind's spec; a child's has common and ids beside
// its own.
func specSchema(kind Kind) (map[string]any, error) {
	spec, err := schemaOf(kind.Schema + "Spec")
	if err != nil || !kind.Child {
		return spec, err
	}
	common, err := schemaOf("Common")
	if err != nil {
		return nil, err
	}
	properties, ok := spec["properties"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the spec of %s has no fields", kind.Name)
	}
	properties["common"] = common
	if properties["ids"], err = schemaOf("ComponentIDs"); err != nil {
		return nil, err
	}
	required, _ := spec["required"].([]any)
	spec["required"] = append([]any{"common"}, required...)
	return spec, nil
}

func schemaOf(definition string) (map[string]any, error) {
	raw, err := v1alpha1.OpenAPI(definition)
	if err != nil {
		return nil, err
	}
	var schema map[string]any
	return schema, json.Unmarshal(raw, &schema)
}

func names(kind Kind) map[string]any {
	out := map[string]any{"kind": kind.Name, "plural": kind.Plural, "categories": []any{"dominoc"}}
	if kind.Short != "" {
		out["shortNames"] = []any{kind.Short}
	}
	return out
}
