package cli

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
// the memory bounded.
type Process struct {
	memory *memory
	past   restart
	spent  bool
}

// NewProcess sets up a process that begins at a time.
func NewProcess(now time.Time) *Process {
	past := earlier(now)
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1) // one for those who look at evaluations
	return &Process{memory: newMemory(), past: past, spent: past.spent(now)}
}

// newLoader is a loader of the run, for files below a root.
func (o *options) newLoader(root string) *load.Loader {
	l := load.New(root)
	if p := o.streams.Process; p != nil {
		l.Refused, l.Alone, l.Spent = p.past.Refused, p.past.Count > 0, p.spent
		l.Process = evaluating{p.memory, p, o.streams.Err}
	}
	return l
}

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
		os.Exit(Problems)
	}
}
