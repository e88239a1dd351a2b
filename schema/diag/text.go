package diag

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/dominoc/dominoc/schema/words"
)

const (
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	cyan   = "\x1b[36m"
	bold   = "\x1b[1m"
	reset  = "\x1b[0m"
)

// maxExcerpt is how much of a source line is shown; longer ones are generated.
const maxExcerpt = 160

// text writes one diagnostic after the other, a blank line between them.
type text struct {
	out   strings.Builder
	color bool
	lines *lines
}

func printText(w io.Writer, l List, o Options) error {
	t := &text{color: o.Color, lines: newLines(o)}
	for i, d := range l {
		if i > 0 {
			t.out.WriteByte('\n')
		}
		t.diagnostic(d)
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

func (t *text) diagnostic(d Diagnostic) {
	tone := red
	if d.Severity == Warning {
		tone = yellow
	}
	if d.Pos.IsValid() {
		t.out.WriteString(t.paint(bold, words.Line(d.Pos.String())+":") + " ")
	}
	t.out.WriteString(t.paint(tone, d.Severity.String()+":") + " " + words.Line(d.Text()))
	if d.Code != "" {
		t.out.WriteString(" [" + words.Line(d.Code) + "]")
	}
	t.out.WriteByte('\n')
	t.excerpt(d, tone)
	if where := d.where(); where != "" {
		fmt.Fprintf(&t.out, "  %s\n", words.Line(where))
	}
	for _, n := range d.Notes {
		t.note(n)
	}
	if d.Hint != "" {
		fmt.Fprintf(&t.out, "  %s %s\n", t.paint(cyan, "hint:"), words.Line(d.Hint))
	}
}

func (t *text) note(n Note) {
	at := ""
	if n.Pos.IsValid() {
		at = words.Line(n.Pos.String()) + ": "
	}
	fmt.Fprintf(&t.out, "  %s %s%s\n", t.paint(cyan, "note:"), at, words.Line(n.Message))
}

// excerpt shows the line and marks the text that the diagnostic is about. A line
// that may hold a credential is not shown: the output is kept in logs.
func (t *text) excerpt(d Diagnostic, tone string) {
	line := t.lines.at(d.Pos)
	if line == nil || len(line) > maxExcerpt || !utf8.Valid(line) || words.MayHoldSecret(string(line)) {
		return
	}
	number := fmt.Sprintf("%5d", d.Pos.Line)
	fmt.Fprintf(&t.out, "%s | %s\n", number, words.Line(strings.ReplaceAll(string(line), "\t", "    ")))
	if d.Pos.Column < 1 || d.Pos.Column > len(line)+1 {
		return
	}
	mark := "^" + strings.Repeat("~", max(0, markWidth(line, d)-1))
	fmt.Fprintf(&t.out, "%s | %s%s\n", strings.Repeat(" ", len(number)), indent(line[:d.Pos.Column-1]), t.paint(tone, mark))
}

// markWidth is the number of characters from the column to the end that is
// known, or else to the end of the word or quoted text that begins there.
func markWidth(line []byte, d Diagnostic) int {
	rest := line[d.Pos.Column-1:]
	if n := d.End - d.Pos.Column; n > 0 && n <= len(rest) {
		return utf8.RuneCount(rest[:n])
	}
	return utf8.RuneCount(rest[:token(rest)])
}

func token(rest []byte) int {
	if len(rest) == 0 {
		return 0
	}
	if q := rest[0]; q == '"' || q == '\'' {
		if i := bytes.IndexByte(rest[1:], q); i >= 0 {
			return i + 2
		}
	}
	if i := bytes.IndexAny(rest, " \t:,{}[]()#\""); i > 0 {
		return i
	}
	return len(bytes.TrimRight(rest, " \t"))
}

func indent(before []byte) string {
	s := strings.ReplaceAll(string(before), "\t", "    ")
	return strings.Repeat(" ", utf8.RuneCountInString(s))
}

func (t *text) paint(code, s string) string {
	if !t.color {
		return s
	}
	return code + s + reset
}
