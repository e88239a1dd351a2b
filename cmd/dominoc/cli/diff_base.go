package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/schema/load"
)

// base is what environments are compared with: a commit, a folder of manifests or
// a management cluster.
type base struct {
	shown string // for the reader

	repository *git.Repository
	commit     string

	folder string

	live bool
}

// base finds what to compare with: the first argument where it names something, or
// else where HEAD left the default branch. The other arguments are patterns.
func (d *comparing) base(ctx context.Context, args []string) (base, []string, error) {
	if info, err := os.Stat(d.root); err != nil || !info.IsDir() {
		return base{}, nil, wrong(fmt.Errorf("-C %s: not a folder", d.root))
	}
	if d.live {
		return base{shown: "what the management cluster has", live: true}, args, nil
	}
	if len(args) > 0 && d.isOutput(args[0]) {
		return base{folder: d.within(args[0]), shown: "the manifests in " + args[0]}, args[1:], nil
	}
	repository, err := git.Open(ctx, d.root)
	if err != nil {
		return base{}, nil, failed(fmt.Errorf("%w: diff compares with a commit, unless a folder of manifests or --live is named", err))
	}
	b := base{repository: repository}
	if len(args) > 0 {
		if b.commit = repository.Commit(ctx, args[0]); b.commit != "" {
			b.shown = named(args[0], repository.Short(ctx, b.commit))
			return b, args[1:], nil
		}
	}
	from, err := repository.MergeBase(ctx)
	switch {
	case err != nil && len(args) > 0:
		return base{}, nil, wrong(fmt.Errorf("%q is no revision that git knows here, and without one: %w", args[0], err))
	case err != nil:
		return base{}, nil, wrong(err)
	}
	b.commit = from.Commit
	b.shown = fmt.Sprintf("%s, where HEAD left %s", repository.Short(ctx, b.commit), from.Of)
	return b, args, nil
}

// named is a revision with its commit, once where it is the commit.
func named(revision, commit string) string {
	if revision == commit {
		return revision
	}
	return revision + " (" + commit + ")"
}

// within is a path below the root.
func (o *options) within(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(o.root, filepath.FromSlash(name))
}

// isOutput says that a folder holds what a build wrote, or a part of it.
func (o *options) isOutput(name string) bool {
	for _, inner := range []string{load.Manifest, filepath.Join("platform", "compositions")} {
		if _, err := os.Stat(filepath.Join(o.within(name), inner)); !errors.Is(err, os.ErrNotExist) {
			return err == nil
		}
	}
	return false
}
