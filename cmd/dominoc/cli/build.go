package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/words"
)

// build is the command with its own flags.
type build struct {
	*options
	out   string
	check bool
	plan  bool
	print string
	tool  string
}

// newBuild is `dominoc build`.
func newBuild(o *options) *cobra.Command {
	b := &build{options: o}
	c := &cobra.Command{
		Use:   "build [pattern]...",
		Short: "Compile environments into manifests",
		Long: `Build compiles environments into a folder of manifests. Patterns choose which
environments are written; platform/ and sync/ always cover the whole fleet. If any
environment has an error, nothing is written.

With patterns, the other environments are not compiled again if their sources are
unchanged since an earlier build of this dominoc on this machine. The output is the
same. In that case the selected environments are checked alone: not against the other
environments, the quotas and your own rules. dominoc vet and build --check always
compile and check the whole fleet.

sync/ has the manifests for Flux or Argo CD, by environments/gitops/gitops.cue. Without
that file there is no sync/, and you apply the manifests yourself.

Build replaces and removes only files that an earlier build wrote; ` + source.Manifest + `
lists them. With --check, any other file in the folder is an error, because the folder
is synced, unless otherFiles in gitops.cue names it.`,
		Example:           "  dominoc build\n  dominoc build --check\n  dominoc build --plan prod-us\n  dominoc build --print environments/prod-us | kubectl apply --server-side -f -",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return b.run(c, args) },
	}
	var tools []string
	for _, t := range sync.Tools() {
		tools = append(tools, string(t))
	}
	o.formatFlag(c)
	c.Flags().StringVarP(&b.out, "out", "o", "rendered", "folder of the manifests")
	c.Flags().BoolVar(&b.check, "check", false, "compare with the folder, write nothing")
	c.Flags().BoolVar(&b.plan, "plan", false, "print the plan of each environment, write nothing")
	c.Flags().StringVar(&b.print, "print", "", "print what a sync of a `folder` of the output applies, write nothing")
	c.Flags().StringVar(&b.tool, "gitops", "", "tool that sync/ is for, in place of the one in gitops.cue: "+strings.Join(tools, ", "))
	complete(c, "gitops", tools)
	c.MarkFlagsMutuallyExclusive("check", "plan", "print")
	_ = c.MarkFlagDirname("out")
	return c
}

func (b *build) run(c *cobra.Command, patterns []string) error {
	selected, err := b.workspace().FindWithFleet(patterns)
	if err != nil {
		return err
	}
	b.tellEmpty(selected)
	of := workspace.Build{Workspace: b.workspace(), Selection: selected, Out: b.out, Tool: b.tool}
	prints := c.Flags().Changed("print")
	if b.check {
		found, err := of.Check(c.Context())
		if err != nil {
			return err
		}
		return b.conclude(found)
	}
	if !b.plan && !prints {
		return b.write(c.Context(), of)
	}
	compiled, out, err := of.Compile(c.Context())
	switch {
	case err != nil:
		return err
	case out == nil:
		return b.conclude(compiled.Found)
	case b.format != string(diag.Text):
		flag := map[bool]string{true: "--print", false: "--plan"}[prints]
		return wrong(fmt.Errorf("%s prints YAML: --format %s does not go with it", flag, b.format))
	case prints:
		return b.printFolder(compiled, out)
	}
	return b.printPlans(compiled)
}

func (b *build) write(ctx context.Context, of workspace.Build) error {
	result, found, err := of.Write(ctx)
	if err != nil && len(found) == 0 {
		return err
	}
	if reported := b.conclude(found); reported != nil {
		return reported
	}
	if err == nil {
		summarize(b.streams.Err, b.out, result)
	}
	return err
}

func summarize(w io.Writer, out string, r emit.Result) {
	if len(r.Written)+len(r.Removed) == 0 {
		fmt.Fprintf(w, "%s is up to date: %s\n", out, words.Count(r.Unchanged, "file"))
		return
	}
	fmt.Fprintf(w, "%s: %s written, %d removed, %d unchanged\n", out, words.Count(len(r.Written), "file"), len(r.Removed), r.Unchanged)
}

func (b *build) printPlans(c workspace.Compiled) error {
	if err := b.report(c.Found); err != nil {
		return err
	}
	var plans []any
	for _, name := range c.Fleet.Names() {
		if c.Chosen(name) {
			p, err := c.Fleet.Plan(name)
			if err != nil {
				return err
			}
			plans = append(plans, p)
		}
	}
	return printYAML(b.options, plans)
}

// printFolder prints what a sync of a folder of the output applies as one stream.
func (b *build) printFolder(c workspace.Compiled, of *output.Output) error {
	if err := b.report(c.Found); err != nil {
		return err
	}
	files, err := c.Applied(of, b.print)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := b.options.print("---\n" + string(f.Content)); err != nil {
			return err
		}
	}
	return nil
}
