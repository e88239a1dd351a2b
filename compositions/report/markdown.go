package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/words"
)

// Largest is the maximum size of a comment in bytes: GitHub accepts 65,536 characters,
// and a workflow adds some.
const Largest = 60 << 10

// Marker begins the comment, so that a workflow finds and replaces its own.
const Marker = "<!-- dominoc diff -->"

// Markdown prints the report as a comment of a pull request: the total, then each
// environment folded, open if it has dangers that are not accepted. If the comment is
// too long, it has the details of the gravest environments, a line for each other, and
// the number of the rest. diagnostics describe environments that could not be compared.
func Markdown(w io.Writer, d Document, diagnostics string) error {
	head := fmt.Sprintf("%s\n### dominoc diff: %s\n", Marker, words.Markdown(d.Total()))
	if diagnostics != "" {
		head += "\n**Errors**\n" + fence(linesOf(diagnostics), brief)
	}
	foot := "\n<sub>" + words.Markdown(d.Compared()) + "</sub>\n"
	head += acceptedBullets(d)
	foot = entriesBlock(d) + foot
	for _, note := range d.Notes {
		foot = "\n" + words.Markdown(note) + "\n" + foot
	}
	_, err := io.WriteString(w, head+environments(folded(d.Parts()), Largest-len(head)-len(foot))+foot)
	return err
}

// brief limits the part of a comment for environments of one line each.
const brief = Largest / 4

// environments returns as many environments as fit, in their order.
func environments(all []alike, room int) string {
	texts := make([]string, len(all))
	for i, a := range all {
		texts[i] = details(a, room)
	}
	if whole := strings.Join(texts, ""); len(whole) <= room {
		return whole
	}
	told := fitting(all, texts, room-len(omitted(all)))
	var b strings.Builder
	var rest []alike
	for i, a := range all {
		if told[i] {
			b.WriteString(texts[i])
		} else {
			rest = append(rest, a)
		}
	}
	return b.String() + omitted(rest)
}

// fitting chooses environments by gravity. The gravest is cut if it is too large by
// itself.
func fitting(all []alike, texts []string, room int) map[int]bool {
	places := make([]int, len(all))
	for i := range all {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(all[a].gravity(), all[b].gravity()) })
	told := map[int]bool{}
	for i, place := range places {
		if i == 0 {
			texts[place] = details(all[place], room)
		}
		if len(texts[place]) <= room {
			told[place] = true
			room -= len(texts[place])
		}
	}
	return told
}

// gravity returns the gravity of the gravest danger that is not accepted.
func (a alike) gravity() int {
	least := math.MaxInt
	for _, d := range a.first.Dangers {
		if d.Accepted == "" {
			least = min(least, d.Gravity())
		}
	}
	return least
}

// Refused writes the comment about environments that do not compile.
func Refused(w io.Writer, diagnostics string) error {
	_, err := fmt.Fprintf(w, "%s\n### dominoc diff: the environments do not compile\n%s", Marker, fence(linesOf(diagnostics), Largest/2))
	return err
}

func linesOf(text string) []line {
	var lines []line
	for s := range strings.Lines(text) {
		lines = append(lines, line{text: strings.TrimRight(s, "\n")})
	}
	return lines
}

// omitted lists environments whose details do not fit.
func omitted(rest []alike) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n**%s more did not fit into this comment**: run `dominoc diff`\n\n", words.Count(environmentsOf(rest), "environment"))
	for i, a := range rest {
		more := fmt.Sprintf("- and %d more\n", environmentsOf(rest[i:]))
		line := "- " + a.line() + "\n"
		if b.Len()+len(line)+len(more) > brief {
			b.WriteString(more)
			break
		}
		b.WriteString(line)
	}
	return b.String()
}

// line returns an environment in short: the summary, and the codes of its dangers.
func (a alike) line() string {
	s := "**" + words.Markdown(some(a.names())) + "**: " + words.Markdown(a.first.Summary())
	var codes []string
	for _, d := range a.first.Dangers {
		if d.Accepted == "" && !slices.Contains(codes, d.Code) {
			codes = append(codes, d.Code)
		}
	}
	if codes == nil {
		return s
	}
	return s + "; :warning: " + words.Markdown(strings.Join(codes, ", "))
}

func environmentsOf(all []alike) int {
	n := len(all)
	for _, a := range all {
		n += len(a.others)
	}
	return n
}

// details returns one environment, in at most so many bytes if its lines can be cut to
// fit.
func details(a alike, most int) string {
	open := ""
	if a.gravity() < math.MaxInt {
		open = " open"
	}
	title := "<b>" + words.HTML(a.first.Name) + "</b>: " + words.HTML(a.first.Summary())
	if len(a.others) > 0 {
		title += "; the same in " + words.HTML(some(a.others))
	}
	before := "\n<details" + open + "><summary>" + title + "</summary>\n\n" + bullets(a.first)
	const after = "\n</details>\n"
	return before + fence(resources(a.first), most-len(before)-len(after)) + after
}

// bullets returns the edits and the dangers.
func bullets(e Environment) string {
	var b strings.Builder
	for _, l := range edits(e) {
		b.WriteString("- " + words.Code(l.text) + "\n")
	}
	for _, d := range mergedDangers(e.Dangers, anywhere) {
		if d.Accepted != "" {
			fmt.Fprintf(&b, "- accepted %s: %s (%s)\n", words.Code(d.ids()), words.Markdown(d.sentence()), words.Markdown(d.Accepted))
		} else {
			fmt.Fprintf(&b, "- :warning: **%s**: %s\n", words.Markdown(d.ids()), words.Markdown(d.sentence()))
		}
		if d.Accepted == "" && d.Instead.Sentence != "" {
			fmt.Fprintf(&b, "  - %s\n", words.Markdown(d.Instead.Sentence))
		}
		for _, command := range d.Run {
			fmt.Fprintf(&b, "  - %s\n", words.Code(command))
		}
	}
	return b.String()
}

// fence returns lines in a block that GitHub colours by the mark in the first column.
// Lines that do not fit are cut at the end.
func fence(lines []line, most int) string {
	if len(lines) == 0 {
		return ""
	}
	var texts []string
	for _, l := range lines {
		texts = append(texts, l.text)
	}
	ticks := ticksAround(texts...)
	var b strings.Builder
	b.WriteString("\n" + ticks + "diff\n")
	for i, l := range lines {
		s := fenced(l)
		cut := fmt.Sprintf("# %s more\n", words.Count(len(lines)-i, "line"))
		if b.Len()+len(s)+len(cut)+len(ticks)+1 > most && i > 0 {
			b.WriteString(cut)
			break
		}
		b.WriteString(s)
	}
	b.WriteString(ticks + "\n")
	return b.String()
}

// ticksAround returns the fence of a block of code whose texts may contain backticks.
func ticksAround(texts ...string) string {
	ticks := "```"
	for slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, ticks) }) {
		ticks += "`"
	}
	return ticks
}

// fenced returns a line with its mark in front. GitHub colours "+", "-", "!" and "#".
func fenced(l line) string {
	mark := l.mark
	switch {
	case mark == "±":
		mark = "-"
	case mark == "":
		mark = " "
	}
	if l.tone == boldly {
		return "# " + words.Line(l.text) + "\n"
	}
	return mark + strings.Repeat("  ", max(0, l.depth-1)) + " " + words.Line(l.text) + "\n"
}
