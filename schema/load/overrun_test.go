package load

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/guard"
)

// counted counts what has the memory collected by hand.
type counted struct {
	guard.Process
	now, ever int
}

func (c *counted) Uncollected() func() { c.now++; c.ever++; return func() { c.now-- } }
func (c *counted) Full(uint64) bool    { return false }

func TestEvaluationsRunWithoutTheCollector(t *testing.T) {
	c := &counted{}
	root, folders := fleetOf(t, 2, `environment: cluster: version: "1.35"`)
	l := New(root)
	l.Process = c
	l.All(folders, 2)
	require.Positive(t, c.ever)
	require.Zero(t, c.now)
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
	w.before = guard.Held()
	held := make([]byte, 2*swelling)
	l.give(w)
	require.NotSame(t, w, l.idle[0])
	held[0] = 1
}

func TestTheTextOfAnEnvironmentIsBounded(t *testing.T) {
	found, _ := single(t, "environment.cue", good+"environment: accept: \"gpu-unused\": \"because \"*200000\n", guard.DefaultDeadline)
	require.Len(t, found, 1)
	require.Equal(t, "environment-too-large", found[0].Code)
}
