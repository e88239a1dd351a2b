package plan

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		n     int64
		zones int
		want  []int64
	}{
		{4, 3, []int64{2, 1, 1}},
		{6, 3, []int64{2, 2, 2}},
		{5, 3, []int64{2, 2, 1}},
		{1, 3, []int64{1, 0, 0}},
		{0, 3, []int64{0, 0, 0}},
		{20, 1, []int64{20}},
	} {
		require.Equal(t, c.want, split(c.n, c.zones), "%d over %d", c.n, c.zones)
	}
}

// TestLayout is the table of the package comment.
func TestLayout(t *testing.T) {
	for _, c := range []struct{ vpc, private, public, controlPlane string }{
		{"10.0.0.0/16", "10.0.128.0/18", "10.0.194.0/24", "10.0.195.32/28"},
		{"10.0.0.0/17", "10.0.64.0/19", "10.0.97.0/25", "10.0.97.160/28"},
		{"10.0.0.0/18", "10.0.32.0/20", "10.0.48.128/26", "10.0.48.224/28"},
		{"10.0.0.0/19", "10.0.16.0/21", "10.0.24.128/26", "10.0.24.224/28"},
		{"10.0.0.0/20", "10.0.8.0/22", "10.0.12.128/26", "10.0.12.224/28"},
	} {
		l, ok := layOut(netip.MustParsePrefix(c.vpc))
		require.True(t, ok)
		got := []string{l.private[2].String(), l.public[2].String(), l.controlPlane[2].String()}
		require.Equal(t, []string{c.private, c.public, c.controlPlane}, got, c.vpc)
	}
	for _, bad := range []string{"10.0.0.0/15", "10.0.0.0/21"} {
		_, ok := layOut(netip.MustParsePrefix(bad))
		require.False(t, ok, bad)
	}
}
