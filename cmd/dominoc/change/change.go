// Package change compares two states of a fleet: the work tree with a commit, with
// a folder of manifests or with a management cluster, or what two releases of dominoc make
// of the work tree.
//
// In goes a Base and patterns; out comes the Document that package report prints.
// This package decides which environments each side has, which of them changed, and which
// were renamed. Package compositions/diff decides what a change does in AWS.
package change

import (
	"context"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/report"
)

// Options are the settings of a comparison, apart from its base.
type Options struct {
	Workspace *workspace.Workspace

	Out   string                 // folder of committed manifests, below the root or absolute
	Fleet bool                   // add the AWS quotas of the whole fleet
	Fails func(diff.Danger) bool // reports whether a danger that is not accepted fails the run
}

// mistake returns a workspace.Mistake.
func mistake(err error) error { return &workspace.Mistake{Err: err} }

// Compare returns the report on the environments that the patterns name; without a
// pattern, on the whole fleet and what its environments have in common. If an environment
// cannot be compared, the document has the reason, and the report on the others.
func (o Options) Compare(ctx context.Context, b Base, patterns []string) (report.Document, error) {
	found, err := o.Pairs(ctx, b, patterns)
	if err != nil {
		return report.Document{}, err
	}
	var reports []diff.Report
	for _, p := range found.All {
		reports = append(reports, diff.Compare(p.States()))
	}
	exceeded, wrong, err := o.quotas(ctx, found, reports)
	if err != nil {
		return report.Document{}, err
	}
	found.Wrong = append(found.Wrong, wrong...)
	document := o.document(found, reports, exceeded, b.namesTaken(ctx, found, reports))
	document.Base = b.Shown
	return document, nil
}
