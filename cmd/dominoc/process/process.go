// Package process bounds the memory of a run of dominoc.
//
// In go the time at which the program begins and, by the environment, what an earlier
// program of the same run has left; out come loaders whose evaluations it watches. What
// a run evaluates is left to others. The command line and main call it.
package process

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/dominoc/dominoc/schema/load"
)

// Process is the process of a run: its memory, and its end where nothing else keeps
// the memory bounded. Nil bounds nothing.
type Process struct {
	memory *memory
	past   restart
	spent  bool
}

// New sets up a process that begins at a time.
func New(now time.Time) *Process {
	past := earlier(now)
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1) // one for those who look at evaluations
	return &Process{memory: newMemory(), past: past, spent: past.spent(now)}
}

// Loader returns a loader of files below a root. A run that ends for want of memory
// says so on w.
func (p *Process) Loader(root string, w io.Writer) *load.Loader {
	l := load.New(root)
	if p != nil {
		l.Refused, l.Alone, l.Spent = p.past.Refused, p.past.Count > 0, p.spent
		l.Process = evaluating{p.memory, p, w}
	}
	return l
}

// failed is the exit code of a run that ends, that of mistakes in environments.
const failed = 1

// evaluating is the process as a loader sees it.
type evaluating struct {
	*memory
	process *Process
	err     io.Writer
}

// Overrun begins the run again without what certainly holds too much, and where the
// next program has no time to find out, without all that runs. Where it cannot take
// the place of this one, as on Windows, the run ends.
func (e evaluating) Overrun(running, certain []load.Evaluation) {
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
