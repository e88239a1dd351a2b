package sync

import (
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/xr"
)

// health is what makes an object of a kind healthy: conditions that are True and
// that the controller last wrote about the spec as it is now.
type health struct {
	apiVersion, kind string
	conditions       []string
}

// platformHealth are the kinds of platform/ whose objects take time. A
// Composition is there as soon as it is written.
var platformHealth = []health{
	{"pkg.crossplane.io/v1", "Provider", []string{"Installed", "Healthy"}},
	{"pkg.crossplane.io/v1", "Function", []string{"Installed", "Healthy"}},
	{"apiextensions.crossplane.io/v2", "CompositeResourceDefinition", []string{"Established"}},
	{"apiextensions.crossplane.io/v1alpha1", "ManagedResourceActivationPolicy", []string{"Healthy"}},
}

// environmentHealth is that of an environment. Ready and Synced of the parent say
// it of all that is below.
var environmentHealth = []health{
	{xr.APIVersion, xr.Environment.Name, []string{"Ready", "Synced"}},
}

// expressions are the checks in CEL, as a Kustomization has them. None says
// failed: Crossplane tries again whatever went wrong, so until the timeout an
// object that is not healthy is on its way.
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
