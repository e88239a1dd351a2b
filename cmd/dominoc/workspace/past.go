package workspace

import (
	"context"
	"errors"
	"runtime"
	"slices"

	"github.com/dominoc/dominoc/cmd/dominoc/memo"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/source"
)

// past is what earlier builds on this machine kept about the fleet.
type past struct {
	memo           *memo.Memo
	digests        map[string]source.Digest // of the environments, by folder
	chosen, others []source.Folder          // those that the run writes, and the rest
	shares         []output.Share           // of the others; nil unless all are known
}

// recall looks up what is known about the environments that are not selected; nil if
// nothing can be kept. It takes the digests before anything is compiled, so that a file
// which is edited meanwhile is not kept under the digest of its new content.
func (b Build) recall(caches string) *past {
	p := &past{memo: memo.Open(caches, b.Root, b.Provider()), digests: map[string]source.Digest{}}
	if !p.memo.Keeps() {
		return nil
	}
	for i, digest := range b.Loader.Digests(b.Selection.Folders, runtime.GOMAXPROCS(0)) {
		p.digests[b.Selection.Folders[i].Dir] = digest
	}
	p.chosen, p.others = b.Selection.split()
	if shares, known := p.memo.Of(p.of(p.others)); known {
		p.shares = shares
	}
	return p
}

func (p *past) of(folders []source.Folder) []source.Digest {
	digests := make([]source.Digest, len(folders))
	for i, f := range folders {
		digests[i] = p.digests[f.Dir]
	}
	return digests
}

// knowsOthers reports whether the other environments need not be compiled.
func (p *past) knowsOthers() bool { return p != nil && len(p.chosen) > 0 && len(p.shares) > 0 }

// keep keeps the shares of a build's folders, which are in the order of the shares. A
// failed write of the cache is not an error.
func (p *past) keep(folders []source.Folder, of *output.Output, files []emit.File) {
	_ = p.memo.Keep(p.of(folders), of.Shares(files))
}

// writeSome compiles the selected environments only, and takes the others' shares from the
// past. It is not done, and has written nothing, if that does not suffice: then the whole
// fleet must be compiled.
func (b Build) writeSome(ctx context.Context, p *past) (_ emit.Result, _ diag.List, done bool, err error) {
	if _, wrong := b.rules(false); wrong.HasErrors() {
		return emit.Result{}, nil, false, nil
	}
	c, err := b.Workspace.Compile(ctx, Of(p.chosen))
	if err != nil || c.Fleet == nil {
		return emit.Result{}, c.Found, true, err
	}
	b.Loads.Save(false)
	own, err := b.Output(c.Fleet, b.Tool)
	if err != nil {
		return emit.Result{}, nil, true, err
	}
	whole, err := own.Among(p.shares, p.memo.Composed)
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
		p.keep(slices.Concat(p.chosen, p.others), whole, files)
	}
	return result, c.Found, true, err
}
