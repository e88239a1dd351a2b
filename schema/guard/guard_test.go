package guard

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/goldenfile"
)

func anonymous() Evaluation { return Evaluation{} }

// Work that goes on for ever costs the deadline once in a run, not once for each
// environment, and what is sound is checked all the same until patience ends.
func TestARunLosesTheDeadlineOnce(t *testing.T) {
	const deadline = 200 * time.Millisecond
	forever := make(chan struct{})
	defer close(forever)
	var g Guard
	g.Deadline = deadline
	hang := func() *diag.Diagnostic { return g.Run(0, anonymous, func() { <-forever }) }

	first := hang()
	require.Equal(t, "evaluation-deadline", first.Code)
	require.Contains(t, first.Message, "200ms")
	second := hang()
	require.Equal(t, "evaluation-deadline", second.Code)
	require.Contains(t, second.Message, "10ms")
	require.Nil(t, g.Run(0, anonymous, func() {}))

	hung := 2
	for s := second; s.Code != "not-checked"; hung++ {
		require.Equal(t, "evaluation-deadline", s.Code)
		require.Less(t, hung, 40, "a run ends")
		s = hang()
	}
	require.Less(t, time.Duration(g.lost.Load()), 3*deadline)
	require.Greater(t, hung, 12, "a dozen of them is told of one by one")
	last := g.Run(0, anonymous, func() {})
	require.Equal(t, "not-checked", last.Code)
	for _, s := range []*diag.Diagnostic{first, second, last} {
		require.True(t, goldenfile.Overdue([]byte(s.Message)), "what a busy machine says must not get into a golden file")
	}
}

// What the process may gain is counted from the first evaluation that was given
// up: each of them by itself may stay below the bound.
func TestARunGainsTheMemoryOnce(t *testing.T) {
	const memory = 64 << 20
	forever := make(chan struct{})
	defer close(forever)
	var g Guard
	g.Deadline, g.Memory = 2*time.Second, memory
	hold := func() *diag.Diagnostic {
		return g.Run(0, anonymous, func() {
			held := make([]byte, memory*3/4)
			held[0] = 1
			<-forever
			held[1] = held[0]
		})
	}
	require.Equal(t, "evaluation-deadline", hold().Code)
	require.Equal(t, "evaluation-memory", hold().Code)
	require.Equal(t, "not-checked", hold().Code)
}

func TestAPanicOfTheEvaluatorIsADiagnostic(t *testing.T) {
	halt := new(Guard).Run(0, anonymous, func() { panic("oh\nno") })
	require.Equal(t, "the CUE evaluator broke off: oh no", halt.Message)
	require.Equal(t, "evaluation-panic", halt.Code)
}

func TestAnEvaluationThatWasGivenUpLeavesNoMemoryForOthers(t *testing.T) {
	g := &Guard{Memory: 1 << 20}
	release := make(chan struct{})
	defer close(release)
	runtime.GC() // or what other tests left goes meanwhile, and counts against it
	halt := g.Run(0, anonymous, func() {
		kept := make([]byte, 64<<20)
		<-release
		runtime.KeepAlive(kept)
	})
	require.Equal(t, "evaluation-memory", halt.Code)
	require.Equal(t, "not-checked", g.Run(0, anonymous, func() {}).Code)
}
