package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/dominoc/dominoc/schema/words"
)

// colorMode is the value of --color.
type colorMode string

const (
	auto   colorMode = "auto"
	always colorMode = "always"
	never  colorMode = "never"
)

func (m *colorMode) String() string { return string(*m) }

// Type names the value in help.
func (m *colorMode) Type() string { return "when" }

// Set is called for each --color.
func (m *colorMode) Set(s string) error {
	switch colorMode(s) {
	case auto, always, never:
		*m = colorMode(s)
		return nil
	}
	return fmt.Errorf("must be %s, %s or %s", auto, always, never)
}

// on reports whether output to w is coloured. NO_COLOR is https://no-color.org.
func (m colorMode) on(w io.Writer) bool {
	if m == auto {
		return terminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	}
	return m == always
}

// behind returns the stream below the writer that replaces hidden characters.
func behind(w io.Writer) io.Writer {
	if guarded, ok := w.(*words.Writer); ok {
		return guarded.Unwrap()
	}
	return w
}

// terminal reports whether w is a terminal.
func terminal(w io.Writer) bool {
	f, ok := behind(w).(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
