// Package report prints what a change of the files does to AWS.
//
// Reports of package diff go in, with what the command line adds: the edits in the
// user's file, the place of each danger, the acceptances. Text for a terminal, a
// comment for a pull request, JSON for programs, and diagnostics for annotations come
// out. The order follows the reader's questions: what was edited, what is dangerous,
// what happens to which resource.
//
// Package diff finds the changes and package change chooses the environments; the
// command line calls this package.
//
// A report takes seconds to read: resources that change alike are one line, a field
// that changes everywhere appears once, and so do environments whose reports differ
// only in their name.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/ordered"
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

	// Shared is what happens to the shared objects; nil if nothing changes.
	Shared *Environment

	// Wrong are the reasons why environments could not be compared.
	Wrong diag.List
}

// SharedName is the name of Shared. No environment has such a name.
const SharedName = "platform and sync"

// Parts returns the parts of the report, in order: those with dangers that are not accepted
// are first, and before the environments the shared part if it has dangers, because they
// affect all of them.
func (d Document) Parts() []Environment {
	var all []Environment
	if d.Shared != nil && len(d.Shared.Dangers) > 0 {
		all = append(all, *d.Shared)
	}
	all = append(all, d.Environments...)
	if d.Shared != nil && len(d.Shared.Dangers) == 0 {
		all = append(all, *d.Shared)
	}
	slices.SortStableFunc(all, func(a, b Environment) int { return ordered.TrueFirst(a.endangered(), b.endangered()) })
	return all
}

// endangered reports whether a danger is not accepted.
func (e Environment) endangered() bool {
	return slices.ContainsFunc(e.Dangers, func(d Danger) bool { return d.Accepted == "" })
}

// Empty reports whether the report has no part.
func (d Document) Empty() bool { return len(d.Parts()) == 0 }

// OfShared returns the report on the shared objects; nil if none changes.
func OfShared(r diff.SharedReport) *Environment {
	if len(r.Changes)+len(r.Dangers) == 0 {
		return nil
	}
	return &Environment{Report: diff.Report{Name: SharedName, Fate: diff.Changed, Changes: r.Changes, Dangers: r.Dangers}, shared: true}
}

// Environment is what happens to one environment, and why.
type Environment struct {
	diff.Report
	File    string // the environment's file, where it is known
	Edits   []Edit
	Dangers []Danger
	Notes   []string

	shared bool // of no single environment
}

// Edit is a changed field of the environment.
type Edit struct {
	Pos      diag.Pos
	Path     string
	Old, New any  // nil where the field is absent
	Follows  bool // not in the file: it follows from other edits
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

// Counts returns the number of resources by action, without those that have no effect.
func (e Environment) Counts() map[diff.Action]int {
	counts := map[diff.Action]int{}
	for _, c := range e.Changes {
		if !c.Silent {
			counts[c.Action]++
		}
	}
	return counts
}

// wording is the text for an action in a summary.
var wording = map[diff.Action]string{
	diff.Create: "to add", diff.Update: "to change", diff.Replace: "to replace",
	diff.Destroy: "to destroy", diff.Leave: "left in AWS", diff.Stuck: "STUCK",
}

// Summary returns the line of an environment: "1 to add, 2 to change, 1 STUCK".
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

// Total returns the line of the whole report: "3 environments: 4 to add, 2 to change, 1
// STUCK; 2 dangers".
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

// Compared names what the files are compared with.
func (d Document) Compared() string { return "compared with " + d.Base }

// Diagnostics returns the dangers at the user's lines, the gravest first: as an error if
// the danger fails the run, else as a warning. Accepted ones are left out, and the same
// text at one line appears once, with all environments that it applies to.
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
	type annotated struct {
		pos                 diag.Pos
		fails               bool
		ids, sentence, hint string
	}
	var all []annotation
	index := map[annotated]int{}
	for _, e := range environments {
		for _, s := range mergedDangers(e.Dangers, func(a, b Danger) bool { return a.Pos == b.Pos && a.Fails == b.Fails }) {
			if s.Accepted != "" {
				continue
			}
			key := annotated{s.Pos, s.Fails, s.ids(), s.sentence(), s.hint()}
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

// hint returns the advice, then the commands, one in a line.
func (d Danger) hint() string {
	if d.Instead.Sentence == "" {
		return strings.Join(d.Run, "\n")
	}
	return strings.Join(append([]string{d.Instead.Sentence}, d.Run...), "\n")
}
