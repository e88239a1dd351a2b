package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// RingRule refuses an environment in a ring that environments/gitops does not declare.
func RingRule(declared []v1alpha1.Ring) Rule {
	names := make([]string, len(declared))
	for i, ring := range declared {
		names[i] = ring.Name
	}
	return func(members []Member) []Finding {
		var found []Finding
		for i, m := range members {
			ring := m.Environment.Ring
			if ring == "" || slices.Contains(names, ring) {
				continue
			}
			d := diag.Diagnostic{
				Severity: diag.Error, Code: "ring-unknown", Pos: m.At(diag.Path{"ring"}), Path: "ring",
				Message: fmt.Sprintf("%q is not a ring of the fleet, which has %s", ring, strings.Join(names, ", ")),
				Hint:    "declare it in rings of environments/gitops/gitops.cue",
			}
			if len(names) == 0 {
				d.Message = fmt.Sprintf("%q is not a ring of the fleet, which has none", ring)
			} else if near := diag.Nearest(ring, names); near != "" {
				d.Hint = "did you mean " + near + "?"
			}
			found = append(found, Finding{Diagnostic: d, Members: []int{i}})
		}
		return found
	}
}
