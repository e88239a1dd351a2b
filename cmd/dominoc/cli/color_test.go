package cli

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestColourIsForTerminalsUnlessAskedFor(t *testing.T) {
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	var pipe bytes.Buffer
	console, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // a character device, as a terminal is
	require.NoError(t, err)
	defer console.Close()
	require.False(t, auto.on(&pipe))
	require.True(t, auto.on(console))
	require.True(t, always.on(&pipe))
	require.False(t, never.on(console))

	t.Setenv("NO_COLOR", "1")
	require.False(t, auto.on(console))
	require.True(t, always.on(console))
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "dumb")
	require.False(t, auto.on(console))
}

func TestProgressIsForTerminalsAndLongWork(t *testing.T) {
	var screen bytes.Buffer
	p := newProgress(&screen, "checking")
	p.started = p.started.Add(-2 * patience)
	p.at(64, 1000)
	require.Empty(t, screen.String(), "no terminal")

	p.w = &screen
	p.at(64, 1000)
	p.at(1000, 1000)
	require.Equal(t, "\r\x1b[K"+"checking 64/1000"+"\r\x1b[K", screen.String())

	screen.Reset()
	p = newProgress(&screen, "checking")
	p.w = &screen
	p.at(64, 1000)
	p.at(1000, 1000)
	require.Empty(t, screen.String(), "not long yet")
}
