package diag

import (
	"io"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/schema/words"
)

// printGitHub writes workflow commands, which GitHub shows as annotations of
// the pull request. The hint and the notes go into the message, because an
// annotation has nothing else.
func printGitHub(w io.Writer, l List) error {
	var b strings.Builder
	for _, d := range l {
		b.WriteString("::" + d.Severity.String())
		if p := properties(d); p != "" {
			b.WriteString(" " + p)
		}
		b.WriteString("::" + escapeData(words.Lines(annotation(d))) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func properties(d Diagnostic) string {
	var all []string
	add := func(key, value string) { all = append(all, key+"="+escapeProperty(words.Line(value))) }
	number := func(key string, n int) {
		if n > 0 {
			add(key, strconv.Itoa(n))
		}
	}
	if d.Pos.IsValid() {
		add("file", d.Pos.File)
	}
	number("line", d.Pos.Line)
	number("col", d.Pos.Column)
	number("endColumn", d.End)
	if d.Code != "" {
		add("title", d.Code)
	}
	return strings.Join(all, ",")
}

func annotation(d Diagnostic) string {
	s := d.Text()
	if where := d.where(); where != "" {
		s += "\n" + where
	}
	for _, n := range d.Notes {
		s += "\nnote: "
		if n.Pos.IsValid() {
			s += n.Pos.String() + ": "
		}
		s += n.Message
	}
	if d.Hint != "" {
		s += "\nhint: " + d.Hint
	}
	return s
}

func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

// Notice writes a workflow command that GitHub shows as a notice at a place.
func Notice(w io.Writer, at Pos, title, message string) error {
	p := properties(Diagnostic{Pos: at, Code: title})
	_, err := io.WriteString(w, "::notice "+p+"::"+escapeData(words.Lines(message))+"\n")
	return err
}
