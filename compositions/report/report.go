// Package report prints what a change of the files does to AWS.
//
// Reports of package diff go in, each with what the command line knows beside it:
// the edits in the user's file, the place of each danger, what is accepted. Out
// come text for a terminal, a comment for a pull request, JSON for programs, and
// diagnostics for annotations. The order of the reader is kept: what was edited,
// what is dangerous, what happens to which resource.
//
// What is found, and which environments are compared, is left to packages diff and
// change; the command line calls it.
//
// It is written to be read in seconds. Resources that change alike are one line,
// a field that changes everywhere is told once, and environments whose reports
// differ in their name only are told together.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// Document is the report on a fleet.
type Document struct {
	Base         string // what the files are compared with
	Environments []Environment
	Notes        []string // what else the reader should know

	// Unused are the acceptances of the fleet's policy that accept nothing, and why.
	Unused diag.List

	// Shared is what becomes of what environments have in common; nil when nothing
	// does.
	Shared *Environment

	// Wrong says which environments could not be compared, and why.
	Wrong diag.List
}

// SharedName is what Shared is called. No environment has such a name.
const SharedName = "platform and sync"

// Parts are what the report tells of, in this order: what environments have in
// common comes first where it has dangers, for they are those of all environments.
func (d Document) Parts() []Environment {
	switch {
	case d.Shared == nil:
		return d.Environments
	case len(d.Shared.Dangers) == 0:
		return append(slices.Clone(d.Environments), *d.Shared)
	}
	return append([]Environment{*d.Shared}, d.Environments...)
}

// Empty reports whether nothing is told.
func (d Document) Empty() bool { return len(d.Parts()) == 0 }

// OfShared is the report on what environments have in common; nil when nothing of
// it changes.
func OfShared(r diff.SharedReport) *Environment {
	if len(r.Changes)+len(r.Dangers) == 0 {
		return nil
	}
	return &Environment{Report: diff.Report{Name: SharedName, Fate: diff.Changed, Changes: r.Changes, Dangers: r.Dangers}, shared: true}
}

// Environment is what becomes of one environment, and why.
type Environment struct {
	diff.Report
	File    string // the environment's file, where it is known
	Edits   []Edit
	Dangers []Danger
	Notes   []string

	shared bool // of no single environment
}

// Edit is a field of the environment that has another value than before.
type Edit struct {
	Pos      diag.Pos
	Path     string
	Old, New any  // nil where the field is absent
	Follows  bool // nobody wrote it: it follows from other edits
}

// Danger is a danger of the report, at the place of the edit that causes it.
type Danger struct {
	diff.Danger
	Pos      diag.Pos
	Path     string
	Accepted string // the reason, empty when it is not accepted
	Fails    bool   // the run fails by it

	AcceptedAt diag.Pos // where it is accepted
	Entry      string   // of the fleet's policy, which would accept it; for what fails
}

// Counts are how many resources a report has by action, those without effect left
// out.
func (e Environment) Counts() map[diff.Action]int {
	counts := map[diff.Action]int{}
	for _, c := range e.Changes {
		if !c.Silent {
			counts[c.Action]++
		}
	}
	return counts
}

// wording is how a summary counts an action.
var wording = map[diff.Action]string{
	diff.Create: "to add", diff.Update: "to change", diff.Replace: "to replace",
	diff.Destroy: "to destroy", diff.Leave: "left in AWS", diff.Stuck: "STUCK",
}

// Summary is the line of an environment: "1 to add, 2 to change, 1 STUCK".
func (e Environment) Summary() string {
	s := summary(e.Counts(), e.shared)
	switch e.Fate {
	case diff.New:
		return "new, " + s
	case diff.Moved:
		return "moved, " + s
	case diff.Removed:
		return "removed, " + s
	case diff.Kept:
		return "removed from the files, kept by its protection"
	}
	return s
}

func summary(counts map[diff.Action]int, shared bool) string {
	var parts []string
	for _, a := range diff.Actions() {
		words := wording[a]
		if a == diff.Leave && shared {
			words = "left in the management cluster"
		}
		if n := counts[a]; n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+words)
		}
	}
	if parts == nil {
		return "no change in AWS"
	}
	return strings.Join(parts, ", ")
}

// Total is the line of the whole report: "3 environments: 4 to add, 2 to change,
// 1 STUCK; 2 dangers".
func (d Document) Total() string {
	if d.Empty() && d.Wrong.HasErrors() {
		return "nothing could be compared"
	}
	counts := map[diff.Action]int{}
	dangers, accepted := 0, 0
	for _, e := range d.Environments {
		for a, n := range e.Counts() {
			counts[a] += n
		}
	}
	for _, e := range d.Parts() {
		for _, found := range e.Dangers {
			dangers++
			if found.Accepted != "" {
				accepted++
			}
		}
	}
	s := "no environment changes"
	if len(d.Environments) > 0 {
		s = words.Count(len(d.Environments), "environment") + ": " + summary(counts, false)
	}
	if d.Shared != nil {
		s += "; " + SharedName + ": " + d.Shared.Summary()
	}
	if dangers > 0 {
		s += "; " + words.Count(dangers, "danger")
	}
	if accepted > 0 {
		s += fmt.Sprintf(", %d accepted", accepted)
	}
	return s
}

// Compared says with what.
func (d Document) Compared() string { return "compared with " + d.Base }

// Diagnostics are the dangers at the user's lines, the gravest first: an error
// when the run fails by it, else a warning. Accepted ones are left out, and what is
// said alike of one line is said once, with the environments that it is said of.
func (d Document) Diagnostics() diag.List {
	all := annotations(d.Parts())
	slices.SortStableFunc(all, func(a, b annotation) int { return cmp.Compare(a.Gravity(), b.Gravity()) })
	var out diag.List
	for _, a := range all {
		out = append(out, a.diagnostic())
	}
	return append(out, d.Unused...)
}

// annotation is a danger at a place, and the environments that have it.
type annotation struct {
	several
	environments []string
}

// annotations returns the dangers that are not accepted, in the order of the
// environments. A line of a file that many share has one of each kind.
func annotations(environments []Environment) []annotation {
	type said struct {
		pos                 diag.Pos
		fails               bool
		ids, sentence, hint string
	}
	var all []annotation
	index := map[said]int{}
	for _, e := range environments {
		for _, s := range mergedDangers(e.Dangers, func(a, b Danger) bool { return a.Pos == b.Pos && a.Fails == b.Fails }) {
			if s.Accepted != "" {
				continue
			}
			key := said{s.Pos, s.Fails, s.ids(), s.sentence(), s.hint()}
			i, met := index[key]
			if !met {
				i = len(all)
				index[key] = i
				all = append(all, annotation{several: s})
			}
			all[i].environments = append(all[i].environments, e.Name)
		}
	}
	return all
}

func (a annotation) diagnostic() diag.Diagnostic {
	severity := diag.Warning
	if a.Fails {
		severity = diag.Error
	}
	return diag.Diagnostic{
		Severity: severity, Code: a.ids(), Pos: a.Pos, Path: a.Path,
		Message: some(a.environments) + ": " + a.sentence(), Hint: a.hint(),
	}
}

// hint is what to do, then the commands, one in a line.
func (d Danger) hint() string {
	if d.Instead.Sentence == "" {
		return strings.Join(d.Run, "\n")
	}
	return strings.Join(append([]string{d.Instead.Sentence}, d.Run...), "\n")
}
