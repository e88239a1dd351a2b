package load

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/goldenfile"
)

// Work that goes on for ever costs the deadline once in a run, not once for each
// environment, and what is sound is checked all the same until patience ends.
func TestARunLosesTheDeadlineOnce(t *testing.T) {
	const deadline = 200 * time.Millisecond
	forever := make(chan struct{})
	defer close(forever)
	l := New(t.TempDir())
	l.Deadline = deadline
	hang := func() *stop { return l.guarded(subject{}, func() { <-forever }) }

	first := hang()
	require.Equal(t, "evaluation-deadline", first.code)
	require.Contains(t, first.message, "200ms")
	second := hang()
	require.Equal(t, "evaluation-deadline", second.code)
	require.Contains(t, second.message, "10ms")
	require.Nil(t, l.guarded(subject{}, func() {}))

	hung := 2
	for s := second; s.code != "not-checked"; hung++ {
		require.Equal(t, "evaluation-deadline", s.code)
		require.Less(t, hung, 40, "a run ends")
		s = hang()
	}
	require.Less(t, time.Duration(l.lost.Load()), 3*deadline)
	require.Greater(t, hung, 12, "a dozen of them is told of one by one")
	last := l.guarded(subject{}, func() {})
	require.Equal(t, "not-checked", last.code)
	for _, s := range []*stop{first, second, last} {
		require.True(t, goldenfile.Overdue([]byte(s.message)), "what a busy machine says must not get into a golden file")
	}
}

// What the process may gain is counted from the first evaluation that was given
// up: each of them by itself may stay below the bound.
func TestARunGainsTheMemoryOnce(t *testing.T) {
	const memory = 64 << 20
	forever := make(chan struct{})
	defer close(forever)
	l := New(t.TempDir())
	l.Deadline, l.Memory = 2*time.Second, memory
	hold := func() *stop {
		return l.guarded(subject{}, func() {
			held := make([]byte, memory*3/4)
			held[0] = 1
			<-forever
			held[1] = held[0]
		})
	}
	require.Equal(t, "evaluation-deadline", hold().code)
	require.Equal(t, "evaluation-memory", hold().code)
	require.Equal(t, "not-checked", hold().code)
}
