package cli

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// A full disk, or a pipe that was closed.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the pipe is broken") }

func TestOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"explain", "zones"}, {"vet", "--format", "json", "-C", "../../.."}} {
		var said bytes.Buffer
		require.Equal(t, Failed, Run(context.Background(), args, Streams{Out: broken{}, Err: &said}), args)
		require.Contains(t, said.String(), "the pipe is broken")
	}
}

func TestAnInterruptedRunIsAFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, said bytes.Buffer
	require.Equal(t, Failed, Run(ctx, []string{"vet", "-C", "../../.."}, Streams{Out: &out, Err: &said}))
	require.Equal(t, "dominoc: interrupted\n", said.String())
	require.Empty(t, out.String())
}
