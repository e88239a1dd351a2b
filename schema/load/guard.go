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

// guardedFor is guarded with a deadline of its own.
func (l *Loader) guardedFor(limit time.Duration, work func()) *stop {
	if l.crowded() {
		return &stop{"not-checked", "not checked: what an evaluation that was given up still holds leaves no memory", "mend that environment first"}
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

func (l *Loader) await(done <-chan *stop, before uint64, limit time.Duration) *stop {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case s := <-done:
			return s
		case <-deadline.C:
			l.full.Store(before + l.memory())
			return overdue(limit)
		case <-look.C:
			if full := before + l.memory(); held() > full {
				l.full.Store(full)
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
