// Package change compares two states of a fleet: the work tree with a commit, with
// a folder of manifests or with a management cluster.
//
// In goes a Base and patterns; out comes the Document that package report prints.
// Which environments there are on each side, which of them changed and which was
// formerly another one is decided here. What a change does to AWS is decided by
// package compositions/diff.
package change

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/report"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// Options are what a comparison depends on next to its base.
type Options struct {
	Root string // folder of the run
	Out  string // folder of committed manifests, relative to Root or absolute

	// Loader returns the loader of a folder; nil for load.New.
	Loader func(root string) *load.Loader

	// Fleet adds the AWS quotas of the whole fleet, as Stated gives them.
	Fleet  bool
	Stated func() (*check.Stated, diag.List)

	// Fails reports whether a danger that is not accepted fails the run.
	Fails func(diff.Danger) bool
}

// Mistake is an error that the user can mend: an argument or a repository that is
// not as the comparison needs it. Any other error says that something could not be
// read.
type Mistake struct{ err error }

func (m *Mistake) Error() string { return m.err.Error() }
func (m *Mistake) Unwrap() error { return m.err }

func mistake(err error) error { return &Mistake{err} }

// sought returns the error of a search for environments: a pattern is the user's
// to mend, a folder that cannot be read is not.
func sought(err error) error {
	var unreadable *fs.PathError
	if errors.As(err, &unreadable) {
		return err
	}
	return mistake(err)
}

// Compare returns the report on the environments that the patterns name; without a
// pattern, on all of the fleet and on what they have in common. An environment
// that could not be compared does not keep the others from being reported: why is
// in the document.
func (o Options) Compare(ctx context.Context, b Base, patterns []string) (report.Document, error) {
	found, err := o.Pairs(ctx, b, patterns)
	if err != nil {
		return report.Document{}, err
	}
	reports := compared(found)
	exceeded, wrong, err := o.quotas(ctx, found, reports)
	if err != nil {
		return report.Document{}, err
	}
	found.Wrong = append(found.Wrong, wrong...)
	document := o.document(found, reports, exceeded)
	document.Base = b.Shown
	return document, nil
}

// folders returns those of the patterns; without one those of the fleet.
func (o Options) folders(patterns []string) ([]load.Folder, error) {
	if len(patterns) == 0 {
		if info, err := os.Stat(filepath.Join(o.Root, load.FleetFolder)); err != nil || !info.IsDir() {
			return nil, mistake(fmt.Errorf("no folder %q here: name environments, or the repository with -C", load.FleetFolder))
		}
		patterns = []string{"./" + load.FleetFolder + "/..."}
	}
	folders, err := load.Find(o.Root, patterns)
	if err != nil {
		return nil, sought(err)
	}
	return folders, nil
}
