// Package process bounds the memory of a run of dominoc.
//
// In go the start time of the program and, by an environment variable, what an earlier
// program of the same run found; out come loaders whose evaluations are watched. What is
// evaluated is left to others. Packages cli and main call it.
package process

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/dominoc/dominoc/schema/guard"
	"github.com/dominoc/dominoc/schema/load"
)

// Process is the process of a run. It bounds the memory, and ends the program if nothing
// else can. A nil Process bounds nothing.
type Process struct {
	memory *memory
	past   restart
	spent  bool
}

// New returns the process of a program that begins at a time, and configures the garbage
// collector.
func New(now time.Time) *Process {
	past := earlier(now)
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1) // one watches evaluations
	return &Process{memory: newMemory(), past: past, spent: past.spent(now)}
}

// Loader returns a loader of files below a root. A run that ends because of its memory
// reports that on w.
func (p *Process) Loader(root string, w io.Writer) *load.Loader {
	l := load.New(root)
	if p != nil {
		l.Refused, l.Alone, l.Spent = p.past.Refused, p.past.Count > 0, p.spent
		l.Process = evaluating{p.memory, p, w}
	}
	return l
}

// failed is the exit code of such a run, the same as of mistakes in environments.
const failed = 1

// evaluating implements guard.Process.
type evaluating struct {
	*memory
	process *Process
	err     io.Writer
}

// Overrun restarts the run without the evaluations that certainly hold too much memory, or
// without all running ones if the next program has no time to find out. If the program
// cannot be replaced, as on Windows, the run ends.
func (e evaluating) Overrun(running, certain []guard.Evaluation) {
	next := e.process.past
	next.Count++
	if next.spent(time.Now()) {
		certain = running
	}
	next.Refused = append(slices.Clip(next.Refused), certain...)
	if err := next.exec(); err != nil {
		names := make([]string, len(running))
		for i, r := range running {
			names[i] = r.Name
		}
		fmt.Fprintf(e.err, "dominoc: evaluation needs too much memory, and the run ends: %s\n", strings.Join(names, ", "))
		os.Exit(failed)
	}
}
