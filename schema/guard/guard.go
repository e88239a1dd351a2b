// Package guard bounds evaluations that cannot be interrupted, such as those of CUE.
//
// In go a function and the name of what it evaluates. Out comes nil, or a diagnostic
// without a place: the function took too long or too much memory, or it panicked. What
// is evaluated is left to the caller, package load; ending the process, which alone ends
// an evaluation, is left to a Process.
package guard

import (
	"cmp"
	"fmt"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// Defaults of a Guard.
const (
	DefaultDeadline = 10 * time.Second
	DefaultMemory   = 512 << 20
)

// A Guard bounds the evaluations of a run. Its methods may be called from several
// goroutines.
type Guard struct {
	// Deadline is how long one environment may take. Zero is DefaultDeadline.
	Deadline time.Duration

	// Memory is how many bytes the process may gain before an unfinished evaluation is
	// given up. Zero is DefaultMemory. From then on it is what the process may gain in
	// all.
	//
	// An evaluation that was given up goes on, because only the end of the process ends
	// it. The guard then begins no other and returns soon, but a list or a text that
	// grows keeps growing; and while a text of many MiB is copied, Go's collector stops
	// all other goroutines. So lists, comprehensions and recursion are bounded for every
	// caller, texts only for one that sets Process.
	Memory uint64

	// Process, if set, collects memory and may end itself.
	Process Process

	// Refused are evaluations that held too much in earlier processes of the run. They
	// are reported and not begun.
	Refused []Evaluation

	// Alone allows one evaluation at a time, so that it is certain which holds too much.
	Alone bool

	// Spent means that earlier processes have used up the time of the run: nothing is
	// evaluated.
	Spent bool

	most atomic.Uint64 // with so many bytes nothing new begins; 0 until an evaluation was given up
	lost atomic.Int64  // nanoseconds that evaluations took until they were given up

	running sync.Map // evaluations that have not ended, as *func() Evaluation: whether each was given up
	overran sync.Once
	calm    sync.RWMutex // read-locked while an evaluation is waited for; memory is collected when there is none
}

// Once an evaluation was given up, each has a part of its deadline, until those
// that were given up have taken so many deadlines in sum.
const (
	hurry    = 20 // an ordinary environment takes a thousandth of its deadline
	patience = 2.5
)

// Share is how many times the bounds of one environment an evaluation over so many has.
func Share(environments int) int { return 1 + environments/100 }

// Run evaluates something, and gives it up when it takes too long or too much memory, or
// panics. An evaluation that was given up keeps its goroutine until the process ends,
// and must not touch anything that others use.
//
// The deadline grows with the number of environments that are evaluated together, 0 for
// one by itself, and memory is collected meanwhile if there are any. It is shortened once
// an evaluation was given up: an endless one costs the whole deadline once in a run.
func (g *Guard) Run(environments int, of func() Evaluation, evaluate func()) *diag.Diagnostic {
	if g.refused(of) {
		return g.tooMuch()
	}
	m := newMeter()
	if g.above(m.held()) {
		g.overrun()
		return stop("not-checked", "not checked: what an evaluation that was given up still holds leaves no memory", "mend that environment first")
	}
	limit := g.deadline() * time.Duration(Share(environments))
	switch lost := time.Duration(g.lost.Load()); {
	case g.Spent || lost >= time.Duration(patience*float64(g.deadline())):
		return stop("not-checked", "not checked: evaluations that were given up have taken the time of this run", "mend those environments first")
	case lost > 0:
		limit /= hurry
	}
	defer g.begin(m)()
	w := watch{guard: g, meter: m, before: m.held(), collects: environments > 0}
	done := make(chan *diag.Diagnostic, 1)
	g.running.Store(&of, false)
	go func() {
		defer g.running.Delete(&of)
		defer func() {
			if r := recover(); r != nil {
				done <- stop("evaluation-panic", "the CUE evaluator broke off: "+words.Clip(fmt.Sprint(r)), "this is a bug of CUE or of dominoc: please report it with the file")
			}
		}()
		evaluate()
		done <- nil
	}()
	halt := w.await(done, limit)
	if halt != nil {
		g.running.CompareAndSwap(&of, false, true) // unless it has just ended
	}
	return halt
}

// stop is why an evaluation did not end by itself.
func stop(code, message, hint string) *diag.Diagnostic {
	return &diag.Diagnostic{Severity: diag.Error, Code: code, Message: message, Hint: hint}
}

func (g *Guard) tooMuch() *diag.Diagnostic {
	return stop("evaluation-memory", fmt.Sprintf("evaluation needs more than %d MiB", g.memory()>>20), "look for long lists and texts that are computed")
}

// interval is how often an evaluation is looked at. CUE fills memory with one
// text at more than a GiB a second.
const interval = 5 * time.Millisecond

// watch looks at one evaluation.
type watch struct {
	guard    *Guard
	meter    meter
	before   uint64 // what the process held when it began
	collects bool   // the evaluation may leave more garbage than the process may gain

	last uint64 // what the process held at the last look
	text bool   // the evaluation has made a piece so large that to collect is to wait for it
}

func (w *watch) await(done <-chan *diag.Diagnostic, limit time.Duration) *diag.Diagnostic {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	for took := interval; ; took += interval {
		select {
		case halt := <-done:
			return halt
		case <-deadline.C:
			w.giveUp(limit)
			return stop("evaluation-deadline", fmt.Sprintf("evaluation is not done after %v", limit), "look for comprehensions over long lists, and for values that build on themselves")
		case <-ticks.C:
			if w.exceeded() {
				w.guard.overrun()
				w.giveUp(took)
				return w.guard.tooMuch()
			}
		}
	}
}

// giveUp accounts for an evaluation that goes on unobserved: the time that it has taken,
// and how much the process may hold from now on.
func (w *watch) giveUp(took time.Duration) {
	w.guard.lost.Add(int64(took))
	w.guard.most.CompareAndSwap(0, w.before+w.guard.memory())
}

// largePiece is gained between two looks by a text only.
const largePiece = 128 << 20

func (w *watch) exceeded() bool {
	held := w.meter.held()
	w.text = w.text || w.last > 0 && held > w.last+largePiece
	if w.collects && !w.text && w.guard.full(held) {
		w.guard.Process.Collect()
		held = w.meter.held()
	}
	w.last = held
	return held > w.before+w.guard.memory() || w.guard.above(held)
}

// above reports whether so many bytes leave no memory for another evaluation, because
// one that was given up goes on.
func (g *Guard) above(held uint64) bool {
	most := g.most.Load()
	return most > 0 && held > most
}

func (g *Guard) deadline() time.Duration { return cmp.Or(max(0, g.Deadline), DefaultDeadline) }

func (g *Guard) memory() uint64 { return cmp.Or(g.Memory, DefaultMemory) }

// Held returns how many bytes the process holds: objects, also those that are garbage
// and a text that has yet to be filled, and stacks. An ordinary evaluation ends before
// it is looked at.
func Held() uint64 { return newMeter().held() }

// meter reads Held. It allocates once, when it is made.
type meter []metrics.Sample

func newMeter() meter {
	return meter{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
}

func (m meter) held() uint64 {
	metrics.Read(m)
	return m[0].Value.Uint64() + m[1].Value.Uint64()
}
