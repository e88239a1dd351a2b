package health

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/dominoc/dominoc/schema/words"
)

// Text returns reports for a reader: a line for an environment that is well; for any other
// the findings, the worst first, and the progress of its parts.
func Text(reports []Report, now time.Time, color bool) string {
	p, width := painter{now: now, color: color}, 0
	for _, r := range reports {
		width = max(width, len(r.Name))
	}
	for i, r := range reports {
		if i > 0 && !reports[i-1].Well {
			p.line("")
		}
		p.environment(r, width)
	}
	return p.out.String()
}

type painter struct {
	out   strings.Builder
	now   time.Time
	color bool
}

// The colours of the states, as SGR parameters.
func hue(s State) string {
	return map[State]string{Wrong: "1;31", Waiting: "33", Working: "36", Well: "32"}[s]
}

func (p *painter) paint(sgr, text string) string {
	if !p.color || sgr == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

func (p *painter) line(text string) { p.out.WriteString(strings.TrimRight(text, " ") + "\n") }

func (p *painter) environment(r Report, width int) {
	objects, well := r.Count()
	if r.Well {
		p.line(fmt.Sprintf("%s  %s  %s in %s%s", pad(words.Line(r.Name), width), p.paint(hue(Well), "ready"), words.Count(objects, "object"), words.Count(len(r.Parts), "part"), what(r)))
		p.due(r)
		return
	}
	p.line(fmt.Sprintf("%s  %s  %d of %s well%s%s", pad(words.Line(r.Name), width), p.paint("1", headline(r)), well, words.CountOf(objects, "object is", "objects are"), tally(r), what(r)))
	for _, g := range r.Groups() {
		p.group(g)
	}
	p.due(r)
	p.parts(r)
}

// due prints what is to be done next about pools that others replace.
func (p *painter) due(r Report) {
	for _, step := range r.Due {
		p.line("  " + pad("due", column-2) + words.Line(step))
	}
}

// headline returns the state of the DominoEnvironment, which may be ready although a change
// was refused.
func headline(r Report) string {
	if r.Ready {
		return "ready, but not well"
	}
	return "not ready"
}

func what(r Report) string {
	text := ""
	if r.Version != "" {
		text = ", Kubernetes " + r.Version
	}
	return words.Line(text + ", " + r.Region + ", " + r.Account)
}

func tally(r Report) string {
	counts := map[State]int{}
	for _, f := range r.Findings {
		counts[f.State]++
	}
	text := ""
	for _, s := range []State{Wrong, Waiting, Working} {
		if counts[s] > 0 {
			text += fmt.Sprintf(", %d %s", counts[s], s)
		}
	}
	return text
}

// column is the column at which the text of a group begins.
const column = 11

func (p *painter) group(g Group) {
	label, age := p.paint(hue(g.State), pad(string(g.State), column-4)), ""
	if g.Earliest != nil {
		age = ", for " + short(p.now.Sub(*g.Earliest))
	}
	p.line("  " + label + "  " + places(g.Places) + age)
	indent := strings.Repeat(" ", column)
	p.line(indent + sentence(g))
	if g.Finding.Hint != "" {
		p.line(indent + "hint: " + words.Line(g.Finding.Hint))
	}
}

// sentence returns what a group says. A single object is named by its kind and its name in
// AWS.
func sentence(g Group) string {
	f := g.Finding
	says := f.Says
	if f.State == Working && len(g.Places) == 1 && f.Kind != "" {
		says = called(f) + " " + says
	}
	for i, need := range f.WaitsFor {
		says += map[bool]string{true: ": waits for ", false: ", "}[i == 0] + needed(need)
	}
	if f.State == Wrong && len(g.Places) == 1 && f.Kind != "" {
		says += " [" + called(f) + "]"
	}
	return words.Line(strings.Replace(says, "waits for what it refers to: waits for ", "waits for ", 1))
}

func called(f Finding) string { return f.Kind + " " + cmp.Or(f.ExternalName, f.Name) }

func needed(n Need) string {
	switch {
	case n.What == "":
		return n.Place
	case n.Place == "":
		return n.What
	}
	return n.What + " (" + n.Place + ")"
}

// most is the number of places of a group that are named.
const most = 3

func places(all []string) string {
	var shown []string
	for _, place := range all[:min(most, len(all))] {
		shown = append(shown, cmp.Or(place, "the environment"))
	}
	text := words.Line(strings.Join(shown, ", "))
	if more := len(all) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// short returns a duration in one unit, or in two.
func short(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", max(0, int(d.Seconds())))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%dd", int(d.Hours())/24)
}

// wide is the maximum width of the list of parts.
const wide = 100

// parts prints the progress of the parts.
func (p *painter) parts(r Report) {
	indent := strings.Repeat(" ", column)
	line, length := "  "+pad("parts", column-2), column
	for i, part := range r.Parts {
		text := words.Line(progressOf(part))
		if i < len(r.Parts)-1 {
			text += ","
		}
		if length+len(text)+1 > wide {
			p.line(line)
			line, length = indent, column
		}
		length += len(text) + 1
		if part.State != Well {
			text = p.paint(hue(part.State), text)
		}
		line += text + " "
	}
	if len(r.Parts) > 0 {
		p.line(strings.TrimSuffix(line, " "))
	}
}

func progressOf(p Part) string {
	switch {
	case p.Name == "":
		return p.Key + " -"
	case p.Well == p.Objects:
		return fmt.Sprintf("%s %d", p.Key, p.Objects)
	}
	return fmt.Sprintf("%s %d/%d", p.Key, p.Well, p.Objects)
}

func pad(text string, width int) string { return fmt.Sprintf("%-*s", width, text) }
