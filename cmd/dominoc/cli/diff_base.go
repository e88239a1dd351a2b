package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
)

// base is what environments are compared with.
type base struct {
	shown string // for the reader

	// A commit of a repository.
	repository *git.Repository
	commit     string
}

// base finds what to compare with: the first argument where it names something, or
// else where HEAD left the default branch. The other arguments are patterns.
func (d *comparing) base(ctx context.Context, args []string) (base, []string, error) {
	if info, err := os.Stat(d.root); err != nil || !info.IsDir() {
		return base{}, nil, wrong(fmt.Errorf("-C %s: not a folder", d.root))
	}
	repository, err := git.Open(ctx, d.root)
	if err != nil {
		return base{}, nil, failed(fmt.Errorf("%w: diff compares with a commit of the repository", err))
	}
	b := base{repository: repository}
	if len(args) > 0 {
		if b.commit = repository.Commit(ctx, args[0]); b.commit != "" {
			b.shown = named(args[0], repository.Short(ctx, b.commit))
			return b, args[1:], nil
		}
	}
	from, err := repository.MergeBase(ctx)
	if err != nil {
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
