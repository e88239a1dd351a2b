package report

import (
	"io"
	"strings"

	"github.com/dominoc/dominoc/schema/words"
)

// colours are ANSI's, by tone.
var colours = map[tone]string{
	faintly: "\x1b[2m", boldly: "\x1b[1m", adding: "\x1b[32m", changing: "\x1b[33m", removing: "\x1b[31m", alarming: "\x1b[1;31m",
}

// Text prints the report for a terminal.
func Text(w io.Writer, d Document, color bool) error {
	t := &text{color: color}
	if lines := acceptances(d); lines != nil {
		t.lines(append(lines, line{}))
	}
	for _, a := range folded(d.Parts()) {
		t.environment(a)
	}
	for _, note := range d.Notes {
		t.line(line{text: note})
	}
	t.lines(unused(d))
	t.line(line{text: d.Total(), tone: boldly})
	t.line(line{text: d.Compared(), tone: faintly})
	_, err := io.WriteString(w, t.out.String())
	return err
}

type text struct {
	out   strings.Builder
	color bool
}

func (t *text) environment(a alike) {
	t.out.WriteString(t.paint(boldly, words.Line(a.first.Name+": "+a.first.Summary())) + "\n")
	for i, part := range body(a.first) {
		if i > 0 {
			t.out.WriteByte('\n')
		}
		for _, l := range part {
			l.depth++
			t.line(l)
		}
	}
	if len(a.others) > 0 {
		t.out.WriteString("\n  " + t.paint(boldly, words.Line("the same in "+some(a.others))) + "\n")
	}
	t.out.WriteByte('\n')
}

func (t *text) lines(all []line) {
	for _, l := range all {
		t.line(l)
	}
}

func (t *text) line(l line) {
	s := words.Line(l.text)
	if l.mark != "" {
		s = l.mark + " " + s
	}
	t.out.WriteString(strings.Repeat("  ", l.depth) + t.paint(l.tone, s) + "\n")
}

func (t *text) paint(c tone, s string) string {
	if !t.color || c == plainly {
		return s
	}
	return colours[c] + s + "\x1b[0m"
}
