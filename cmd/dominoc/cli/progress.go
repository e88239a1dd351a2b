package cli

import (
	"fmt"
	"io"
	"time"
)

// patience is how long work takes before its progress appears.
const patience = 300 * time.Millisecond

// progress is a line on a terminal that counts, and that is cleared when the work ends.
// Without a terminal it prints nothing.
type progress struct {
	what    string
	w       io.Writer // nil: silent
	started time.Time
	shown   bool
}

func newProgress(w io.Writer, what string) *progress {
	p := &progress{what: what, started: time.Now()}
	if terminal(w) {
		p.w = behind(w)
	}
	return p
}

// at shows how much of the work is done, and clears the line at its end.
func (p *progress) at(done, total int) {
	switch {
	case done == total && p.shown:
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	case done < total && p.w != nil && time.Since(p.started) >= patience:
		p.shown = true
		fmt.Fprintf(p.w, "\r\x1b[K%s %d/%d", p.what, done, total)
	}
}
