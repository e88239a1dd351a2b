package load

import (
	"fmt"
	"runtime/metrics"
	"time"
)

// A stop is why an evaluation did not end by itself.
type stop struct {
	code, message, hint string
}

// guarded runs work, and gives it up when it takes too long or too much, or
// panics. CUE cannot be interrupted: work that was given up keeps its
// goroutine until the process ends, and must not touch anything that others
// use.
func (l *Loader) guarded(work func()) *stop { return l.guardedFor(l.deadline(), work) }

// guardedFor is guarded with a deadline of its own, which is shortened once an
// evaluation was given up: work that goes on for ever costs the whole deadline
// once in a run.
func (l *Loader) guardedFor(limit time.Duration, work func()) *stop {
	if l.crowded() {
		return &stop{"not-checked", "not checked: what an evaluation that was given up still holds leaves no memory", "mend that environment first"}
	}
	switch lost := time.Duration(l.lost.Load()); {
	case lost >= time.Duration(patience*float64(l.deadline())):
		return &stop{"not-checked", "not checked: evaluations that were given up have taken the time of this run", "mend those environments first"}
	case lost > 0:
		limit /= hurry
	}
	before := held()
	done := make(chan *stop, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- panicked(r)
			}
		}()
		work()
		done <- nil
	}()
	return l.await(done, before, limit)
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
	l.full.CompareAndSwap(0, before+l.memory())
}

func (l *Loader) await(done <-chan *stop, before uint64, limit time.Duration) *stop {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	const interval = 20 * time.Millisecond
	look := time.NewTicker(interval)
	defer look.Stop()
	for took := interval; ; took += interval {
		select {
		case s := <-done:
			return s
		case <-deadline.C:
			l.giveUp(before, limit)
			return overdue(limit)
		case <-look.C:
			if l.crowded() || held() > before+l.memory() {
				l.giveUp(before, took)
				return swollen(l.memory())
			}
		}
	}
}

func overdue(limit time.Duration) *stop {
	return &stop{
		"evaluation-deadline",
		fmt.Sprintf("evaluation is not done after %v", limit),
		"look for comprehensions over long lists, and for values that build on themselves",
	}
}

func panicked(r any) *stop {
	return &stop{
		"evaluation-panic",
		"the CUE evaluator broke off: " + clip(fmt.Sprint(r)),
		"this is a bug of CUE or of dominoc: please report it with the file",
	}
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
func (l *Loader) crowded() bool {
	full := l.full.Load()
	return full > 0 && held() > full
}

func (l *Loader) deadline() time.Duration {
	if l.Deadline <= 0 {
		return DefaultDeadline
	}
	return l.Deadline
}

func (l *Loader) memory() uint64 {
	if l.Memory == 0 {
		return DefaultMemory
	}
	return l.Memory
}

// held is what the process holds: objects, also those that nobody needs any
// more, and stacks. An ordinary evaluation ends before anyone looks.
func held() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64() + sample[1].Value.Uint64()
}
