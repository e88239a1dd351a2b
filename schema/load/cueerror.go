package load

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/diag"
)

// described makes diagnostics of errors of CUE: one for each, at the first
// place in a file of the user's; the others become notes. Without a code each
// has that of its kind.
func described(err error, code string) diag.List {
	var found diag.List
	for _, e := range errors.Errors(err) {
		d := diag.Diagnostic{Severity: diag.Error, Code: cmp.Or(code, codeOf(e)), Message: sentence([]errors.Error{e})}
		places := places(e)
		if len(places) > 0 {
			d.Pos = places[0]
			d.Notes = also(places[1:])
		}
		found = append(found, d)
	}
	return found
}

// described is the same, for errors of which some may have no place.
func (s *Source) described(err error, code string) diag.List {
	found := described(err, code)
	for i := range found {
		if !found[i].Pos.IsValid() {
			found[i].Pos = s.start()
		}
	}
	return found
}

func also(places []diag.Pos) []diag.Note {
	const most = 3
	var notes []diag.Note
	for _, p := range places[:min(most, len(places))] {
		notes = append(notes, diag.Note{Pos: p, Message: "involved as well"})
	}
	return notes
}

// places are the positions of an error in files of the user's.
func places(e errors.Error) []diag.Pos {
	var all []diag.Pos
	for _, p := range errors.Positions(e) {
		if p.IsValid() && !isOurs(p.Filename()) {
			all = append(all, place(p))
		}
	}
	return all
}

func isOurs(name string) bool {
	return name == "" || name == binderName || name == checkedName || strings.HasPrefix(name, schema.Module+"/")
}

// sentence is the text of the errors at one place: of a choice of which
// nothing fits, the reasons.
func sentence(all []errors.Error) string {
	var parts []string
	for _, e := range all {
		format, _ := e.Msg()
		if strings.HasSuffix(format, "errors in empty disjunction:") && len(all) > 1 {
			continue
		}
		parts = append(parts, wording(e))
		if len(parts) == 3 {
			break
		}
	}
	return strings.Join(parts, "; ")
}

// wording is the text of an error and of those that it wraps.
func wording(err error) string {
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

// codeOf is the code of an error that CUE finds while it builds a package.
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

// said is the text of the first error() of the schema among the errors, ""
// when there is none: all others are in CUE's own words.
func said(err error) string {
	for _, e := range errors.Errors(err) {
		if ours(e) {
			format, args := e.Msg()
			return fmt.Sprintf(format, args...)
		}
	}
	return ""
}

// unsaid are the errors that are not the schema's own sentences.
func unsaid(err error) []errors.Error {
	return slices.DeleteFunc(slices.Clone(errors.Errors(err)), ours)
}

// ours says whether an error is an error(…) of the schema.
func ours(e errors.Error) bool {
	return isCall(e.Position()) || slices.ContainsFunc(e.InputPositions(), isCall)
}

// isCall says whether a position is that of error(…) in the schema.
func isCall(p token.Pos) bool {
	if !p.IsValid() || !strings.HasPrefix(p.Filename(), schema.Module+"/") {
		return false
	}
	text, at := schemaText()[p.Filename()], p.Offset()
	return at < len(text) && bytes.HasPrefix(text[at:], []byte("error("))
}

// schemaText is the text of the schema's files by the names that CUE knows them by.
var schemaText = sync.OnceValue(func() map[string][]byte {
	files, _ := schema.Files() // a schema that cannot be read compiles nothing
	byName := map[string][]byte{}
	for _, f := range files {
		byName[schema.Module+"/"+f.Name] = f.Content
	}
	return byName
})
