package diag

import (
	"io"

	"github.com/dominoc/dominoc/schema/words"
)

// The JSON document is a contract: fields are added, never renamed.
type jsonReport struct {
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	Errors      int              `json:"errors"`
	Warnings    int              `json:"warnings"`
}

type jsonDiagnostic struct {
	Severity string     `json:"severity"`
	Code     string     `json:"code"`
	File     string     `json:"file,omitempty"`
	Line     int        `json:"line,omitempty"`
	Column   int        `json:"column,omitempty"`
	End      int        `json:"endColumn,omitempty"`
	Path     string     `json:"path,omitempty"`
	Message  string     `json:"message"`
	Hint     string     `json:"hint,omitempty"`
	Notes    []jsonNote `json:"notes,omitempty"`

	// Environments are the names of those that the diagnostic concerns, where it
	// is several.
	Environments []string `json:"environments,omitempty"`
}

type jsonNote struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
}

func printJSON(w io.Writer, l List) error {
	report := jsonReport{Diagnostics: []jsonDiagnostic{}, Errors: l.Errors(), Warnings: l.Warnings()}
	for _, d := range l {
		report.Diagnostics = append(report.Diagnostics, jsonOf(d))
	}
	return words.WriteJSON(w, report)
}

func jsonOf(d Diagnostic) jsonDiagnostic {
	j := jsonDiagnostic{
		Severity: d.Severity.String(), Code: d.Code, Path: d.Path, Message: d.Message, Hint: d.Hint,
		File: d.Pos.File, Line: d.Pos.Line, Column: d.Pos.Column, End: d.End,
	}
	if len(d.Environments) > 1 {
		j.Environments = d.Environments
	}
	for _, n := range d.Notes {
		j.Notes = append(j.Notes, jsonNote{n.Pos.File, n.Pos.Line, n.Pos.Column, n.Message})
	}
	return j
}
