package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
)

// shownByGitHub is how many annotations of a severity GitHub shows for a step.
const shownByGitHub = 10

// GitHub writes workflow commands: the dangers at the user's lines, the gravest
// first, because GitHub shows a few only, and the total.
func GitHub(w io.Writer, d Document, options diag.Options) error {
	if err := Accepted(w, d); err != nil {
		return err
	}
	found := append(d.Wrong, d.Diagnostics()...)
	for _, danger := range found {
		if err := diag.Print(w, diag.List{danger}, diag.GitHub, options); err != nil {
			return err
		}
	}
	total := d.Total()
	if n := len(found); found.Errors() > shownByGitHub || found.Warnings() > shownByGitHub {
		total += fmt.Sprintf(" (GitHub shows %d annotations of a sort; all %d are in the log)", shownByGitHub, n)
	}
	_, err := fmt.Fprintf(w, "::notice title=dominoc diff::%s\n", total)
	return err
}

// Verdict returns the dangers that fail the run and how to accept them; empty if none does.
func Verdict(d Document) string {
	var ids []string
	for _, e := range d.Parts() {
		for _, danger := range e.Dangers {
			if danger.Fails {
				ids = append(ids, e.Name+": "+danger.ID())
			}
		}
	}
	if ids == nil {
		return ""
	}
	text := "not accepted, and --fail-on names them:\n  " + strings.Join(ids, "\n  ") + "\n"
	if entries := d.Entries(); len(entries) > 0 {
		text += fmt.Sprintf("if they are meant, add to accept in %s, each with its reason:\n  %s\n", diff.PolicyFolder, strings.Join(entries, "\n  "))
	}
	return text + `an environment's own file accepts only what disturbs it: accept: "<code>": "<reason>"` + "\n"
}
