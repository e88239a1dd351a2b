package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/change"
	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/report"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// comparing is the command with its own flags.
type comparing struct {
	*options
	out    string
	format string
	failOn []string
	live   bool
	fleet  bool
	where  live.Where
}

// newDiff is `dominoc diff`.
func newDiff(o *options) *cobra.Command {
	d := &comparing{options: o}
	c := &cobra.Command{
		Use:   "diff [base] [pattern]...",
		Short: "Say what an edit will do to AWS",
		Long: `Diff compiles environments as they stand and as they were at a base, and says
what the provider will do in AWS once the difference is merged: which resource is
created, changed in place, replaced or destroyed, which is left in AWS without
being managed, and which is stuck, because AWS cannot change it in place and the
provider never replaces. It needs no cluster and no AWS.

The base is any revision of git, or a folder of manifests that a build wrote, or
with --live what the management cluster has. Without one it is where HEAD left the
default branch of the remote. What stands in the work tree counts, committed or
not. Only environments that were edited are compiled; patterns choose among them.
Where the manifests were committed at the base and are not what this dominoc makes
of the files there, they are what is compared with.

Dangers have codes, and codes have classes: destroys, stops, exposes, disturbs.
dominoc explain explains them. An environment's file accepts what disturbs it, in
the same change, by its code or by its code and subject, with the reason:

  accept: "node-roll/default": "in the maintenance window"

Every other class is accepted in environments/policy, by an entry that names the
environment, the code, the subject and the digest of the base. Diff prints the
entry for each danger that fails the run. An acceptance counts in the change that
adds it and in no later one.

Exit codes: 0 whatever will happen; 1 when a danger that --fail-on names is not
accepted, or an environment does not compile; 2 usage; 3 could not run.`,
		Example: "  dominoc diff\n  dominoc diff v1.4.0 prod-us\n" +
			"  dominoc diff origin/main --format markdown > comment.md\n  dominoc diff --fail-on destroys,stops,node-roll",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return d.run(c.Context(), args) },
	}
	c.Flags().StringVar(&d.format, "format", "text", "of the report: "+strings.Join(reportFormats, ", "))
	complete(c, "format", reportFormats)
	c.Flags().StringSliceVar(&d.failOn, "fail-on", nil, "dangers by which the run fails: a class (destroys, stops, exposes, disturbs), a `code` with or without a subject, or any")
	complete(c, "fail-on", failOnValues())
	c.Flags().BoolVar(&d.fleet, "fleet", false, "look at the quotas of the whole fleet too")
	c.Flags().BoolVar(&d.live, "live", false, "compare with what the management cluster has")
	clusterFlags(c, &d.where)
	c.Flags().StringVarP(&d.out, "out", "o", "rendered", "folder of the manifests, where they are committed")
	_ = c.MarkFlagDirname("out")
	return c
}

// reportFormats are the values of --format.
var reportFormats = []string{"text", "json", "markdown", "github"}

// anyDanger is the value of --fail-on that names all of them.
const anyDanger = "any"

// failOnValues are what --fail-on takes, subjects left out.
func failOnValues() []string {
	var values []string
	for _, class := range diff.Classes() {
		values = append(values, string(class.Name))
	}
	return append(append(values, dangerCodes()...), anyDanger)
}

func dangerCodes() []string {
	var names []string
	for _, code := range diff.Codes() {
		names = append(names, code.Name)
	}
	return names
}

func (d *comparing) run(ctx context.Context, args []string) error {
	if err := d.checkFlags(); err != nil {
		return err
	}
	b, patterns, err := d.base(ctx, args)
	if err != nil {
		return err
	}
	strangers, err := d.strangers(d.out)
	if err != nil {
		return failed(err)
	}
	document, err := d.options.comparison(d.out, d.fleet, d.fails).Compare(ctx, b, patterns)
	if err != nil {
		return compared(err)
	}
	document.Wrong = append(strangers, document.Wrong...)
	if err := d.print(document); err != nil {
		return err
	}
	return d.verdict(document)
}

// base is what the arguments compare with, and the patterns among them.
func (d *comparing) base(ctx context.Context, args []string) (change.Base, []string, error) {
	if !d.live {
		b, patterns, err := d.options.comparison(d.out, d.fleet, d.fails).Find(ctx, args)
		return b, patterns, compared(err)
	}
	if info, err := os.Stat(d.root); err != nil || !info.IsDir() {
		return change.Base{}, nil, wrong(fmt.Errorf("-C %s: not a folder", d.root))
	}
	cluster, err := connect(d.where)
	if err != nil {
		return change.Base{}, nil, err
	}
	trees, err := cluster.Environments(ctx)
	if err != nil {
		return change.Base{}, nil, failed(err)
	}
	return change.Live(trees), args, nil
}

// comparison are the options of package change.
func (o *options) comparison(out string, fleet bool, fails func(diff.Danger) bool) change.Options {
	return change.Options{Root: o.root, Out: out, Loader: func(root string) *load.Loader { return o.streams.Process.Loader(root, o.streams.Err) }, Fleet: fleet, Stated: o.stated, Fails: fails}
}

// compared is the end of a run that could not compare, nil without an error.
func compared(err error) error {
	var mistake *change.Mistake
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mistake):
		return wrong(err)
	}
	return failed(err)
}

func (d *comparing) checkFlags() error {
	if !slices.Contains(reportFormats, d.format) {
		return wrong(unknownValue("format", d.format, reportFormats))
	}
	for _, value := range d.failOn {
		if !slices.Contains(failOnValues(), value) && !diff.IsCode(value) {
			return wrong(unknownValue("danger", value, failOnValues()))
		}
	}
	return nil
}

// unknownValue says which values there are, and which was probably meant.
func unknownValue(what, value string, known []string) error {
	err := fmt.Errorf("unknown %s %q: must be %s", what, value, strings.Join(known, ", "))
	if near := diag.Nearest(value, known); near != "" {
		err = fmt.Errorf("%w: did you mean %s?", err, near)
	}
	return err
}

// fails says whether a danger that is not accepted ends the run with an error.
func (d *comparing) fails(danger diff.Danger) bool {
	return slices.ContainsFunc(d.failOn, func(value string) bool {
		return value == anyDanger || value == string(danger.Class()) || danger.Is(value)
	})
}

// print writes the report to standard output.
func (d *comparing) print(document report.Document) error {
	var out, told bytes.Buffer
	if err := diag.Print(&told, document.Wrong, diag.Text, diag.Options{Source: d.source}); err != nil {
		return failed(err)
	}
	var err error
	switch {
	case d.format == "json":
		err = report.JSON(&out, document)
	case d.format == "markdown" && document.Empty() && len(document.Wrong) > 0:
		err = report.Refused(&out, told.String())
	case d.format == "markdown":
		err = report.Markdown(&out, document, told.String())
	case d.format == "github":
		err = d.annotate(&out, document)
	case !document.Empty() || len(document.Wrong) == 0:
		err = report.Text(&out, document, d.color.on(d.streams.Out))
	}
	if err == nil {
		_, err = d.streams.Out.Write(out.Bytes())
	}
	if err != nil {
		return failed(err)
	}
	if d.format == "github" || len(document.Wrong) == 0 {
		return nil
	}
	return d.report(document.Wrong, diag.Text)
}

// shownByGitHub is how many annotations of a severity GitHub shows of one step.
const shownByGitHub = 10

// annotate writes workflow commands: the dangers at the user's lines, the gravest
// first, because GitHub shows a few only, and the total.
func (d *comparing) annotate(out *bytes.Buffer, document report.Document) error {
	if err := report.Accepted(out, document); err != nil {
		return err
	}
	found := append(document.Wrong, document.Diagnostics()...)
	for _, danger := range found {
		if err := diag.Print(out, diag.List{danger}, diag.GitHub, diag.Options{Source: d.source}); err != nil {
			return err
		}
	}
	total := document.Total()
	if n := len(found); found.Errors() > shownByGitHub || found.Warnings() > shownByGitHub {
		total += fmt.Sprintf(" (GitHub shows %d annotations of a sort; all %d are in the log)", shownByGitHub, n)
	}
	_, err := fmt.Fprintf(out, "::notice title=dominoc diff::%s\n", total)
	return err
}

// verdict is the error of a run with dangers that it fails by, or with environments
// that could not be compared.
func (d *comparing) verdict(document report.Document) error {
	var ids []string
	for _, e := range document.Parts() {
		for _, danger := range e.Dangers {
			if danger.Fails {
				ids = append(ids, e.Name+": "+danger.ID())
			}
		}
	}
	switch {
	case ids == nil && document.Wrong.HasErrors():
		return problems()
	case ids == nil:
		return nil
	}
	fmt.Fprintf(d.streams.Err, "not accepted, and --fail-on names them:\n  %s\n", strings.Join(ids, "\n  "))
	if entries := document.Entries(); len(entries) > 0 {
		fmt.Fprintf(d.streams.Err, "if they are meant, add to accept in %s, each with its reason:\n  %s\n", diff.PolicyFolder, strings.Join(entries, "\n  "))
	}
	fmt.Fprintln(d.streams.Err, `an environment's own file accepts only what disturbs it: accept: "<code>": "<reason>"`)
	return problems()
}
