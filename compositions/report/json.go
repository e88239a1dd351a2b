package report

import (
	"io"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// The JSON document is a contract: fields are added, never renamed. Types of packages
// diff and immutable that have JSON names belong to it.
type (
	jsonDocument struct {
		Base         string            `json:"base"`
		Accepted     []jsonAccepted    `json:"accepted,omitempty"`
		Unused       []jsonUnused      `json:"unusedAcceptances,omitempty"`
		Summary      map[string]int    `json:"summary"` // resources by action
		Environments []jsonEnvironment `json:"environments"`
		Shared       *jsonEnvironment  `json:"shared,omitempty"` // objects of all environments
		Notes        []string          `json:"notes"`
		Errors       []jsonError       `json:"errors,omitempty"` // why environments could not be compared
	}
	jsonError struct {
		jsonPlace
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	jsonEnvironment struct {
		Name     string            `json:"name"`
		Fate     string            `json:"fate"` // changed, new, moved, removed or kept
		File     string            `json:"file,omitempty"`
		Summary  map[string]int    `json:"summary"`
		Edits    []jsonEdit        `json:"edits"`
		Dangers  []jsonDanger      `json:"dangers"`
		Changes  []diff.Change     `json:"changes"`
		Replaced map[string]string `json:"replacedPools,omitempty"`
		Notes    []string          `json:"notes"`
	}
	jsonEdit struct {
		jsonPlace
		Path    string `json:"path"`
		Old     any    `json:"old"`
		New     any    `json:"new"`
		Follows bool   `json:"follows,omitempty"` // not in the file
	}
	jsonPlace struct {
		File   string `json:"file,omitempty"`
		Line   int    `json:"line,omitempty"`
		Column int    `json:"column,omitempty"`
	}
	jsonDanger struct {
		jsonPlace
		Code      string   `json:"code"`
		ID        string   `json:"id"`
		Class     string   `json:"class"` // destroys, stops, exposes or disturbs
		Path      string   `json:"path,omitempty"`
		Message   string   `json:"message"`
		Of        []string `json:"of,omitempty"`
		Instead   string   `json:"instead,omitempty"`
		Run       []string `json:"run,omitempty"`
		Component string   `json:"component,omitempty"`
		Key       string   `json:"key,omitempty"`
		Accepted  string   `json:"accepted,omitempty"`
		Fails     bool     `json:"fails"`

		AcceptedAt *jsonPlace `json:"acceptedAt,omitempty"`
		Entry      string     `json:"entry,omitempty"` // of environments/policy, for what fails
	}
	jsonAccepted struct {
		jsonPlace
		ID           string   `json:"id"`
		Reason       string   `json:"reason"`
		Environments []string `json:"environments"`
	}
	jsonUnused struct {
		jsonPlace
		Code    string `json:"code"`
		Message string `json:"message"`
		Hint    string `json:"hint"`
	}
)

// JSON prints the report for programs, with every value whole.
func JSON(w io.Writer, d Document) error {
	out := jsonDocument{Base: d.Base, Summary: map[string]int{}, Environments: []jsonEnvironment{}, Notes: d.Notes}
	if out.Notes == nil {
		out.Notes = []string{}
	}
	for _, e := range d.Environments {
		environment := environmentOf(e)
		for action, n := range environment.Summary {
			out.Summary[action] += n
		}
		out.Environments = append(out.Environments, environment)
	}
	if d.Shared != nil {
		shared := environmentOf(*d.Shared)
		out.Shared = &shared
	}
	for _, e := range d.Wrong {
		out.Errors = append(out.Errors, jsonError{placeOf(e.Pos), e.Code, e.Text()})
	}
	for _, a := range d.accepted() {
		out.Accepted = append(out.Accepted, jsonAccepted{placeOf(a.at), a.id, a.reason, a.names})
	}
	for _, f := range d.Unused {
		out.Unused = append(out.Unused, jsonUnused{placeOf(f.Pos), f.Code, f.Text(), f.Hint})
	}
	return words.WriteJSON(w, out)
}

func placeOf(at diag.Pos) jsonPlace { return jsonPlace{at.File, at.Line, at.Column} }

func environmentOf(e Environment) jsonEnvironment {
	out := jsonEnvironment{
		Name: e.Name, Fate: string(e.Fate), File: e.File, Summary: map[string]int{}, Replaced: e.Replaced,
		Edits: []jsonEdit{}, Dangers: []jsonDanger{}, Changes: append([]diff.Change{}, e.Changes...), Notes: append([]string{}, e.Notes...),
	}
	for action, n := range e.Counts() {
		out.Summary[string(action)] = n
	}
	for _, edit := range e.Edits {
		out.Edits = append(out.Edits, jsonEdit{placeOf(edit.Pos), edit.Path, edit.Old, edit.New, edit.Follows})
	}
	for _, d := range e.Dangers {
		danger := jsonDanger{
			placeOf(d.Pos), d.Code, d.ID(), string(d.Class()), d.Path, d.Message, d.Of, d.Instead.Sentence, d.Run, d.Component, d.Key, d.Accepted, d.Fails, nil, d.Entry,
		}
		if d.AcceptedAt.IsValid() {
			place := placeOf(d.AcceptedAt)
			danger.AcceptedAt = &place
		}
		out.Dangers = append(out.Dangers, danger)
	}
	return out
}
