package load

import (
	"cmp"
	"fmt"
	"runtime/metrics"
	"time"
)

// A stop is why an evaluation did not end by itself.
type stop struct {
	code, message, hint string
}

// guarded runs work on something, and gives it up when it takes too long or too
// much, or panics. CUE cannot be interrupted: work that was given up keeps its
// goroutine until the process ends, and must not touch anything that others
// use.
func (l *Loader) guarded(on subject, work func()) *stop {
	return l.guardedFor(l.deadline(), false, on, work)
}

// guardedFor is guarded with a deadline of its own, which is shortened once an
// evaluation was given up: work that goes on for ever costs the whole deadline
// once in a run. Of long work memory is collected meanwhile.
func (l *Loader) guardedFor(limit time.Duration, long bool, on subject, work func()) *stop {
	if l.refused(on) {
		return swollen(l.memory())
	}
	if l.crowded() {
		l.overrun()
		return &stop{"not-checked", "not checked: what an evaluation that was given up still holds leaves no memory", "mend that environment first"}
	}
	switch lost := time.Duration(l.lost.Load()); {
	case l.Spent || lost >= time.Duration(patience*float64(l.deadline())):
		return &stop{"not-checked", "not checked: evaluations that were given up have taken the time of this run", "mend those environments first"}
	case lost > 0:
		limit /= hurry
	}
	look := newLook()
	defer l.await(look)()
	before := look.held()
	done := make(chan *stop, 1)
	key := l.enter(on)
	go func() {
		defer l.leave(key)
		defer func() {
			if r := recover(); r != nil {
				done <- &stop{
					"evaluation-panic",
					"the CUE evaluator broke off: " + clip(fmt.Sprint(r)),
					"this is a bug of CUE or of dominoc: please report it with the file",
				}
			}
		}()
		work()
		done <- nil
	}()
	w := watch{loader: l, look: look, before: before, long: long}
	halt := w.await(done, limit)
	if halt != nil {
		l.abandon(key)
	}
	return halt
}

// Once an evaluation was given up, each has a part of its deadline, until those
// that were given up have taken so many deadlines in sum.
const (
	hurry    = 20 // an ordinary environment takes a thousandth of its deadline
	patience = 2.5
)

// giveUp keeps account of an evaluation that goes on unobserved: what it has
// taken, and how much may be held from now on.
func (l *Loader) giveUp(before uint64, took time.Duration) {
	l.lost.Add(int64(took))
	l.most.CompareAndSwap(0, before+l.memory())
}

// interval is how often an evaluation is looked at. CUE fills memory with one
// text at more than a GiB a second.
const interval = 5 * time.Millisecond

// watch looks at one evaluation.
type watch struct {
	loader *Loader
	look   look
	before uint64 // what the process held when it began
	long   bool   // it may leave more garbage than the process may gain

	last uint64 // what the process held at the last look
	text bool   // it has made a piece so large that to collect is to wait for it
}

func (w *watch) await(done <-chan *stop, limit time.Duration) *stop {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	for took := interval; ; took += interval {
		select {
		case s := <-done:
			return s
		case <-deadline.C:
			w.loader.giveUp(w.before, limit)
			return &stop{
				"evaluation-deadline",
				fmt.Sprintf("evaluation is not done after %v", limit),
				"look for comprehensions over long lists, and for values that build on themselves",
			}
		case <-ticks.C:
			if w.tooMuch() {
				w.loader.overrun()
				w.loader.giveUp(w.before, took)
				return swollen(w.loader.memory())
			}
		}
	}
}

// largePiece is gained between two looks by a text only.
const largePiece = 128 << 20

func (w *watch) tooMuch() bool {
	held := w.look.held()
	w.text = w.text || w.last > 0 && held > w.last+largePiece
	if w.long && !w.text && w.loader.full(held) {
		w.loader.Process.Collect()
		held = w.look.held()
	}
	w.last = held
	return held > w.before+w.loader.memory() || w.loader.above(held)
}

func swollen(limit uint64) *stop {
	return &stop{
		"evaluation-memory",
		fmt.Sprintf("evaluation needs more than %d MiB", limit>>20),
		"look for long lists and texts that are computed",
	}
}

// crowded says that there is no memory for another evaluation, because one
// that was given up goes on.
func (l *Loader) crowded() bool { return l.most.Load() > 0 && l.above(newLook().held()) }

// above says that so much is too much, because an evaluation was given up.
func (l *Loader) above(held uint64) bool {
	full := l.most.Load()
	return full > 0 && held > full
}

func (l *Loader) deadline() time.Duration { return cmp.Or(max(0, l.Deadline), DefaultDeadline) }

func (l *Loader) memory() uint64 { return cmp.Or(l.Memory, DefaultMemory) }

// look reads what the process holds. It allocates once, when it is made.
type look []metrics.Sample

func newLook() look {
	return look{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
}

// held is what the process holds: objects, also those that nobody needs any
// more and a text that has yet to be filled, and stacks. An ordinary evaluation
// ends before anyone looks.
func (l look) held() uint64 {
	metrics.Read(l)
	return l[0].Value.Uint64() + l[1].Value.Uint64()
}
