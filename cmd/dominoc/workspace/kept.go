package workspace

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/dominoc/dominoc/cmd/dominoc/memo"
	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
)

// What is kept of an environment, and of what it is a function:
//
//	what it loads to        all that the load reads
//	what is found of it     that, the release of provider-aws, and the root, outside of
//	alone                   which positions have other paths
//	its share of the        that and the release of provider-aws
//	output
//	a Composition           its name, which ends in a hash of its content
//
// All of it is a function of the program too, and nothing else reaches it: quotas, policy,
// delivery and date are in what is compared between environments, in every run. Only what
// follows from an environment that was loaded without a diagnostic is kept.

// key is that under which what follows from a loaded environment is kept; false if nothing
// is.
func (w *Workspace) key(r load.Result) (key source.Digest, kept bool) {
	return w.keyOf(r.Digest), r.Digest != source.Digest{}
}

// keyOf is key for the digest of an environment's sources.
func (w *Workspace) keyOf(digest source.Digest) source.Digest {
	return sha256.Sum256(fmt.Appendf(nil, "%x %q %+v", digest, w.Loader.Root, w.Provider()))
}

// kept is what is kept of an environment alone.
type kept struct {
	store *memo.Store[check.Alone]
	key   source.Digest
}

func (k kept) Alone() *check.Alone     { return k.store.Of(k.key) }
func (k kept) Keep(alone *check.Alone) { k.store.Keep(k.key, alone) }

func (w *Workspace) kept(r load.Result) compositions.Kept {
	if key, keeps := w.key(r); keeps {
		return kept{w.Memo.Alone, key}
	}
	return nil
}

// Spare spares the inputs, of loaded environments, whose shares and Compositions are known, and
// returns the shares, in the order of the inputs; nil for one that is not spared.
func (w *Workspace) Spare(inputs []compositions.Input, loaded []load.Result) []*output.Share {
	shares := make([]*output.Share, len(inputs))
	whole := map[string]bool{} // by the name of a parent's Composition
	for i, r := range loaded {
		key, keeps := w.key(r)
		if !keeps {
			continue
		}
		share := w.Memo.Shares.Of(key)
		if share == nil {
			continue
		}
		known, looked := whole[share.Composition]
		if !looked {
			parent := w.Composed(share.Composition)
			known = parent != nil && !slices.ContainsFunc(parent.Children, func(name string) bool { return w.Composed(name) == nil })
			whole[share.Composition] = known
		}
		if known {
			inputs[i].Spared, shares[i] = true, share
		}
	}
	return shares
}

// Composed returns what is known of a Composition; nil for nothing.
func (w *Workspace) Composed(name string) *output.Composed {
	return w.Memo.Composed.Of(sha256.Sum256([]byte(name)))
}

// KeepShares keeps the shares of an output with these files, of environments that were loaded.
func (w *Workspace) KeepShares(of *output.Output, files []emit.File, loaded []load.Result, whole bool) error {
	if w.Memo.Shares == nil {
		return nil
	}
	keys := map[string]source.Digest{}
	for _, r := range loaded {
		if key, keeps := w.key(r); keeps {
			keys[r.Environment.Name] = key
		}
	}
	shares, composed, err := of.Shares(files)
	if err != nil {
		return Bug(err)
	}
	for _, share := range shares {
		if key, keeps := keys[share.Environment.Name]; keeps {
			w.Memo.Shares.Keep(key, &share)
		}
	}
	for _, c := range composed {
		w.Memo.Composed.Keep(sha256.Sum256([]byte(c.Name)), &c)
	}
	w.Memo.Shares.Save(whole)
	w.Memo.Composed.Save(whole)
	return nil
}

// Save saves what the run has found out of environments; whole says that it was about the whole fleet.
func (w *Workspace) Save(whole bool) {
	w.Memo.Loads.Save(whole)
	w.Memo.Alone.Save(whole)
}
