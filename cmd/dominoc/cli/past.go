package cli

import (
	"context"
	"errors"
	"runtime"
	"slices"

	"github.com/dominoc/dominoc/cmd/dominoc/memo"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// past is what earlier builds on this machine knew of the fleet.
type past struct {
	memo    *memo.Memo
	digests map[string]load.Digest // of the environments, by folder
	folders []load.Folder          // of all of them, in order
	chosen  []load.Folder          // those that the run writes
	others  []load.Folder
	shares  []output.Share // of the others; nil unless all are known
}

// recall looks up what is known of the environments that are not selected. The
// digests are taken before anything is compiled: what is edited meanwhile is not kept
// under the digest of what it became.
func (b *build) recall(folders []load.Folder, selected map[string]bool) *past {
	p := &past{memo: memo.Open(b.streams.Caches, b.root), folders: folders, digests: map[string]load.Digest{}}
	if !p.memo.Keeps() {
		return nil
	}
	for i, digest := range b.loader().Digests(folders, runtime.GOMAXPROCS(0)) {
		p.digests[folders[i].Dir] = digest
	}
	for _, f := range folders {
		if selected[f.Dir] {
			p.chosen = append(p.chosen, f)
		} else {
			p.others = append(p.others, f)
		}
	}
	if shares, known := p.memo.Of(p.of(p.others)); known {
		p.shares = shares
	}
	return p
}

func (p *past) of(folders []load.Folder) []load.Digest {
	digests := make([]load.Digest, len(folders))
	for i, f := range folders {
		digests[i] = p.digests[f.Dir]
	}
	return digests
}

// knowsOthers says that the environments that are not selected need not be compiled.
func (p *past) knowsOthers() bool { return p != nil && len(p.chosen) > 0 && len(p.shares) > 0 }

// keep keeps what a build has made of folders, which are in the order of the fleet's
// shares. A cache that cannot be written is none.
func (p *past) keep(folders []load.Folder, of *output.Output, files []emit.File) {
	_ = p.memo.Keep(p.of(folders), of.Shares(files))
}

// writeSome compiles the selected environments among the others, of which the past
// knows what they have in what all have in common. It is not done, and nothing was
// written or said, where more has to be known: then the whole fleet is compiled.
func (b *build) writeSome(ctx context.Context, p *past, f diag.Format) (done bool, err error) {
	if _, wrong := b.rules(false); wrong.HasErrors() {
		return false, nil
	}
	fleet, results, found, err := b.compile(ctx, p.chosen)
	if err != nil {
		return false, err
	}
	if fleet == nil {
		return true, b.conclude(found, f)
	}
	own, err := b.outputOf(fleet)
	if err != nil {
		return false, err
	}
	whole, err := own.Among(p.shares, p.memo.Composed)
	if err != nil {
		return false, nil
	}
	files, err := whole.Files()
	if err != nil {
		return false, failed(err)
	}
	selected := map[string]bool{}
	for _, folder := range p.chosen {
		selected[folder.Dir] = true
	}
	chosen := choose(results, selected)
	chosen.all = false
	result, wrote := b.put(chosen.set(files))
	if lacks := (*emit.Lacks)(nil); errors.As(wrote, &lacks) {
		return false, nil
	}
	if err := b.report(found, f); err != nil {
		return false, err
	}
	if wrote != nil {
		return false, failed(wrote)
	}
	p.keep(slices.Concat(p.chosen, p.others), whole, files)
	summarize(b.streams.Err, b.out, result)
	return true, nil
}
