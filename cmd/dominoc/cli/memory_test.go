package cli

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
