package cli

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/aws"
	"github.com/dominoc/dominoc/cmd/dominoc/change"
	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/cmd/dominoc/names"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/report"
	"github.com/dominoc/dominoc/schema/diag"
)

// comparing is the command with its own flags.
type comparing struct {
	*options
	out    string
	format string
	failOn diff.FailOn
	live   bool
	with   string
	fleet  bool
	where  live.Where
}

// newDiff is `dominoc diff`.
func newDiff(o *options) *cobra.Command {
	d := &comparing{options: o}
	c := &cobra.Command{
		Use:   "diff [base] [pattern]...",
		Short: "Show what an edit will do in AWS",
		Long: `Diff compiles environments as they are and as they were at a base, and shows what
the provider will do in AWS once the difference is merged: which resources it
creates, changes in place, replaces or destroys, which stay in AWS without being
managed, and which are stuck, because AWS cannot change them in place and the
provider never replaces. Without --live diff needs neither a cluster nor AWS.

The base is a git revision, a folder of manifests that a build wrote, or with --live
the management cluster, which also tells what AWS refused to create: that is not
stuck. With --live the AWS CLI asks as well, with its own credentials, whether AWS
has the names of what is created already (name-taken). By default the base is the
commit where HEAD left the remote's default branch. Files in the work tree count,
committed or not. Only edited environments are compiled; patterns choose among them.
If the manifests were committed at the base and this dominoc makes others of the
files there, the committed manifests are the base: after an upgrade of dominoc, diff
shows what the new one does to the fleet. Before it, --with runs another dominoc on
the same files, and shows what changes from this one to that.

Dangers have codes, and codes have classes: destroys, stops, exposes, disturbs.
dominoc explain explains both. An environment's file accepts what disturbs it, in
the same change, by the code or by the code and subject, with the reason:

  accept: "node-roll/default": "in the maintenance window"

Every other class is accepted in environments/policy, by an entry that names the
environment, the code, the subject and the digest of the base. Diff prints the
entry for each danger that fails the run. An acceptance is valid only in the change
that adds it.

Exit codes: 0 no matter what will happen; 1 if a danger that --fail-on names is not
accepted, or an environment does not compile; 2 usage; 3 could not run.`,
		Example: "  dominoc diff\n  dominoc diff v1.4.0 prod-us\n" +
			"  dominoc diff origin/main --format markdown > comment.md\n  dominoc diff --fail-on destroys,stops,node-roll\n  dominoc diff --with ../dominoc-new",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return d.run(c.Context(), args) },
	}
	formatFlag(c, &d.format, "of the report: text, json, markdown, github", []string{"text", "json", "markdown", "github"})
	c.Flags().StringSliceVar((*[]string)(&d.failOn), "fail-on", nil, "dangers by which the run fails: a class (destroys, stops, exposes, disturbs), a `code` with or without a subject, or any")
	complete(c, "fail-on", diff.FailOnValues())
	c.Flags().BoolVar(&d.fleet, "fleet", false, "check the quotas of the whole fleet too")
	c.Flags().BoolVar(&d.live, "live", false, "compare with the management cluster, and ask AWS for new names")
	c.Flags().StringVar(&d.with, "with", "", "run another dominoc, `program`, on the same files: what changes from this one to that")
	c.MarkFlagsMutuallyExclusive("live", "with")
	clusterFlags(c, &d.where)
	c.Flags().StringVarP(&d.out, "out", "o", "rendered", "folder of the manifests, where they are committed")
	_ = c.MarkFlagDirname("out")
	return c
}

func (d *comparing) run(ctx context.Context, args []string) error {
	if unknown := d.failOn.Unknown(); unknown != "" {
		return unknownValue("danger", unknown, diff.FailOnValues())
	}
	with := d.comparison(d.out, d.fleet, d.failOn.Fails)
	base, patterns, err := d.base(ctx, with, args)
	if err != nil {
		return err
	}
	var strangers diag.List
	var unread error
	var looking sync.WaitGroup
	looking.Go(func() { strangers, unread = d.workspace().Strangers(d.out) })
	document, err := with.Compare(ctx, base, patterns)
	if looking.Wait(); unread != nil {
		return unread
	}
	if err != nil {
		return err
	}
	document.Wrong = append(strangers, document.Wrong...)
	if err := d.print(document); err != nil {
		return err
	}
	verdict := report.Verdict(document)
	fmt.Fprint(d.streams.Err, verdict)
	if verdict != "" || document.Wrong.HasErrors() {
		return problems()
	}
	return nil
}

// base returns what the arguments compare with, and the patterns among them.
func (d *comparing) base(ctx context.Context, with change.Options, args []string) (change.Base, []string, error) {
	switch {
	case d.with != "":
		base, err := with.With(d.with)
		return base, args, err
	case !d.live:
		return with.Base(ctx, args)
	}
	if err := d.workspace().Exists(); err != nil {
		return change.Base{}, nil, err
	}
	cluster, err := connect(d.where)
	if err != nil {
		return change.Base{}, nil, err
	}
	trees, err := cluster.Environments(ctx)
	return change.Live(trees, func(ctx context.Context, created []diff.Name) []diff.Owner {
		return names.Owners(ctx, aws.CLI, created)
	}), args, err
}

// comparison returns the options of package change.
func (o *options) comparison(out string, fleet bool, fails func(diff.Danger) bool) change.Options {
	return change.Options{Workspace: o.workspace(), Out: out, Fleet: fleet, Fails: fails}
}

// print writes the report to standard output, and the diagnostics about what could not
// be compared to standard error.
func (d *comparing) print(document report.Document) error {
	var out, told bytes.Buffer
	source := diag.Options{Source: d.source}
	if err := diag.Print(&told, document.Wrong, diag.Text, source); err != nil {
		return err
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
		err = report.GitHub(&out, document, source)
	case !document.Empty() || len(document.Wrong) == 0:
		err = report.Text(&out, document, d.color.on(d.streams.Out))
	}
	if err == nil {
		err = d.options.print(out.String())
	}
	if err != nil || d.format == "github" || len(document.Wrong) == 0 {
		return err
	}
	return d.report(document.Wrong)
}
