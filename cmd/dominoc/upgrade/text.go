package upgrade

import (
	"fmt"
	"io"
	"strings"

	"github.com/dominoc/dominoc/compositions/tables"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/words"
)

// Text is a report for a reader.
func Text(r Report) string {
	if r.Edit != nil && r.Edit.Written {
		return r.written()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: Kubernetes %s\n", r.Environment, r.Version)
	_ = tables.Table{Text: r.facts}.Print(&b, "text") // to memory
	b.WriteString("\n")
	if len(r.Steps) == 0 && len(r.Blocked) == 0 {
		fmt.Fprintf(&b, "nothing is left to do for %s\n", r.Target)
	}
	for i, step := range r.Steps {
		if i == 0 {
			fmt.Fprintf(&b, "to %s, a pull request each:\n", r.Target)
		}
		fmt.Fprintf(&b, "  %d. %s\n", i+1, words.Line(step.Says))
	}
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", words.Line(note))
	}
	for _, block := range r.Blocked {
		fmt.Fprintf(&b, "blocked: %s\n", words.Line(block))
	}
	if r.Edit != nil {
		fmt.Fprintf(&b, "\n%s:\n%s", r.step(), r.Edit.Text())
	}
	return b.String()
}

// step says who makes the edit of the next step.
func (r Report) step() string {
	switch {
	case r.Edit.Code != "":
		return "step 1, which dominoc does not make: " + words.Line(r.Edit.Refused)
	case r.Edit.Refused != "":
		return "make step 1 by hand: " + words.Line(r.Edit.Refused)
	case len(r.Blocked) > 0:
		return "step 1, once nothing blocks it"
	}
	return "step 1, as --write edits it"
}

// written is a report after its edit.
func (r Report) written() string {
	left := "this is the last step to " + r.Target
	if n := len(r.Steps) - 1; n > 0 {
		left = fmt.Sprintf("%s to %s left", words.Count(n, "step"), r.Target)
	}
	return fmt.Sprintf("%s: %s\n%s%s: read dominoc diff, merge, and wait until dominoc status %s shows one line\n",
		r.Environment, words.Line(r.Steps[0].Says), r.Edit.Text(), left, r.Environment)
}

// facts are where the environment is, in columns.
func (r Report) facts(w io.Writer) {
	row := func(what, says string) { tables.Row(w, "  "+what, says) }
	row("support", r.Support.Says)
	if l := r.Live; l != nil {
		row("in AWS", fmt.Sprintf("%s, %s", said(l.Version), l.Status))
	}
	if r.Target != r.Version {
		row("then "+r.Target, r.Then.Says)
	}
	column := "add-ons"
	var unstated []string
	for _, a := range r.Addons {
		if a.Version == "" && a.Live == "" {
			unstated = append(unstated, a.Name)
			continue
		}
		row(column, strings.Join(strings.Fields(a.Name+" "+a.Version+a.live()), " ")+": "+a.Suits)
		column = ""
	}
	if len(unstated) > 0 {
		row(column, strings.Join(unstated, ", ")+": no version is stated; EKS keeps the version of their creation")
	}
	column = "pools"
	for _, p := range r.Pools {
		row(column, p.Name+": "+p.says())
		column = ""
	}
	if r.Rollback != nil {
		row("rollback", r.Rollback.Says)
		for _, command := range r.Rollback.Run {
			row("", "$ "+command)
		}
	}
}

// live is the version that EKS runs, where the file states none.
func (a Addon) live() string {
	if a.Version != "" || a.Live == "" {
		return ""
	}
	return " " + a.Live + " in AWS"
}

func (p Pool) says() string {
	says := "follows the control plane"
	switch {
	case p.Held != "" && p.Behind > 0:
		says = fmt.Sprintf("held at %s, %s behind", p.Held, words.Count(p.Behind, "minor version"))
	case p.Held != "":
		says = "held at " + p.Held
	case strings.HasPrefix(p.Image, "ami-"):
		return "image " + p.Image + ", which determines the version"
	}
	if p.Image != "" {
		says += ", image " + p.Image
	}
	var groups []string
	for _, n := range p.Live {
		groups = append(groups, strings.Join(strings.Fields(n.Group+" "+n.Version+" "+n.Release), " "))
	}
	if len(groups) > 0 {
		says += "; in AWS " + strings.Join(groups, ", ")
	}
	return says
}

// List is the table of several reports, a line each.
func List(all []Report) tables.Table {
	return tables.Table{Rows: all, Text: func(w io.Writer) {
		tables.Row(w, "ENVIRONMENT", "VERSION", "STANDARD UNTIL", "EXTENDED UNTIL", "NEXT STEP")
		for _, r := range all {
			next := "none"
			if step := r.Next(); step != nil {
				next = "to " + r.Target + ": " + step.Says
			}
			if len(r.Blocked) > 0 {
				next = "blocked: " + r.Blocked[0]
			}
			standard := r.Support.Standard
			if r.Support.Phase != catalog.Standard && standard != "" {
				standard += " ended"
			}
			tables.Row(w, r.Environment, r.Version, standard, r.Support.Extended, next)
		}
	}}
}
