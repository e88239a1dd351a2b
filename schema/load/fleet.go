package load

import (
	"io/fs"
	"os"
	"path/filepath"

	"cuelang.org/go/cue/errors"

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

// fleet reads and checks files of the fleet, and decodes their field.
func (l *Loader) fleet(of contract, dir string, into any) (*Source, diag.List) {
	s, found := l.fleetSource(of, dir)
	if s == nil {
		return nil, found
	}
	defer l.uncollected()()
	if found := s.checkInto(request{into: into}); found.HasErrors() {
		return nil, found
	}
	return s, nil
}

// fleetSource reads the files of a package in a folder of its own. The Source is nil when
// there are none, or when an error is among the diagnostics.
func (l *Loader) fleetSource(of contract, dir string) (*Source, diag.List) {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	r := &reading{loader: l, left: maxBytes}
	entries, err := l.reads().entries(dir)
	if err != nil {
		// A link that leads nowhere is something, and so is a file: what was meant to be
		// there would be missed.
		if _, missing := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) || missing == nil {
			r.found = append(r.found, *unreadable(l.show(dir), err))
		}
	}
	r.take(l.candidates(dir, entries, of.pkg), "")
	r.misplaced(of.pkg, dir, entries)
	if len(r.files) == 0 {
		return nil, r.found
	}
	return l.open(of, dir, r)
}

// misplaced refuses files that were meant for a package and are not read: the package in
// YAML or JSON, its usual file with another package clause, CUE of other packages only,
// and a file next to the folder, such as environments/policy.cue.
func (r *reading) misplaced(pkg, dir string, entries []fs.DirEntry) {
	refuse := func(file, hint string, line int, format string, args ...any) {
		d := trouble(r.loader.show(file), "package-name", format, args...)
		d.Pos.Line, d.Pos.Column, d.Hint = line, line, hint
		r.found = append(r.found, d)
	}
	isOf := func(file string) bool {
		mine, bad := r.loader.reads().ofPackage(file, file, pkg)
		return mine || bad != nil // what is wrong with it is reported
	}
	other := ""
	for _, e := range entries {
		file := filepath.Join(dir, e.Name())
		switch name := e.Name(); {
		case name == pkg+".yaml" || name == pkg+".yml" || name == pkg+".json":
			refuse(file, "write it as "+pkg+".cue", 0, "is not read: package %q is written in CUE", pkg)
		case e.IsDir() || !isSource(name):
		case name == pkg+".cue" && !isOf(file):
			refuse(file, "begin it with: package "+pkg, 1, "is not a file of package %q", pkg)
		case other == "":
			other = file
		}
	}
	if len(r.files) == 0 && len(r.found) == 0 && other != "" {
		refuse(other, "begin it with: package "+pkg, 1, "is not a file of package %q, and no other file here is", pkg)
	}
	file := dir + ".cue"
	if info, err := r.loader.reads().stat(file); err == nil && info.Mode().IsRegular() && filepath.Base(dir) == pkg {
		if mine, _ := r.loader.reads().ofPackage(file, file, pkg); mine {
			refuse(file, "move it there", 1, "is not read: files of package %q are in the folder %s", pkg, r.loader.show(dir))
		}
	}
}
