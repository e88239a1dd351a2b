package syntax

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/errors"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/diag"
)

// Diagnostics returns one for each of CUE's errors, at the first place in a file of the
// user's; the others become notes. Without a code each has that of its kind.
func Diagnostics(err error, code string) diag.List {
	var found diag.List
	for _, e := range errors.Errors(err) {
		d := diag.Diagnostic{Severity: diag.Error, Code: cmp.Or(code, codeOf(e)), Message: Sentence([]errors.Error{e})}
		if places := Places(e); len(places) > 0 {
			d.Pos, d.Notes = places[0], Involved(places[1:])
		}
		found = append(found, d)
	}
	return found
}

// Involved returns notes for the first of the other places of an error.
func Involved(places []diag.Pos) []diag.Note {
	const most = 3
	var notes []diag.Note
	for _, p := range places[:min(most, len(places))] {
		notes = append(notes, diag.Note{Pos: p, Message: "involved as well"})
	}
	return notes
}

// Places returns the positions of an error in files of the user's.
func Places(e errors.Error) []diag.Pos {
	var all []diag.Pos
	for _, p := range errors.Positions(e) {
		if p.IsValid() && p.Filename() != "" && !strings.HasPrefix(p.Filename(), schema.Module+"/") {
			all = append(all, Place(p))
		}
	}
	return all
}

// Sentence returns the text of the errors at one place: of a disjunction that no value
// fits, the reasons.
func Sentence(all []errors.Error) string {
	var parts []string
	for _, e := range all {
		format, _ := e.Msg()
		if strings.HasSuffix(format, "errors in empty disjunction:") && len(all) > 1 {
			continue
		}
		parts = append(parts, Wording(e))
		if len(parts) == 3 {
			break
		}
	}
	return strings.Join(parts, "; ")
}

// Wording returns the text of an error and of those that it wraps.
func Wording(err error) string {
	var parts []string
	for err != nil {
		e, ok := err.(errors.Error)
		if !ok {
			parts = append(parts, err.Error())
			break
		}
		format, args := e.Msg()
		parts = append(parts, fmt.Sprintf(format, args...))
		err = errors.Unwrap(e)
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" || s == "import failed" })
	return strings.Join(strings.Fields(strings.Join(parts, ": ")), " ")
}

// codeOf returns the code of an error that CUE finds while it builds a package.
func codeOf(e errors.Error) string {
	switch format, _ := e.Msg(); {
	case strings.HasPrefix(format, "import"), strings.HasPrefix(format, "builtin package"), strings.HasPrefix(format, "package "):
		return "import"
	case strings.HasPrefix(format, "reference "):
		return "reference"
	case strings.HasPrefix(format, "structural cycle"):
		return "cycle"
	}
	return "evaluation"
}
