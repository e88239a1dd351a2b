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

// GitOps is how the manifests reach the management cluster, Quotas what the accounts have,
// and Acceptances the dangers that the fleet's policy accepts.
type (
	GitOps      = Stated[v1alpha1.GitOps]
	Quotas      = Stated[v1alpha1.Quotas]
	Acceptances = Stated[[]v1alpha1.Acceptance]
)

// GitOps reads the files of package gitops in a folder. As for Quotas and Acceptances, the
// result is nil if there are none, or if a diagnostic is an error.
func (l *Loader) GitOps(dir string) (*GitOps, diag.List) {
	return stated[v1alpha1.GitOps](l, gitOps, dir)
}

// EditedGitOps is GitOps with another content of one of the files, by its name for the
// reader.
func (l *Loader) EditedGitOps(dir, name string, content []byte) (*GitOps, diag.List) {
	s, found := l.open(gitOps, l.Fleet(gitOps.pkg, dir).With(name, content))
	return decoded[v1alpha1.GitOps](s, found)
}

// Quotas reads the files of package quotas in a folder.
func (l *Loader) Quotas(dir string) (*Quotas, diag.List) {
	return stated[v1alpha1.Quotas](l, quotas, dir)
}

// Acceptances reads the field accept of package policy in a folder.
func (l *Loader) Acceptances(dir string) (*Acceptances, diag.List) {
	return stated[[]v1alpha1.Acceptance](l, acceptances, dir)
}

// stated reads and checks files of the fleet, and decodes their field.
func stated[T any](l *Loader, of contract, dir string) (*Stated[T], diag.List) {
	return decoded[T](l.fleet(of, dir))
}

func decoded[T any](s *Source, found diag.List) (*Stated[T], diag.List) {
	if s == nil {
		return nil, found
	}
	var values T
	if found := s.checkInto(request{into: &values}); found.HasErrors() {
		return nil, found
	}
	return &Stated[T]{values, s.At}, nil
}

// fleet parses the files of a package of the fleet. The Source is nil if there are none, or
// if an error is among the diagnostics.
func (l *Loader) fleet(of contract, dir string) (*Source, diag.List) {
	files := l.Fleet(of.pkg, dir)
	if len(files.Files) == 0 {
		return nil, files.Found
	}
	return l.open(of, files)
}
