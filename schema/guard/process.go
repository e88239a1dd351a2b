package guard

import (
	"cmp"
	"crypto/sha256"
	"slices"
)

// A Process lets a guard collect its memory and end it.
//
// Evaluations run without Go's collector. To collect, it must stop every goroutine for a
// moment, and one that copies a text of many GiB cannot be stopped: all others, which
// look at what it holds, would wait for it.
type Process interface {
	// Overrun is called once, when evaluations hold more than the guard's Memory, with
	// all that have not ended, and with those that certainly hold too much: the only
	// one, or those that were given up before. It may end the process; a process that
	// takes its place can refuse these and evaluate others Alone. When it returns, the
	// evaluations are given up.
	Overrun(running, certain []Evaluation)

	// Uncollected has the memory collected by Collect only, until collected is
	// called.
	Uncollected() (collected func())

	// Full reports whether it is time to collect, when so many bytes are held.
	Full(held uint64) bool

	// Collect collects the memory.
	Collect()
}

// Evaluation names something that is evaluated, also to another process.
type Evaluation struct {
	Name   string            `json:"name"`   // of its first file, for the reader
	Digest [sha256.Size]byte `json:"digest"` // of all that it reads
}

// Uncollected is that of the Process, if there is one.
func (g *Guard) Uncollected() (collected func()) {
	if g.Process == nil {
		return func() {}
	}
	return g.Process.Uncollected()
}

// full reports whether it is time to collect.
func (g *Guard) full(held uint64) bool { return g.Process != nil && g.Process.Full(held) }

// begin waits until an evaluation may begin, and collects first if it is time to. The
// caller calls done when it no longer waits for the evaluation.
func (g *Guard) begin(m meter) (done func()) {
	// Once an evaluation was given up there is always one, and its garbage counts as
	// what it holds.
	if g.lost.Load() == 0 && g.full(m.held()) {
		g.calm.Lock()
		if g.full(m.held()) { // no other has collected meanwhile
			g.Process.Collect()
		}
		g.calm.Unlock()
	}
	if g.Alone {
		g.calm.Lock()
		return g.calm.Unlock
	}
	g.calm.RLock()
	return g.calm.RUnlock
}

// overrun hands the running evaluations to the process, which can end them.
func (g *Guard) overrun() {
	if g.Process != nil {
		g.overran.Do(func() { g.Process.Overrun(g.evaluations()) })
	}
}

// evaluations are those that have not ended, and those of them that certainly hold
// too much.
func (g *Guard) evaluations() (all, certain []Evaluation) {
	for of, givenUp := range g.running.Range {
		e := (*of.(*func() Evaluation))()
		all = append(all, e)
		if givenUp.(bool) {
			certain = append(certain, e)
		}
	}
	if len(all) == 1 {
		certain = all
	}
	return sorted(all), sorted(certain)
}

// sorted are the evaluations by name, each once.
func sorted(all []Evaluation) []Evaluation {
	slices.SortFunc(all, func(a, b Evaluation) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Digest[:], b.Digest[:]))
	})
	return slices.Compact(all)
}

// refused reports whether an evaluation held too much in another process.
func (g *Guard) refused(of func() Evaluation) bool {
	return len(g.Refused) > 0 && slices.Contains(g.Refused, of())
}
