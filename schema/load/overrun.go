package load

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// A Process lets the loader collect its memory and end it.
//
// Evaluations run without the collector of Go. To collect, it must stop every
// goroutine for a moment, and one that copies a text of many GiB cannot be stopped:
// all others, which look at what it holds, would wait for it.
type Process interface {
	// Overrun is called once, when evaluations hold more than the loader's Memory,
	// with all that have not ended, and with those of which it is certain that they
	// do: the only one, or those that were given up before. It may end the process;
	// a process that takes its place can refuse these and evaluate others Alone.
	// When it returns, the evaluations are given up.
	Overrun(running, certain []Evaluation)

	// Uncollected has the memory collected by Collect only, until collected is
	// called.
	Uncollected() (collected func())

	// Full says whether it is time to collect, when so many bytes are held.
	Full(held uint64) bool

	// Collect collects the memory.
	Collect()
}

// uncollected is Uncollected where there is a Process.
func (l *Loader) uncollected() (collected func()) {
	if l.Process == nil {
		return func() {}
	}
	return l.Process.Uncollected()
}

// full says whether it is time to collect.
func (l *Loader) full(held uint64) bool { return l.Process != nil && l.Process.Full(held) }

// calmed waits until there is no evaluation and collects, where it is time to. Once
// one was given up there is always one, and its garbage counts as what it holds.
func (l *Loader) calmed(look look) {
	if l.lost.Load() > 0 || !l.full(look.held()) {
		return
	}
	l.calm.Lock()
	defer l.calm.Unlock()
	if l.full(look.held()) { // no other has collected meanwhile
		l.Process.Collect()
	}
}

// Evaluation names something that is evaluated, also to another process.
type Evaluation struct {
	Name   string `json:"name"`   // of its first file, for the reader
	Digest Digest `json:"digest"` // of all that it reads
}

// MarshalText writes a digest in hexadecimal.
func (d Digest) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(d[:])), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Digest) UnmarshalText(text []byte) error {
	if hex.DecodedLen(len(text)) != len(d) {
		return fmt.Errorf("a digest has %d characters, not %d", hex.EncodedLen(len(d)), len(text))
	}
	_, err := hex.Decode(d[:], text)
	return err
}

// subject is the files that are evaluated together.
type subject struct {
	module *module
	files  []file
}

// state is how far an evaluation is that has not ended.
type state int

const (
	running state = iota
	givenUp
)

// enter keeps the subject of an evaluation until it ends, as a key to its state.
func (l *Loader) enter(on subject) *subject {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.subjects == nil {
		l.subjects = map[*subject]state{}
	}
	l.subjects[&on] = running
	return &on
}

func (l *Loader) leave(key *subject) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.subjects, key)
}

// abandon notes that an evaluation was given up, unless it has just ended.
func (l *Loader) abandon(key *subject) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, goes := l.subjects[key]; goes {
		l.subjects[key] = givenUp
	}
}

// overrun hands what is evaluated to the process, which can end it.
func (l *Loader) overrun() {
	if l.Process != nil {
		l.overran.Do(func() { l.Process.Overrun(l.evaluations()) })
	}
}

// evaluations are those that have not ended, and those of them that certainly hold
// too much.
func (l *Loader) evaluations() (all, certain []Evaluation) {
	l.mu.Lock()
	subjects := maps.Clone(l.subjects)
	l.mu.Unlock()
	for on, state := range subjects {
		e := l.evaluation(*on)
		all = append(all, e)
		if state == givenUp {
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

func (l *Loader) evaluation(on subject) Evaluation {
	d := l.newDigester()
	d.files(on.module, on.files)
	e := Evaluation{Digest: d.sum()}
	if len(on.files) > 0 {
		e.Name = on.files[0].name
	}
	return e
}

// refused says that an evaluation held too much in another process.
func (l *Loader) refused(on subject) bool {
	return len(l.Refused) > 0 && slices.Contains(l.Refused, l.evaluation(on))
}

// await lets an evaluation begin, and gives what is to be called when it is waited
// for no more.
func (l *Loader) await(look look) (done func()) {
	l.calmed(look)
	if l.Alone {
		l.calm.Lock()
		return l.calm.Unlock
	}
	l.calm.RLock()
	return l.calm.RUnlock
}
