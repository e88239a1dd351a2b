package guard

import (
	"encoding/json"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Memory is collected when there is no evaluation.
func TestMemoryIsCollectedBetweenEvaluations(t *testing.T) {
	o := &observed{full: true}
	g := &Guard{Process: o}
	g.Run(0, anonymous, func() { require.Equal(t, 1, o.collected) })
	require.Equal(t, 1, o.collected)
}

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

func called(name string) func() Evaluation {
	return func() Evaluation { return Evaluation{Name: name} }
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
	g := &Guard{}
	g.Process, g.Memory = o, 64<<20
	on := called("a.cue")
	require.Equal(t, "evaluation-memory", g.Run(0, on, grow(release)).Code)
	require.Len(t, o.certain, 1)
	require.Equal(t, o.running, o.certain)
	require.Equal(t, "a.cue", o.certain[0].Name)

	text, err := json.Marshal(o.certain)
	require.NoError(t, err)
	next := &Guard{}
	require.NoError(t, json.Unmarshal(text, &next.Refused))
	require.Equal(t, "evaluation-memory", next.Run(0, on, func() { t.Error("it is not begun") }).Code)
	require.Nil(t, next.Run(0, called("b.cue"), func() {}))
}

// Of two that run at once neither is refused unheard; one that was given up is.
func TestWhatRunsBesideIsNotRefused(t *testing.T) {
	release := make(chan struct{})
	o := &observed{}
	g := &Guard{}
	g.Process, g.Memory = o, 64<<20
	var both sync.WaitGroup
	begun := make(chan struct{})
	both.Go(func() { g.Run(0, called("sound.cue"), func() { close(begun); <-release }) })
	<-begun
	g.Run(0, called("hostile.cue"), grow(release))
	require.Len(t, o.running, 2)
	require.Empty(t, o.certain)
	close(release)
	both.Wait()

	release = make(chan struct{})
	defer close(release)
	o, g = &observed{}, &Guard{}
	g.Process, g.Memory, g.Deadline = o, 64<<20, 100*time.Millisecond
	g.Run(0, called("endless.cue"), func() { <-release })
	g.Deadline = 10 * time.Second
	g.Run(0, called("hostile.cue"), grow(release))
	require.Len(t, o.running, 2)
	require.Len(t, o.certain, 1)
	require.Equal(t, "endless.cue", o.certain[0].Name)
}
