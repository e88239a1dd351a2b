package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/explain"
)

// report prints a list: text with a summary to standard error, a format for programs to
// standard output, even if the list is empty.
func (o *options) report(l diag.List) error {
	w, f := o.streams.Out, diag.Format(o.format)
	if f == diag.Text {
		w = o.streams.Err
	}
	err := diag.Print(w, l, f, diag.Options{Color: o.color.on(w), Source: o.source, Version: buildVersion(), Explain: meaning})
	if err == nil && f == diag.Text && len(l) > 0 {
		fmt.Fprintf(w, "\n%s\n", diag.Summary(l))
	}
	return err
}

// meaning returns the rule of a diagnostic's or danger's code.
func meaning(code string) (diag.Rule, bool) {
	code, _, _ = strings.Cut(code, "/")
	return explain.RuleOf(code, slices.Concat(explain.Rules(), diff.Rules()))
}

// source reads a file that a diagnostic names, to show the line. A file that cannot be
// read has been reported already.
func (o *options) source(file string) []byte { return o.workspace().Loader.Text(file) }

// conclude reports a list and returns the error of a command that found it.
func (o *options) conclude(l diag.List) error {
	err := o.report(l)
	if err == nil && l.HasErrors() {
		return problems()
	}
	return err
}
