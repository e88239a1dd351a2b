package load

import (
	"path/filepath"

	"cuelang.org/go/cue/format"

	"github.com/dominoc/dominoc/schema/diag"
)

// Draft checks an environment that is not written yet: content stands for its
// file, and shared values are taken from the folders above as they will be.
func (l *Loader) Draft(f Folder, content []byte) Result {
	name := l.show(filepath.Join(f.Dir, f.Files[0]))
	r := &reading{loader: l, left: maxBytes - int64(len(content)), files: []file{{name: name, content: content}}}
	r.parents(f.Dir)
	source, found := l.open(environments, f.Dir, r)
	return concluded(f, source, found)
}

// Formatted is CUE as cue fmt writes it. The error is that of text which is no CUE.
func Formatted(text []byte) ([]byte, error) { return format.Source(text) }

// parents takes the files in the folders above dir, up to the root.
func (r *reading) parents(dir string) {
	top := r.loader.top(dir)
	for dir != top && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		r.take(r.loader.shared(dir).files, "")
	}
}

// concluded is what became of files that were read.
func concluded(f Folder, source *Source, found diag.List) Result {
	name := filepath.Base(f.Dir)
	if source == nil {
		return Result{Folder: f, Diagnostics: found.Sorted().In(name)}
	}
	env, more := source.Check()
	return Result{f, source, env, append(found, more...).Sorted().In(name)}
}
