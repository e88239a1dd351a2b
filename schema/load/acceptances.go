package load

import (
	"cuelang.org/go/cue"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Acceptances are the dangers that the fleet's policy accepts, in the order of the
// files.
type Acceptances struct {
	Values []v1alpha1.Acceptance
	At     []diag.Pos // where each begins
}

// acceptanceForm is an entry for a user who wrote something else.
const acceptanceForm = `an acceptance is {environment: "…", code: "…", object: "…", base: "sha256:…", danger: "sha256:…", reason: "…"}; dominoc diff prints it`

// Acceptances reads the field accept of the package policy in a folder, and checks
// it against #Acceptances of the schema in the binary. There are none when there
// is no such field, or when an error is among the diagnostics.
func (l *Loader) Acceptances(dir string) (Acceptances, diag.List) {
	b, found := l.beside(dir, policyField, "accept", "#Acceptances", acceptanceForm)
	if b == nil {
		return Acceptances{}, found
	}
	var a Acceptances
	if found := b.evaluated(nil, 0, func(v cue.Value) error { return decoded(v, &a.Values, maxBytes) }); found.HasErrors() {
		return Acceptances{}, found
	}
	at := b.locator()
	for i := range a.Values {
		a.At = append(a.At, at(diag.Path{}.Index(i)))
	}
	return a, nil
}
