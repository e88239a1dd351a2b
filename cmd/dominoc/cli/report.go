package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/explain"
)

// reportFormat is the value of --format, checked before work begins.
func (o *options) reportFormat() (diag.Format, error) {
	f := diag.Format(o.format)
	if slices.Contains(diag.Formats(), f) {
		return f, nil
	}
	err := fmt.Errorf("unknown format %q: must be %s", o.format, strings.Join(formats(), ", "))
	if near := diag.Nearest(o.format, formats()); near != "" {
		err = fmt.Errorf("%w: did you mean %s?", err, near)
	}
	return "", wrong(err)
}

// report prints a list: as text with a summary to standard error, for programs
// to standard output, there even when it is empty.
func (o *options) report(l diag.List, f diag.Format) error {
	var w io.Writer = o.streams.Out
	if f == diag.Text {
		w = o.streams.Err
	}
	err := diag.Print(w, l, f, diag.Options{Color: o.color.on(w), Source: o.source, Version: buildVersion(), Explain: meaning})
	if err != nil {
		return failed(err)
	}
	if f == diag.Text && len(l) > 0 {
		fmt.Fprintf(w, "\n%s\n", diag.Summary(l))
	}
	return nil
}

// meaning gives what a code means, of a diagnostic or of a danger.
func meaning(code string) (diag.Rule, bool) {
	code, _, _ = strings.Cut(code, "/")
	return explain.RuleOf(code, slices.Concat(explain.Rules(), diff.Rules()))
}

// source reads a file that a diagnostic names, for the line to show. A file
// that cannot be read has been reported already.
func (o *options) source(file string) []byte {
	return o.loader().Text(file)
}

// conclude reports and turns the list into the command's error.
func (o *options) conclude(l diag.List, f diag.Format) error {
	if err := o.report(l, f); err != nil {
		return err
	}
	if l.HasErrors() {
		return problems()
	}
	return nil
}
