package plan

import (
	"fmt"
	"slices"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Accept drops the warnings about an environment whose code it accepts. It warns of an
// accepted code that does not occur: its reason is stale, or the code has a typo. Errors
// cannot be accepted.
//
// The list is everything that was found. elsewhere reports whether only a check that did
// not run gives a code: Accept ignores such codes. It may be nil.
func Accept(env *v1alpha1.Environment, at diag.Locator, found diag.List, elsewhere func(code string) bool) diag.List {
	r := &resolver{env: env, at: at, found: slices.Clone(found)}
	seen := map[string]diag.Severity{}
	for _, d := range r.found {
		seen[d.Code] = d.Severity
	}
	r.found = slices.DeleteFunc(r.found, func(d diag.Diagnostic) bool {
		_, accepted := r.env.Accept[d.Code]
		return accepted && d.Severity == diag.Warning
	})
	failed := r.found.HasErrors()
	for code := range ordered.All(r.env.Accept) {
		if seen[code] == 0 && elsewhere != nil && elsewhere(code) {
			continue
		}
		path := diag.Path{"accept", code}
		switch {
		case seen[code] == diag.Error:
			r.warn("accept-error", path, problem{message: fmt.Sprintf("%q is an error here; only warnings can be accepted", code)})
		case seen[code] == 0 && !failed: // a check that stopped at an error may not have warned yet
			r.warn("accept-unused", path, problem{
				message: fmt.Sprintf("%q does not occur", code),
				hint:    "remove it",
			})
		}
	}
	return r.found
}
