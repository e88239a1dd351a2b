package load

import (
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Stated is what the user states in the files of a package of the fleet.
type Stated[T any] struct {
	Values T // with all defaults
	At     diag.Locator
}

// GitOps is how the manifests reach the management cluster, Quotas what the accounts have.
type (
	GitOps = Stated[v1alpha1.GitOps]
	Quotas = Stated[v1alpha1.Quotas]
)

// GitOps reads the files of package gitops in a folder, and Quotas those of package
// quotas. The result is nil if there are none, or if a diagnostic is an error.
func (l *Loader) GitOps(dir string) (*GitOps, diag.List) {
	return stated[v1alpha1.GitOps](l, gitOps, dir)
}

func (l *Loader) Quotas(dir string) (*Quotas, diag.List) {
	return stated[v1alpha1.Quotas](l, quotas, dir)
}

func stated[T any](l *Loader, of contract, dir string) (*Stated[T], diag.List) {
	var values T
	s, found := l.fleet(of, dir, &values)
	if s == nil {
		return nil, found
	}
	return &Stated[T]{values, s.At}, found
}

// Acceptances are the dangers that the fleet's policy accepts, in the order of the
// files.
type Acceptances struct {
	Values []v1alpha1.Acceptance
	At     []diag.Pos // where each begins
}

// Acceptances reads the field accept of the package policy in a folder.
func (l *Loader) Acceptances(dir string) (Acceptances, diag.List) {
	var a Acceptances
	s, found := l.fleet(acceptances, dir, &a.Values)
	if s == nil {
		return Acceptances{}, found
	}
	for i := range a.Values {
		a.At = append(a.At, s.At(diag.Path{}.Index(i)))
	}
	return a, found
}

// fleet reads and checks files of the fleet, and decodes their field. The Source is nil
// if there are none, or if an error is among the diagnostics.
func (l *Loader) fleet(of contract, dir string, into any) (*Source, diag.List) {
	s, found := l.fleetSource(of, dir)
	if s == nil {
		return nil, found
	}
	if found := s.checkInto(request{into: into}); found.HasErrors() {
		return nil, found
	}
	return s, nil
}

// fleetSource is fleet without the check.
func (l *Loader) fleetSource(of contract, dir string) (*Source, diag.List) {
	files := l.Fleet(of.pkg, dir)
	if len(files.Files) == 0 {
		return nil, files.Found
	}
	return l.open(of, files)
}
