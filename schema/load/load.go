// Package load turns the files that users write into checked values: environments, and
// what a fleet has in common (gitops, quotas, policy, acceptances).
//
// In come patterns or folders, and the files they name: CUE, for environments YAML or
// JSON as well. Out come values of schema/v1alpha1 with all defaults, a locator from
// their paths to the user's lines, and diagnostics: every mistake of a file at once, at
// the line that must change. Arithmetic between fields (addresses, sizes, names) and
// what needs several environments are left to compositions/plan and compositions/check.
// The commands in cmd/dominoc call it; no other package knows CUE.
//
// How a folder is read. The files of package environment in the folder and in
// its parents, up to the root of the module (the folder with cue.mod, else the
// repository, else the root that was given), are unified, as CUE does it. An
// environment in YAML or JSON holds the same content without the field
// environment around it, and takes the shared values of the parents too: the
// same content means the same in every format. Files of the fleet are those of one
// package in one folder. Only the fields of a contract are read.
//
// How it is checked. There is one checker; a contract gives it the package, the field
// and the definition of the schema. The good case is one unification with that
// definition of the schema in the binary, which no file can opt out of. When that fails,
// the files are evaluated again without the schema, and the plain data that results is
// compared with the shape of the definition (schema/shape): so an unknown field is found
// next to a type error, and each wrong value gets one sentence of ours. What is right is
// unified once more for the rules between fields. A policy has no shape: its rules are
// programs, and CUE's words say where they fail.
//
// Files are assumed hostile: their size, their number, the time and the memory of an
// evaluation are bounded (Loader.Memory says how far), and a panic of the evaluator is a
// diagnostic.
package load

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Defaults of a Loader.
const (
	DefaultDeadline = 10 * time.Second
	DefaultMemory   = 512 << 20
)

// Loader reads and checks environments. Its methods may be called from several
// goroutines. It reads a shared file once: make a new one after an edit.
type Loader struct {
	// Root is the folder that paths in diagnostics are relative to, and the
	// end of the search for shared values where there is neither cue.mod nor a
	// repository.
	Root string

	// Deadline is how long one environment may take. Zero is DefaultDeadline.
	Deadline time.Duration

	// Memory is how many bytes the process may gain before an evaluation that
	// is not done yet is given up. Zero is DefaultMemory. From then on it is what
	// the process may gain in all.
	//
	// An evaluation that was given up goes on, for nothing but the end of the
	// process ends it. The loader evaluates nothing more then and its methods
	// return soon, but a list or a text that grows keeps growing; and while a text
	// of many MiB is copied, the collector of Go stops all else. So lists,
	// comprehensions and recursion are bounded for every caller, texts only for one
	// that sets Process.
	Memory uint64

	// Process, where it is set, is that of which evaluations are the business.
	Process Process

	// Refused are evaluations that held too much in processes before this one. They
	// are reported and not begun.
	Refused []Evaluation

	// Alone has one thing evaluated at a time, so that it is certain which holds too
	// much.
	Alone bool

	// Spent says that the processes before this one have taken the time of the run:
	// nothing is evaluated.
	Spent bool

	most atomic.Uint64 // with so many bytes nothing new begins; 0 until an evaluation was given up
	lost atomic.Int64  // nanoseconds that evaluations took until they were given up

	mu      sync.Mutex
	idle    []*worker
	folders map[string]*shared
	found   *search

	subjects map[*subject]state // of evaluations that have not ended
	overran  sync.Once
	calm     sync.RWMutex // held while one waits for an evaluation; memory is collected when there is none

	opener sync.Once
	trees  *repositories
}

// New is a Loader for the folder root with the default bounds.
func New(root string) *Loader { return &Loader{Root: root} }

// Result is what became of one folder. Source is nil when its files could not
// be read, Environment is nil when there is an error among the Diagnostics.
type Result struct {
	Folder      Folder
	Source      *Source
	Environment *v1alpha1.Environment
	Diagnostics diag.List
}

// All loads and checks folders with so many workers at once; results are in
// the order of the folders.
func (l *Loader) All(folders []Folder, workers int) []Result {
	defer l.uncollected()()
	results := make([]Result, len(folders))
	each(len(folders), workers, func(i int) { results[i] = l.One(folders[i]) })
	return results
}

// each calls f with 0 to n-1, by so many workers at once.
func each(n, workers int, f func(i int)) {
	next := make(chan int)
	var wait sync.WaitGroup
	for range max(1, min(workers, n)) {
		wait.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}

// Workers is how many evaluations a run does at once. One processor is left to what
// looks at them, for a text that is copied keeps its own; and more would count the
// garbage of too many others as what one of them needs.
func Workers() int { return max(1, min(8, runtime.GOMAXPROCS(0)-1)) }

// One loads and checks a folder.
func (l *Loader) One(f Folder) Result {
	source, found := l.Load(f)
	return concluded(f, source, found)
}

// reads opens the files of the run.
func (l *Loader) reads() *repositories {
	l.opener.Do(func() { l.trees = newRepositories(l.Root) })
	return l.trees
}

// Rest lets go of what evaluations have left behind. It is made again when it is
// needed.
func (l *Loader) Rest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, w := range l.idle {
		l.idle[i] = w.renewed()
	}
}

// show is a file's path for the reader: relative to the root, with slashes;
// absolute when it lies outside.
func (l *Loader) show(file string) string { return shown(l.reads().start, file) }
