package change

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/schema/source"
)

// Base is the other side of a comparison: a commit, a folder of manifests, a management
// cluster, or another dominoc, which compiles the side after.
type Base struct {
	Shown string // for the reader

	repository *git.Repository
	commit     string

	folder string

	trees  []*health.Environment
	live   bool
	owners Owners

	program  string // the other dominoc
	patience time.Duration
}

// Base returns the base that the first argument names, or else the commit where HEAD left
// the default branch, and the remaining arguments, which are patterns. The error is a
// *Mistake if the command line is wrong.
func (o Options) Base(ctx context.Context, args []string) (Base, []string, error) {
	if err := o.Workspace.Exists(); err != nil {
		return Base{}, nil, err
	}
	if len(args) > 0 && o.isOutput(args[0]) {
		return Base{folder: o.Workspace.Path(args[0]), Shown: "the manifests in " + args[0]}, args[1:], nil
	}
	repository, err := git.Open(ctx, o.Workspace.Root)
	if err != nil {
		return Base{}, nil, fmt.Errorf("%w: diff compares with a commit, unless a folder of manifests or --live is named", err)
	}
	b := Base{repository: repository}
	if len(args) > 0 {
		if b.commit = repository.Commit(ctx, args[0]); b.commit != "" {
			b.Shown = args[0]
			if short := repository.Short(ctx, b.commit); short != args[0] {
				b.Shown += " (" + short + ")"
			}
			return b, args[1:], nil
		}
	}
	from, err := repository.MergeBase(ctx)
	switch {
	case err != nil && len(args) > 0:
		return Base{}, nil, mistake(fmt.Errorf("%q is not a git revision, and no default base was found: %w", args[0], err))
	case err != nil:
		return Base{}, nil, mistake(err)
	}
	b.commit = from.Commit
	b.Shown = fmt.Sprintf("%s, where HEAD left %s", repository.Short(ctx, b.commit), from.Of)
	return b, args, nil
}

// isOutput reports whether a folder has the output of a build, or a part of it.
func (o Options) isOutput(name string) bool {
	for _, inner := range []string{source.Manifest, filepath.Join("platform", "compositions")} {
		if _, err := os.Stat(filepath.Join(o.Workspace.Path(name), inner)); !errors.Is(err, os.ErrNotExist) {
			return err == nil
		}
	}
	return false
}
