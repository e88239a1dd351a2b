package xr

import (
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/resource"
)

// FunctionName is the metadata.name of the function that every Composition runs.
const FunctionName = "function-patch-and-transform"

// DoNotPrune keeps Flux and Argo CD from deleting an object that left the
// repository, and Argo CD from deleting it with its Application: a pruned XRD
// deletes every XR, a pruned Composition stops those that still name it. What is
// left so does not make its Application OutOfSync, where real drift would be lost.
func DoNotPrune() map[string]any {
	return map[string]any{
		"kustomize.toolkit.fluxcd.io/prune":  "disabled",
		"argocd.argoproj.io/compare-options": "IgnoreExtraneous",
		"argocd.argoproj.io/sync-options":    "Delete=false,Prune=false",
	}
}

// Compose makes the Composition of a kind from the resources that lowering
// returned for a symbolic plan. Its name ends in a hash of its content.
func Compose(kind Kind, symbols *Symbols, resources []resource.Resource) (map[string]any, error) {
	templates := make([]any, 0, len(resources))
	var patches []patch
	c := composing{reader: reader{}, extraction: extraction{symbols: symbols}}
	for _, r := range resources {
		template, found, err := c.composed(r)
		if err != nil {
			return nil, err
		}
		templates = append(templates, template)
		patches = append(patches, found...)
	}
	input := map[string]any{"apiVersion": "pt.fn.crossplane.io/v1beta1", "kind": "Resources", "resources": templates}
	if sticky := environmentPatches(kind, resources, patches); len(sticky) > 0 {
		input["environment"] = map[string]any{"patches": sticky}
	}
	return byContent(kind, map[string]any{
		"compositeTypeRef": map[string]any{"apiVersion": APIVersion, "kind": kind.Name},
		"mode":             "Pipeline",
		"pipeline": []any{map[string]any{
			"step":        "resources",
			"functionRef": map[string]any{"name": FunctionName},
			"input":       input,
		}},
	}), nil
}

func byContent(kind Kind, spec map[string]any) map[string]any {
	return map[string]any{
		"apiVersion": "apiextensions.crossplane.io/v1",
		"kind":       "Composition",
		"metadata": map[string]any{
			"name":        strings.ToLower(kind.Name) + "-" + digest(spec),
			"annotations": DoNotPrune(),
		},
		"spec": spec,
	}
}

// composing is what the resources of one Composition share on their way.
type composing struct {
	reader
	extraction
}

// composed is the template of one resource, and its patches.
func (c *composing) composed(r resource.Resource) (map[string]any, []patch, error) {
	base, err := c.object(r.Object)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", r.Key, err)
	}
	c.patches = nil
	c.extract(base)
	patches := append(c.patches, exportPatches(r.Exports)...)
	return map[string]any{
		"name":            r.Key,
		"base":            base,
		"patches":         patches,
		"readinessChecks": readinessChecks(r),
	}, patches, nil
}

// readinessChecks make Ready mean Ready and Synced: a refused replacement
// leaves Ready=True and Synced=False.
func readinessChecks(r resource.Resource) []any {
	if len(r.Ready) == 0 {
		return []any{map[string]any{"type": "None"}}
	}
	checks := make([]any, len(r.Ready))
	for i, condition := range r.Ready {
		checks[i] = map[string]any{
			"type":           "MatchCondition",
			"matchCondition": map[string]any{"type": string(condition), "status": "True"},
		}
	}
	return checks
}
