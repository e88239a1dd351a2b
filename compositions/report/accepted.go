package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// accepted is a danger that a file accepts, and the environments that have it.
type accepted struct {
	acceptance
	names []string
}

type acceptance struct {
	id, reason string
	at         diag.Pos
}

// accepted returns the accepted dangers, the gravest first. Dangers that one line
// accepts are one entry.
func (d Document) accepted() []accepted {
	var all []accepted
	gravity := map[string]int{}
	index := map[acceptance]int{}
	for _, e := range d.Parts() {
		for _, danger := range e.Dangers {
			if danger.Accepted == "" {
				continue
			}
			key := acceptance{danger.ID(), danger.Accepted, danger.AcceptedAt}
			i, met := index[key]
			if !met {
				i = len(all)
				index[key] = i
				gravity[key.id] = danger.Gravity()
				all = append(all, accepted{acceptance: key})
			}
			all[i].names = append(all[i].names, e.Name)
		}
	}
	slices.SortStableFunc(all, func(a, b accepted) int { return cmp.Compare(gravity[a.id], gravity[b.id]) })
	return all
}

// where returns the place of the acceptance, after the reason.
func (a accepted) where() string {
	if !a.at.IsValid() {
		return ""
	}
	return " (" + a.at.String() + ")"
}

// Entries returns the lines of the fleet's policy that accept the dangers by which the
// run fails.
func (d Document) Entries() []string {
	var all []string
	for _, e := range d.Parts() {
		for _, danger := range e.Dangers {
			if danger.Fails && danger.Entry != "" {
				all = append(all, danger.Entry)
			}
		}
	}
	return all
}

// acceptances returns the lines about accepted dangers, which are first in text.
func acceptances(d Document) []line {
	var all []line
	for _, a := range d.accepted() {
		all = append(all, line{depth: 1, text: some(a.names) + ": " + a.id + ": " + a.reason + a.where()})
	}
	if all != nil {
		all = append([]line{{text: "accepted:", tone: boldly}}, all...)
	}
	return all
}

// unused returns the lines about acceptances that accept nothing.
func unused(d Document) []line {
	var all []line
	for _, f := range d.Unused {
		all = append(all, line{text: f.Pos.String() + ": " + f.Severity.String() + ": " + f.Text() + " [" + f.Code + "]"})
		if f.Hint != "" {
			all = append(all, line{depth: 1, text: "hint: " + f.Hint, tone: faintly})
		}
	}
	return all
}

// mostLines limits the lines of a kind in a comment.
const mostLines = 20

// acceptedBullets returns the first part of a comment.
func acceptedBullets(d Document) string {
	var accepted, unused []string
	for _, a := range d.accepted() {
		accepted = append(accepted, words.Markdown(some(a.names))+": "+words.Code(a.id)+": "+words.Markdown(a.reason)+words.Markdown(a.where()))
	}
	for _, f := range d.Unused {
		unused = append(unused, words.Code(f.Pos.String())+": "+words.Markdown(f.Text())+"; "+words.Markdown(f.Hint))
	}
	return listUnder("Accepted", accepted) + listUnder("Acceptances that accept nothing", unused)
}

// listUnder returns a list of a comment with its title, at most mostLines long; "" if
// empty.
func listUnder(title string, all []string) string {
	if more := len(all) - mostLines; more > 0 {
		all = append(all[:mostLines:mostLines], fmt.Sprintf("and %d more", more))
	}
	if all == nil {
		return ""
	}
	return "\n**" + title + "**\n\n- " + strings.Join(all, "\n- ") + "\n"
}

// entriesBlock returns the part of a comment that shows what to add to the fleet's
// policy.
func entriesBlock(d Document) string {
	entries := d.Entries()
	if len(entries) == 0 {
		return ""
	}
	var lines []string
	for i, entry := range entries {
		if i == mostLines {
			lines = append(lines, fmt.Sprintf("// and %d more: dominoc diff prints them", len(entries)-i))
			break
		}
		lines = append(lines, words.Line(entry))
	}
	text := strings.Join(lines, "\n")
	ticks := ticksAround(text)
	return "\n<details><summary>If this is meant: entries for <code>accept</code> in " + diff.PolicyFolder + "</summary>\n\n" +
		ticks + "cue\n" + text + "\n" + ticks + "\n\n</details>\n"
}

// Accepted writes a notice at each line that accepts a danger, in the format of GitHub
// workflows.
func Accepted(w io.Writer, d Document) error {
	for _, a := range d.accepted() {
		if err := diag.Notice(w, a.at, "accepted "+a.id, some(a.names)+": "+a.reason); err != nil {
			return err
		}
	}
	return nil
}
