package process

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The collector's limit is never below what is live, with room to allocate.
func TestTheLimitFollowsWhatIsLive(t *testing.T) {
	require.EqualValues(t, heapTarget, limitFor(0))
	require.EqualValues(t, heapTarget, limitFor(200<<20))
	require.EqualValues(t, 400<<20, limitFor(300<<20))
	require.EqualValues(t, 2<<30, limitFor(1536<<20))
}

// What the process has held once is filled before each collection.
func TestTheHeapGrowsToTheLimitOnceItWasThere(t *testing.T) {
	m := &memory{limit: heapTarget}
	require.Equal(t, firstGrowth, m.growth())
	m.collected = true
	require.Equal(t, heapGrowth, m.growth())
	m.Collect()
	require.Negative(t, m.growth())
	require.EqualValues(t, heapTarget, m.limit)
}
