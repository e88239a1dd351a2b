package edit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/rewrite"
	"github.com/dominoc/dominoc/schema/words"
)

// Draft is an edit for the reader.
type Draft struct {
	Lines   []string `json:"lines"`             // what is edited, each at its place
	Refused string   `json:"refused,omitempty"` // why dominoc does not make the edit
	Code    string   `json:"code,omitempty"`    // of the error that the environment would have
	Written bool     `json:"written"`
}

// DraftOf returns the edit that makes changes, and the files with it; they are nil if a
// person has to make the edit.
func DraftOf(l *load.Loader, r load.Result, changes ...rewrite.Change) (*Draft, *Edited) {
	file, err := Of(l, r, changes...)
	if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
		return &Draft{Lines: texts(refusal.Lines), Refused: refusal.Error(), Code: refusal.Code}, nil
	}
	return &Draft{Lines: texts(file.Lines)}, file
}

// Text is the lines for a terminal, indented.
func (d Draft) Text() string {
	var b strings.Builder
	for _, line := range d.Lines {
		fmt.Fprintf(&b, "  %s\n", words.Line(line))
	}
	return b.String()
}

func texts(lines []Line) []string {
	out := []string{}
	for _, line := range lines {
		out = append(out, line.String())
	}
	return out
}

// News returns what dominoc vet says of an environment only after an edit: what it then
// refuses, and what it warns of.
func News(before, after diag.List) (refused, warned []string) {
	for _, d := range after {
		if slices.ContainsFunc(before, func(o diag.Diagnostic) bool { return o.Code == d.Code && o.Path == d.Path && o.Message == d.Message }) {
			continue
		}
		text := d.Path + ": " + d.Message + " [" + d.Code + "]"
		if d.Severity == diag.Error {
			refused = append(refused, text)
		} else {
			warned = append(warned, text)
		}
	}
	return refused, warned
}
