package workspace

import (
	"context"
	"errors"
	"runtime"

	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/diag"
)

// writeSome compiles the selected environments only, and takes the others' shares from
// earlier builds on this machine. It is not done, and has written nothing, if one is unknown
// or that does not suffice: then the whole fleet must be compiled.
func (b Build) writeSome(ctx context.Context) (_ emit.Result, _ diag.List, done bool, err error) {
	chosen, others := b.Selection.split()
	if b.Memo.Shares == nil || len(chosen) == 0 || len(others) == 0 {
		return emit.Result{}, nil, false, nil
	}
	shares := make([]output.Share, len(others))
	for i, digest := range b.Loader.Digests(others, runtime.GOMAXPROCS(0)) {
		share := b.Memo.Shares.Of(b.keyOf(digest))
		if share == nil {
			return emit.Result{}, nil, false, nil
		}
		shares[i] = *share
	}
	if _, wrong := b.rules(false); wrong.HasErrors() {
		return emit.Result{}, nil, false, nil
	}
	c, err := b.Workspace.Compile(ctx, Of(chosen))
	if err != nil || c.Fleet == nil {
		return emit.Result{}, c.Found, true, err
	}
	b.Save(false)
	own, err := b.Output(c.Fleet, b.Tool)
	if err != nil {
		return emit.Result{}, nil, true, err
	}
	whole, err := own.Among(shares, b.Composed)
	if err != nil {
		return emit.Result{}, nil, false, nil
	}
	c, whole, err = b.pinned(ctx, c, whole)
	if err != nil || whole == nil {
		return emit.Result{}, c.Found, true, err
	}
	files, err := whole.Files()
	if err != nil {
		return emit.Result{}, nil, true, err
	}
	c.all = false
	result, err := b.put(c.set(files))
	if lacks := (*emit.Lacks)(nil); errors.As(err, &lacks) {
		return emit.Result{}, nil, false, nil
	}
	if err == nil {
		err = b.KeepShares(whole, files, c.loaded, false)
	}
	return result, c.Found, true, err
}
