// Package diag holds what dominoc reports about a user's files, as data.
//
// Every stage makes diagnostics and hands on a List. Out come text with the source
// line, JSON, SARIF or GitHub annotations (Print). Which exit code a list means and
// where it is printed is left to the command. Every package may import it.
//
// A List is not an error: an error is a failed read or a bug of dominoc, a diagnostic is a
// mistake that the person who edits an environment can correct.
package diag

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Severity is whether a diagnostic stops the compilation. The zero value is
// invalid, so that a forgotten one shows.
type Severity int

// The severities: an Error refuses the environment, a Warning does not.
const (
	Error Severity = iota + 1
	Warning
)

// String is the word that the reader sees.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	}
	return "severity(" + strconv.Itoa(int(s)) + ")"
}

// Pos is a place in a file. File is a slash-separated path as shown to the
// user; Line and Column count from one, Column in bytes. The zero Pos is an
// unknown place, a Pos with a File only is the file as a whole.
type Pos struct {
	File         string
	Line, Column int
}

// IsValid reports whether the place is known, at least its file.
func (p Pos) IsValid() bool { return p.File != "" }

// String is file:line:column, without the parts that are unknown.
func (p Pos) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
		if p.Column > 0 {
			s += ":" + strconv.Itoa(p.Column)
		}
	}
	return s
}

// Note is a second place that explains a diagnostic. Its Pos may be zero.
type Note struct {
	Pos     Pos
	Message string
}

// Diagnostic is one mistake. Code is stable and in kebab case; Pos is the
// user's own line; End is the column after the marked text on that line, 0
// when unknown. Path names the field in the environment, if it is about one.
// Hint says what to do. Environments are the names of those that it concerns,
// sorted: several if a line of a shared file is wrong, none if it is not about
// environments.
type Diagnostic struct {
	Severity     Severity
	Code         string
	Pos          Pos
	End          int
	Path         string
	Message      string
	Hint         string
	Notes        []Note
	Environments []string
}

// Text is the sentence with the path in front, as every format but JSON shows
// it.
func (d Diagnostic) Text() string {
	if d.Path == "" || strings.HasPrefix(d.Message, d.Path+":") {
		return d.Message
	}
	return d.Path + ": " + d.Message
}

// List is what a stage found. It is not an error.
type List []Diagnostic

// Sorted is the list in the order of file, line, column, code and message,
// each diagnostic once, with all environments that it concerns.
func (l List) Sorted() List {
	sorted := slices.Clone(l)
	slices.SortStableFunc(sorted, compare)
	return sorted.merged()
}

func compare(a, b Diagnostic) int {
	return cmp.Or(
		cmp.Compare(a.Pos.File, b.Pos.File),
		cmp.Compare(a.Pos.Line, b.Pos.Line),
		cmp.Compare(a.Pos.Column, b.Pos.Column),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Severity, b.Severity),
	)
}

// HasErrors reports whether any diagnostic is an Error.
func (l List) HasErrors() bool { return l.Errors() > 0 }

// Errors is the number of diagnostics that refuse.
func (l List) Errors() int { return l.count(Error) }

// Warnings is the number of diagnostics that only warn.
func (l List) Warnings() int { return l.count(Warning) }

func (l List) count(s Severity) int {
	n := 0
	for _, d := range l {
		if d.Severity == s {
			n++
		}
	}
	return n
}
