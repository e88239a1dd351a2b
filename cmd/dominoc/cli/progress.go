package cli

import (
	"fmt"
	"io"
	"time"
)

// patience is how long a person waits before progress appears.
const patience = 300 * time.Millisecond

// progress is one line on a terminal that counts, and goes when the work ends.
// On anything else it is silent.
type progress struct {
	w       io.Writer // nil: silent
	started time.Time
	shown   bool
}

func newProgress(w io.Writer) *progress {
	p := &progress{started: time.Now()}
	if terminal(w) {
		p.w = behind(w)
	}
	return p
}

// at says how far the work is.
func (p *progress) at(what string, done, total int) {
	if p.w == nil || time.Since(p.started) < patience {
		return
	}
	p.shown = true
	fmt.Fprintf(p.w, "\r\x1b[K%s %d/%d", what, done, total)
}

// end takes the line away.
func (p *progress) end() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}
