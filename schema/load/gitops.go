package load

import (
	"cuelang.org/go/cue"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// gitOpsPackage is the package and the field of what is said of GitOps.
const gitOpsPackage = "gitops"

// GitOps is how the manifests reach the management cluster, and where it stands.
type GitOps struct {
	Values v1alpha1.GitOps // with all defaults
	At     diag.Locator
}

// GitOps reads the files of package gitops in a folder, and checks them against
// #GitOps of the schema in the binary. It is nil when there are none, or when an
// error is among the diagnostics.
func (l *Loader) GitOps(dir string) (*GitOps, diag.List) {
	b, found := l.beside(dir, gitOpsPackage, gitOps, "dominoc explain gitops shows what there is")
	if b == nil {
		return nil, found
	}
	if known, err := theShape(); err == nil {
		b.shape = known.gitOps
	}
	g := &GitOps{At: b.locator()}
	if found := b.evaluated(nil, 0, func(v cue.Value) error { return v.Decode(&g.Values) }); found.HasErrors() {
		return nil, found
	}
	return g, nil
}
