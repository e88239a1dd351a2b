// Package load turns the files that users write into checked values: environments, and
// what a fleet has in common (gitops, quotas, policy, acceptances).
//
// In go folders, whose files package source reads and parses. Out come values of
// schema/v1alpha1 with all defaults, a locator from their paths to the user's lines, and
// diagnostics: every mistake of a file at once, at the line that must change. Arithmetic
// between fields (addresses, sizes, names) and what needs several environments are left
// to compositions/plan and compositions/check. The commands in cmd/dominoc call it; no
// other package evaluates CUE.
//
// How it is checked. There is one checker; a contract gives it the package, the field
// and the definition of the schema. The good case is one unification with that
// definition of the schema in the binary, which no file can opt out of. When that fails,
// the files are evaluated again without the schema, and the plain data that results is
// compared with the shape of the definition (schema/shape): so an unknown field is found
// next to a type error, and each wrong value gets one sentence from the schema. The
// correct part is unified once more for the rules between fields. A policy has no shape: its rules are
// programs, and CUE's errors locate their faults.
//
// Files are assumed hostile: package source bounds what is read, package guard the time
// and the memory of an evaluation, and a panic of the evaluator is a diagnostic.
package load

import (
	"path/filepath"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/guard"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// A Loader reads a tree and checks what it reads, within the bounds of its Guard. Its
// methods may be called from several goroutines.
type Loader struct {
	*source.Tree
	guard.Guard
	Kept Kept // nil for nothing

	mu   sync.Mutex
	idle []*worker
}

// New is a Loader for the folder root with the default bounds.
func New(root string) *Loader { return &Loader{Tree: source.Open(root)} }

// Result is that of loading one folder. Source is nil if its files could not be read or
// parsed, Environment is nil if an error is among the Diagnostics.
type Result struct {
	Folder      source.Folder
	Source      *Source
	Environment *v1alpha1.Environment
	Diagnostics diag.List

	// Digest is that of all that was read, if the environment is kept; else the zero value.
	Digest source.Digest
}

// All loads and checks folders, as many at once as there are workers. Results are in the
// order of the folders.
func (l *Loader) All(folders []source.Folder, workers int) []Result {
	defer l.Uncollected()()
	results := make([]Result, len(folders))
	var loading errgroup.Group
	loading.SetLimit(workers)
	for i, f := range folders {
		loading.Go(func() error { results[i] = l.One(f); return nil })
	}
	_ = loading.Wait()
	return results
}

// Workers returns how many evaluations a run does at once. One processor is left to the
// guard, because an evaluation that copies a long text occupies its own. With more workers
// the guard would attribute the garbage of too many evaluations to one of them.
func Workers() int { return max(1, min(8, runtime.GOMAXPROCS(0)-1)) }

// One loads and checks a folder.
func (l *Loader) One(f source.Folder) Result {
	if l.Kept != nil {
		return l.one(f, l.Environment(f))
	}
	return l.result(f, l.Environment(f))
}

// Draft checks an environment that is not written yet: contents are those of its files, by
// their names in the folder, and shared values are taken from the folders above as they
// will be.
func (l *Loader) Draft(f source.Folder, contents map[string][]byte) Result {
	return l.result(f, l.Drafted(f, contents))
}

// Edited checks an environment as it will be with other contents of some of its files, by
// their names for the reader.
func (l *Loader) Edited(f source.Folder, contents map[string][]byte) Result {
	return l.result(f, l.Tree.Edited(f, contents))
}

func (l *Loader) result(f source.Folder, files *source.Package) Result {
	r := Result{Folder: f}
	if r.Source, r.Diagnostics = l.open(environments, files); r.Source != nil {
		var found diag.List
		r.Environment, found = r.Source.check()
		r.Diagnostics = append(r.Diagnostics, found...)
	}
	r.Diagnostics = r.Diagnostics.Sorted().In(filepath.Base(f.Dir))
	return r
}

// Rest frees what evaluations have left in memory. It is made again when it is needed.
func (l *Loader) Rest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, w := range l.idle {
		l.idle[i] = w.renewed()
	}
}
