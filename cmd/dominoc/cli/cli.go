// Package cli is the command line: it reads arguments, calls the pipeline,
// prints what the pipeline says and turns it into an exit code.
//
// Results go to standard output: rendered manifests, plans, and reports that a
// program reads (--format json, sarif or github). What a person reads beside
// them goes to standard error: diagnostics as text, summaries, progress. So a
// pipe gets the result and nothing else.
//
// Nothing is decided here about environments, and nothing changes but what the
// streams and the output folder show, and caches, on which no result depends:
// commands are made by constructors, their flags are fields, the working directory
// is never changed (-C is a root that is handed on).
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dominoc/dominoc/cmd/dominoc/process"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/words"
)

// Exit codes.
const (
	Good     = 0 // nothing to say, or warnings only
	Problems = 1 // errors in the environments, or drift
	Usage    = 2 // the command line is wrong
	Failed   = 3 // could not run: reading, writing, interrupted, a bug of ours
)

// Streams are where a command writes. Colour and progress appear on those that
// are terminals.
type Streams struct {
	Out io.Writer
	Err io.Writer

	// In is where answers to questions come from. Nobody is asked when it is nil,
	// or a file that is no terminal.
	In io.Reader

	// Caches is the folder below which runs keep what spares work of the next one;
	// empty for none.
	Caches string

	// Process is that of the run, whose memory it bounds. Without it evaluations that
	// hold too much go on until the process ends.
	Process *process.Process
}

// guarded returns the streams with nothing hidden in what they are given: values of
// files, and what git, kubectl, AWS and registries said, are printed as text.
func (s Streams) guarded() Streams {
	s.Out, s.Err = words.NewWriter(s.Out), words.NewWriter(s.Err)
	return s
}

// Run executes the command line and gives its exit code.
func Run(ctx context.Context, args []string, s Streams) int {
	s = s.guarded()
	root := New(s)
	root.SetArgs(args)
	ran, err := root.ExecuteContextC(ctx)
	var end *ending
	switch {
	case err == nil:
		return Good
	case !errors.As(err, &end):
		end = wrong(err) // cobra itself refuses commands, flags and arguments
	}
	if end.err != nil {
		fmt.Fprintf(s.Err, "dominoc: %s\n", said(end.err))
	}
	if end.code == Usage {
		fmt.Fprintf(s.Err, "run \"%s --help\" for usage\n", ran.CommandPath())
	}
	return end.code
}

// said is an error for a reader. What another program said may have several lines;
// none begins one of ours, where a workflow would look for commands.
func said(err error) string {
	return words.Indented(words.WithoutCredentials(strings.TrimSpace(err.Error())))
}

// ending is an error with its exit code. Without err all was said before.
type ending struct {
	code int
	err  error
}

func (e *ending) Error() string {
	if e.err == nil {
		return "problems were reported"
	}
	return e.err.Error()
}

func problems() error          { return &ending{code: Problems} }
func wrong(err error) *ending  { return &ending{Usage, err} }
func failed(err error) *ending { return &ending{Failed, err} }

// New is the command tree.
func New(s Streams) *cobra.Command {
	s = s.guarded()
	o := &options{streams: s, color: auto, format: string(diag.Text)}
	o.delivery = sync.OnceValues(o.readDelivery)
	o.loader = sync.OnceValue(func() *load.Loader { return s.Process.Loader(o.root, s.Err) })
	root := &cobra.Command{
		Use:     "dominoc",
		Short:   "Compile Domino environments into Crossplane manifests",
		Version: buildVersion(),
		Long: `dominoc compiles environments of Domino on Amazon EKS, written in CUE, YAML or
JSON, into the manifests that Crossplane reconciles.

Patterns name environments: a name (prod-us), a folder, a file, wildcards of both
(prod-*, ./environments/prod-*) or a tree (./...). Without one: ./environments/...
Commands that say "environment" in their usage take one, by any of these.

Exit codes: 0 good, 1 problems or drift, 2 usage, 3 could not run.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          suggestCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SetFlagErrorFunc(suggestFlag)
	root.PersistentFlags().StringVarP(&o.root, "directory", "C", ".", "work as if started in `dir`")
	root.PersistentFlags().Var(&o.color, "color", "colour: auto, always or never")
	complete(root, "color", []string{string(auto), string(always), string(never)})
	root.PersistentFlags().Var(&o.date, "date", "`day` (YYYY-MM-DD) on which the support of Kubernetes versions is judged; default: that of the table of versions, which dominoc version prints")
	complete(root, "date", nil)
	_ = root.MarkPersistentFlagDirname("directory")
	root.AddCommand(
		newInit(o),
		newNew(o),
		newVet(o),
		newBuild(o),
		newRender(o),
		newGraph(o),
		newDiff(o),
		newCapacity(o),
		newQuotas(o),
		newExplain(o),
		newPolicy(o),
		newPackage(o),
		newPush(o),
		newStatus(o),
		newOutputs(o),
		newIDs(o),
		newGC(o),
		newVersion(o),
	)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd("completion")
	return root
}

// options are what every command shares.
type options struct {
	streams Streams
	root    string
	color   colorMode
	date    day
	format  string

	// delivery is what environments/gitops says, read once; nil when it says
	// nothing, or nothing that is right.
	delivery func() (*load.GitOps, diag.List)

	// loader reads what lies below the root: one, so that what it has read and
	// compiled serves all that a command reads.
	loader func() *load.Loader
}

// formatFlag adds --format to a command that reports.
func (o *options) formatFlag(c *cobra.Command) {
	c.Flags().StringVar(&o.format, "format", o.format, "of the report: "+strings.Join(formats(), ", "))
	complete(c, "format", formats())
}

func formats() []string {
	var all []string
	for _, f := range diag.Formats() {
		all = append(all, string(f))
	}
	return all
}

// complete offers a flag's values to the shell.
func complete(c *cobra.Command, flag string, values []string) {
	completeBy(c, flag, func() []string { return values })
}

// completeBy offers values that cost something to find, and that no other run needs.
func completeBy(c *cobra.Command, flag string, values func() []string) {
	err := c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return values(), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the flag does not exist: a bug of ours
	}
}

// suggestCommand refuses what is no command and adds the one that was probably
// meant.
func suggestCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	err := fmt.Errorf("unknown command %q", args[0])
	if near := diag.Nearest(args[0], names); near != "" {
		err = fmt.Errorf("%w: did you mean %s?", err, near)
	}
	return wrong(err)
}

func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return wrong(fmt.Errorf("%s takes no arguments, not %q", c.Name(), args[0]))
	}
	return nil
}

// suggestFlag adds the flag that was probably meant.
func suggestFlag(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return wrong(err)
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := diag.Nearest(unknown.GetSpecifiedName(), names); near != "" {
		err = fmt.Errorf("%w: did you mean --%s?", err, near)
	}
	return wrong(err)
}
