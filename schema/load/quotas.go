package load

import (
	"cuelang.org/go/cue"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Quotas is what the user says that the accounts have, and where it stands.
type Quotas struct {
	Values v1alpha1.Quotas
	At     diag.Locator
}

// Quotas reads the files of package quotas in a folder, and checks them against
// #Quotas of the schema in the binary. They are nil when there are none, or when
// an error is among the diagnostics.
func (l *Loader) Quotas(dir string) (*Quotas, diag.List) {
	b, found := l.beside(dir, "quotas", "quotas", "#Quotas", `write quotas: "ACCOUNT": regions: "REGION": "L-CODE": VALUE, or quotas: "ACCOUNT": global: "L-CODE": VALUE`)
	if b == nil {
		return nil, found
	}
	q := &Quotas{At: b.locator()}
	if found := b.evaluated(nil, 0, func(v cue.Value) error { return decoded(v, &q.Values, maxBytes) }); found.HasErrors() {
		return nil, found
	}
	return q, nil
}
