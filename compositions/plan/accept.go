package plan

import (
	"fmt"
	"slices"

	"github.com/dominoc/dominoc/schema/diag"
)

// accept drops the warnings whose code the user accepts. An accepted code that
// nothing warns of is itself worth a warning: the reason it gives is stale, or
// the code has a typo. Errors cannot be accepted.
func (r *resolver) accept() {
	seen := map[string]diag.Severity{}
	for _, d := range r.found {
		seen[d.Code] = d.Severity
	}
	r.found = slices.DeleteFunc(r.found, func(d diag.Diagnostic) bool {
		_, accepted := r.env.Accept[d.Code]
		return accepted && d.Severity == diag.Warning
	})
	failed := r.found.HasErrors()
	for code := range inOrder(r.env.Accept) {
		r.checkAccepted(code, seen[code], failed)
	}
}

func (r *resolver) checkAccepted(code string, severity diag.Severity, failed bool) {
	path := diag.Path{"accept", code}
	switch {
	case severity == diag.Error:
		r.warn("accept-error", path, problem{message: fmt.Sprintf("%q is an error here; only warnings can be accepted", code)})
	case severity == 0 && !failed: // what stopped at an error may not have warned yet
		r.warn("accept-unused", path, problem{
			message: fmt.Sprintf("nothing warns of %q", code),
			hint:    "remove it",
		})
	}
}
