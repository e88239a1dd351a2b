package load

import (
	"strings"

	"cuelang.org/go/cue"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/shape"
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
	b, found := l.beside(dir, gitOpsPackage, gitOpsPackage, shape.GitOps, "dominoc explain gitops shows what there is")
	if b == nil {
		return nil, found
	}
	b.shape = shape.Read().Roots[shape.GitOps]
	g := &GitOps{At: b.locator()}
	if found := b.evaluated(nil, 0, func(v cue.Value) error { return decoded(v, &g.Values, maxBytes) }); found.HasErrors() {
		return nil, b.withUnknown(found)
	}
	return g, nil
}

// withUnknown adds the fields that there are not and that CUE does not name,
// because something else in the same group is wrong.
func (b *beside) withUnknown(found diag.List) diag.List {
	told := map[string]bool{}
	for _, d := range found {
		told[d.Path] = true
	}
	index := b.index()
	for k := range index.entries {
		if k == "" {
			continue
		}
		path := diag.Path(strings.Split(strings.TrimSuffix(k, "\x01"), "\x01"))
		if d, ok := b.unknown(path); ok && !told[d.Path] {
			d.Pos, _ = index.exact(path).mark()
			found = append(found, d)
		}
	}
	return found.Sorted()
}

// unknown says that a path is of a field that its group has not.
func (b *beside) unknown(path diag.Path) (diag.Diagnostic, bool) {
	last := len(path) - 1
	group, _ := b.shape.Lookup(path[:last])
	known, _ := b.shape.Lookup(path)
	if group == nil || known != nil {
		return diag.Diagnostic{}, false
	}
	labels := append([]string{b.field}, path...)
	return diag.Diagnostic{
		Severity: diag.Error, Code: "unknown-field", Path: strings.Join(labels, "."),
		Message: "there is no such field", Hint: b.meant(labels),
	}, true
}
