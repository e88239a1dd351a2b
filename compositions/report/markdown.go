package report

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// Largest is how many bytes a comment has at most: GitHub takes 65,536 characters,
// and leaves room for what a workflow adds.
const Largest = 60 << 10

// Marker begins the comment, so that a workflow finds its own and replaces it.
const Marker = "<!-- dominoc diff -->"

// Markdown prints the report as a comment of a pull request: the total, then each
// environment folded, those with dangers that are not accepted open. What does
// not fit is left out by environment, and counted.
func Markdown(w io.Writer, d Document) error {
	head := fmt.Sprintf("%s\n### dominoc diff: %s\n", Marker, escaped(d.Total()))
	foot := "\n<sub>" + escaped(d.Compared()) + "</sub>\n"
	for _, note := range d.Notes {
		foot = "\n" + escaped(note) + "\n" + foot
	}
	var b strings.Builder
	b.WriteString(head)
	left := Largest - len(head) - len(foot) - len(omitted(len(d.Environments)))
	all := folded(d.Environments)
	for i, a := range all {
		details := details(a, left)
		if len(details) > left {
			b.WriteString(omitted(environmentsOf(all[i:])))
			break
		}
		b.WriteString(details)
		left -= len(details)
	}
	b.WriteString(foot)
	_, err := io.WriteString(w, b.String())
	return err
}

// Refused is the comment on environments that do not compile.
func Refused(w io.Writer, diagnostics string) error {
	var lines []line
	for text := range strings.Lines(diagnostics) {
		lines = append(lines, line{text: strings.TrimRight(text, "\n")})
	}
	_, err := fmt.Fprintf(w, "%s\n### dominoc diff: the environments do not compile\n%s", Marker, fence(lines, Largest/2))
	return err
}

func omitted(n int) string {
	return fmt.Sprintf("\n**%s more did not fit into this comment**: run `dominoc diff`\n", plural(n, "environment"))
}

func environmentsOf(all []alike) int {
	n := len(all)
	for _, a := range all {
		n += len(a.others)
	}
	return n
}

// details is one environment, in at most so many bytes when its lines can be cut
// to fit.
func details(a alike, most int) string {
	open := ""
	for _, d := range a.first.Dangers {
		if d.Accepted == "" {
			open = " open"
		}
	}
	title := "<b>" + html.EscapeString(a.first.Name) + "</b>: " + html.EscapeString(a.first.Summary())
	if len(a.others) > 0 {
		title += "; the same in " + html.EscapeString(some(a.others))
	}
	before := "\n<details" + open + "><summary>" + title + "</summary>\n\n" + bullets(a.first)
	const after = "\n</details>\n"
	return before + fence(resources(a.first), most-len(before)-len(after)) + after
}

// bullets are the edits and the dangers.
func bullets(e Environment) string {
	var b strings.Builder
	for _, l := range edits(e) {
		b.WriteString("- " + code(l.text) + "\n")
	}
	for _, d := range mergedDangers(e.Dangers) {
		if d.Accepted != "" {
			fmt.Fprintf(&b, "- accepted %s: %s (%s)\n", code(d.ids()), escaped(d.sentence()), escaped(d.Accepted))
		} else {
			fmt.Fprintf(&b, "- :warning: **%s**: %s\n", escaped(d.ids()), escaped(d.sentence()))
		}
		if d.Accepted == "" && d.Instead != "" {
			fmt.Fprintf(&b, "  - %s\n", escaped(d.Instead))
		}
		for _, command := range d.Run {
			fmt.Fprintf(&b, "  - %s\n", code(command))
		}
	}
	return b.String()
}

// fence are lines in a block that GitHub colours: a mark in the first column. Of
// lines that do not fit the first are kept.
func fence(lines []line, most int) string {
	if len(lines) == 0 {
		return ""
	}
	ticks := "```"
	for _, l := range lines {
		for strings.Contains(l.text, ticks) {
			ticks += "`"
		}
	}
	var b strings.Builder
	b.WriteString("\n" + ticks + "diff\n")
	for i, l := range lines {
		s := fenced(l)
		cut := fmt.Sprintf("# %s more\n", plural(len(lines)-i, "line"))
		if b.Len()+len(s)+len(cut)+len(ticks)+1 > most && i > 0 {
			b.WriteString(cut)
			break
		}
		b.WriteString(s)
	}
	b.WriteString(ticks + "\n")
	return b.String()
}

// fenced is a line with its mark in front. GitHub knows "+", "-", "!" and "#".
func fenced(l line) string {
	mark := l.mark
	switch {
	case mark == "±":
		mark = "-"
	case mark == "":
		mark = " "
	}
	if l.tone == boldly {
		return "# " + printable(l.text) + "\n"
	}
	return mark + strings.Repeat("  ", max(0, l.depth-1)) + " " + printable(l.text) + "\n"
}

// code is a text that markdown shows as it is.
func code(s string) string {
	ticks := "`"
	for strings.Contains(s, ticks) {
		ticks += "`"
	}
	s = printable(s)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// escaped is a text that means nothing to markdown.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range html.EscapeString(printable(s)) {
		if strings.ContainsRune("\\`*_{}[]|#~@", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
