package harness

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheCallersAWSStaysOutside(t *testing.T) {
	t.Setenv("AWS_PROFILE", "a-person")
	t.Setenv("AWSOME", "1")
	require.NotContains(t, environment(), "AWS_PROFILE=a-person")
	require.Contains(t, environment(), "AWSOME=1")
}
