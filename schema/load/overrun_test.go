package load

import (
	"encoding/json"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// observed is a process that notes what it is told, and goes on.
type observed struct {
	running, certain []Evaluation
	uncollected      int
	collected        int
	full             bool
}

func (o *observed) Overrun(running, certain []Evaluation) { o.running, o.certain = running, certain }
func (o *observed) Uncollected() func()                   { o.uncollected++; return func() { o.uncollected-- } }
func (o *observed) Full(uint64) bool                      { return o.full }
func (o *observed) Collect()                              { o.collected++; o.full = false }

func subjectOf(t *testing.T, l *Loader, name string) subject {
	t.Helper()
	return subject{l.module(t.TempDir()), []file{{name: name, content: []byte("package environment\n")}}}
}

// grow holds more and more, whatever is let go meanwhile, until it is released.
func grow(release <-chan struct{}) func() {
	return func() {
		var held [][]byte
		for range 64 {
			held = append(held, make([]byte, 32<<20))
			select {
			case <-release:
				return
			case <-time.After(2 * interval):
			}
		}
		<-release
		runtime.KeepAlive(held)
	}
}

// The process is told what certainly holds too much, and another process of the run
// refuses it.
func TestWhatHoldsTooMuchIsRefusedByTheNextProcess(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	o := &observed{}
	l := New(t.TempDir())
	l.Process, l.Memory = o, 64<<20
	on := subjectOf(t, l, "a.cue")
	require.Equal(t, "evaluation-memory", l.guarded(on, grow(release)).code)
	require.Len(t, o.certain, 1)
	require.Equal(t, o.running, o.certain)
	require.Equal(t, "a.cue", o.certain[0].Name)

	text, err := json.Marshal(o.certain)
	require.NoError(t, err)
	next := New(l.Root)
	require.NoError(t, json.Unmarshal(text, &next.Refused))
	require.Equal(t, "evaluation-memory", next.guarded(on, func() { t.Error("it is not begun") }).code)
	require.Nil(t, next.guarded(subjectOf(t, l, "b.cue"), func() {}))
}

// Of two that run at once neither is refused unheard; one that was given up is.
func TestWhatRunsBesideIsNotRefused(t *testing.T) {
	release := make(chan struct{})
	o := &observed{}
	l := New(t.TempDir())
	l.Process, l.Memory = o, 64<<20
	var both sync.WaitGroup
	begun := make(chan struct{})
	both.Go(func() { l.guarded(subjectOf(t, l, "sound.cue"), func() { close(begun); <-release }) })
	<-begun
	l.guarded(subjectOf(t, l, "hostile.cue"), grow(release))
	require.Len(t, o.running, 2)
	require.Empty(t, o.certain)
	close(release)
	both.Wait()

	release = make(chan struct{})
	defer close(release)
	o, l = &observed{}, New(t.TempDir())
	l.Process, l.Memory, l.Deadline = o, 64<<20, 100*time.Millisecond
	l.guarded(subjectOf(t, l, "endless.cue"), func() { <-release })
	l.Deadline = 10 * time.Second
	l.guarded(subjectOf(t, l, "hostile.cue"), grow(release))
	require.Len(t, o.running, 2)
	require.Len(t, o.certain, 1)
	require.Equal(t, "endless.cue", o.certain[0].Name)
}

// Evaluations run without the collector, and it runs when there is none.
func TestMemoryIsCollectedBetweenEvaluations(t *testing.T) {
	o := &observed{}
	root, folders := fleetOf(t, 2, `environment: cluster: version: "1.35"`)
	l := New(root)
	l.Process = o
	l.All(folders, 2)
	require.Zero(t, o.uncollected)
	o.full = true
	l.guarded(subject{}, func() { require.Equal(t, 1, o.collected) })
}

// What computed a long text is let go, though a context serves others.
func TestAContextWithALongTextIsLetGo(t *testing.T) {
	l := New(t.TempDir())
	w, err := l.take()
	require.NoError(t, err)
	l.give(w)
	require.Same(t, w, l.idle[0])
	w, err = l.take()
	require.NoError(t, err)
	runtime.GC()
	w.before = newLook().held()
	held := make([]byte, 2*swelling)
	l.give(w)
	require.NotSame(t, w, l.idle[0])
	held[0] = 1
}

func TestTheTextOfAnEnvironmentIsBounded(t *testing.T) {
	found, _ := single(t, "environment.cue", good+"environment: accept: \"gpu-unused\": \"because \"*200000\n", DefaultDeadline)
	require.Len(t, found, 1)
	require.Equal(t, "environment-too-large", found[0].Code)
}
