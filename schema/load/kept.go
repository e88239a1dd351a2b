package load

import (
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Kept is the environments that earlier runs of this program have loaded, by the digest of
// all that their loads read. Its methods may be called from several goroutines.
type Kept interface {
	// Of returns a new copy of the environment; nil if it is unknown.
	Of(source.Digest) *v1alpha1.Environment

	// Keep keeps an environment for a later run.
	Keep(source.Digest, *v1alpha1.Environment)
}

// one is One with what is kept. Only an environment without a diagnostic is, so that what
// is known of it is the environment, and its files, which were read for the digest. The
// second digest shows whether an imported file was edited after the first.
func (l *Loader) one(f source.Folder, files *source.Package) Result {
	digest := files.Digest()
	if known := l.Kept.Of(digest); known != nil {
		return Result{Folder: f, Source: l.source(environments, files), Environment: known, Digest: digest}
	}
	r := l.result(f, files)
	if len(r.Diagnostics) == 0 && files.Digest() == digest {
		l.Kept.Keep(digest, r.Environment)
		r.Digest = digest
	}
	return r
}
