package sync

import (
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/xr"
)

// health is the conditions of a healthy object of a kind: True, and observed for the
// object's current generation.
type health struct {
	apiVersion, kind string
	conditions       []string
}

// platformHealth are the kinds of platform/ whose objects need time to become healthy. A
// Composition is ready as soon as it is written.
var platformHealth = []health{
	{"pkg.crossplane.io/v1", "Provider", []string{"Installed", "Healthy"}},
	{"pkg.crossplane.io/v1", "Function", []string{"Installed", "Healthy"}},
	{"apiextensions.crossplane.io/v2", "CompositeResourceDefinition", []string{"Established"}},
	{"apiextensions.crossplane.io/v1alpha1", "ManagedResourceActivationPolicy", []string{"Healthy"}},
}

// environmentHealth is the health of an environment. Ready and Synced of the parent
// include all resources below it.
var environmentHealth = []health{
	{xr.APIVersion, xr.Environment.Name, []string{"Ready", "Synced"}},
}

// expressions returns the checks in CEL for a Kustomization. None reports a failure:
// Crossplane always tries again, so an unhealthy object is in progress until the
// timeout.
func expressions(all []health) []any {
	out := make([]any, len(all))
	for i, h := range all {
		out[i] = Object{"apiVersion": h.apiVersion, "kind": h.kind, "current": h.expression()}
	}
	return out
}

func (h health) expression() string {
	terms := []string{"has(status.conditions)"}
	for _, condition := range h.conditions {
		terms = append(terms, fmt.Sprintf("status.conditions.exists(c, c.type == '%s' && c.status == 'True' && "+
			"(!has(c.observedGeneration) || c.observedGeneration == metadata.generation))", condition))
	}
	return strings.Join(terms, " && ")
}
