// Package cli is the command line: a file per command, which reads flags, calls the
// package that decides, and prints the answer.
//
// In go arguments and Streams; out comes an exit code. Results go to standard output:
// manifests, plans, and reports for programs (--format json, sarif or github).
// Diagnostics as text, summaries and progress go to standard error, so that a pipe gets
// the result and nothing else.
//
// Every decision is left to others: about environments to package workspace, about a
// comparison to change, about a management cluster to live, health and ids. The working
// directory is never changed: -C is a root that is passed on. Only main calls it.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dominoc/dominoc/cmd/dominoc/memo"
	"github.com/dominoc/dominoc/cmd/dominoc/process"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/words"
)

// Exit codes.
const (
	Good     = 0 // no problem, or warnings only
	Problems = 1 // errors in the environments, or drift
	Usage    = 2 // the command line is wrong
	Failed   = 3 // could not run: reading, writing, interrupted, a bug of ours
)

// Streams are where a command reads and writes. Colour and progress appear on
// terminals only.
type Streams struct {
	Out io.Writer
	Err io.Writer

	// In has the answers to questions. No question is asked if it is nil, or a file
	// that is not a terminal.
	In io.Reader

	// Today is the day (YYYY-MM-DD) on which the support of versions is judged without
	// --date; empty for the date of the table of versions.
	Today string

	// Caches is the folder of the caches by which the next run has less work; empty
	// for none.
	Caches string

	// Process bounds the memory of the run; nil bounds nothing.
	Process *process.Process
}

// guarded returns the streams without hidden characters: values of files, and answers
// of git, kubectl, AWS and registries, are printed as text.
func (s Streams) guarded() Streams {
	s.Out, s.Err = words.NewWriter(s.Out), words.NewWriter(s.Err)
	return s
}

// Run executes the command line and returns its exit code.
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

// said returns the text of an error. The answer of another program may have several
// lines; none begins a line of the output, where a workflow would look for commands.
func said(err error) string {
	return words.Indented(words.WithoutCredentials(strings.TrimSpace(err.Error())))
}

// ending is an error with its exit code. It has no err if everything was printed before.
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

func problems() error         { return &ending{code: Problems} }
func wrong(err error) *ending { return &ending{Usage, err} }

// classified gives the error of a command its exit code: a workspace.Mistake is a
// mistake in the command line; any other error kept the command from running.
func classified(err error) error {
	var end *ending
	var mistake *workspace.Mistake
	switch {
	case err == nil || errors.As(err, &end):
		return err
	case errors.As(err, &mistake):
		return wrong(err)
	}
	return &ending{Failed, err}
}

// New returns the command tree.
func New(s Streams) *cobra.Command {
	s = s.guarded()
	o := &options{streams: s, color: auto, format: string(diag.Text)}
	loader := func(root string) *load.Loader { return s.Process.Loader(root, s.Err) }
	o.workspace = sync.OnceValue(func() *workspace.Workspace {
		return workspace.Open(workspace.Options{Root: o.root, Date: o.day(), Load: loader, Memo: memo.Open(o.caches(), o.root), Progress: newProgress(s.Err, "checking").at})
	})
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
	dayFlag(root.PersistentFlags(), &o.date, "date", "on which the support of Kubernetes versions is judged; default: today")
	complete(root, "date", nil)
	root.PersistentFlags().BoolVar(&o.noCache, "no-cache", false, "use and keep nothing of other runs on this machine")
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
		newSizes(o),
		newImport(o),
		newUpgrade(o),
		newReplace(o),
		newPromote(o),
		newGC(o),
		newVersion(o),
	)
	for _, c := range root.Commands() {
		run := c.RunE
		c.RunE = func(c *cobra.Command, args []string) error { return classified(run(c, args)) }
	}
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd("completion")
	return root
}

// options are shared by all commands.
type options struct {
	streams Streams
	root    string
	color   colorMode
	date    string // YYYY-MM-DD; empty without --date
	format  string
	noCache bool

	// workspace is the repository at root, opened once the flags are read.
	workspace func() *workspace.Workspace
}

// dayFlag adds a flag for a day.
func dayFlag(flags *pflag.FlagSet, day *string, name, what string) {
	flags.Func(name, "`day` (YYYY-MM-DD) "+what, func(s string) error {
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return errors.New("must be a day such as 2027-01-31")
		}
		*day = s
		return nil
	})
}

// day returns the date on which the run judges the support of versions.
func (o *options) day() string { return cmp.Or(o.date, o.streams.Today) }

// caches returns the folder of the caches; empty for none.
func (o *options) caches() string {
	if o.noCache {
		return ""
	}
	return o.streams.Caches
}

// formatFlag adds --format to a command that reports diagnostics.
func (o *options) formatFlag(c *cobra.Command) {
	var formats []string
	for _, f := range diag.Formats() {
		formats = append(formats, string(f))
	}
	formatFlag(c, &o.format, "of the report: "+strings.Join(formats, ", "), formats)
}

// formatFlag adds --format, by default the first of the formats.
func formatFlag(c *cobra.Command, format *string, usage string, formats []string) {
	c.Flags().StringVar(format, "format", formats[0], usage)
	complete(c, "format", formats)
	c.PreRunE = func(*cobra.Command, []string) error {
		if !slices.Contains(formats, *format) {
			return unknownValue("format", *format, formats)
		}
		return nil
	}
}

// unknownValue returns the error of a flag's unknown value; it suggests the nearest one.
func unknownValue(what, value string, known []string) error {
	err := fmt.Errorf("unknown %s %q: must be %s", what, value, strings.Join(known, ", "))
	if near := diag.Nearest(value, known); near != "" {
		err = fmt.Errorf("%w: did you mean %s?", err, near)
	}
	return wrong(err)
}

// print writes a result to standard output.
func (o *options) print(text string) error {
	_, err := io.WriteString(o.streams.Out, text)
	return err
}

// printYAML writes documents to standard output.
func printYAML[T any](o *options, documents []T) error {
	all := make([]any, len(documents))
	for i, d := range documents {
		all[i] = d
	}
	text, err := emit.YAML(all...)
	if err != nil {
		return err
	}
	return o.print(string(text))
}

// complete completes a flag's values in the shell.
func complete(c *cobra.Command, flag string, values []string) {
	completeBy(c, flag, func() []string { return values })
}

// completeBy is complete for values that are found only when the shell asks.
func completeBy(c *cobra.Command, flag string, values func() []string) {
	err := c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return values(), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the flag does not exist
	}
}

// suggestCommand refuses an unknown command and suggests the nearest one.
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

// takes requires a number of arguments; what describes them in the error.
func takes(least, most int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if least <= len(args) && len(args) <= most {
			return nil
		}
		return wrong(fmt.Errorf("%s takes %s", c.Name(), what))
	}
}

// oneEnvironment is what a command about one environment takes.
const oneEnvironment = "one environment: its name, its path, or a pattern that matches it alone"

// environments completes patterns with the names of the fleet's environments.
func (o *options) environments(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	if strings.ContainsAny(begun, "./\\*") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	names, err := o.workspace().Names()
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// tellEmpty prints that the fleet has no environment, so that a green run is not
// mistaken for one that checked something.
func (o *options) tellEmpty(s workspace.Selection) {
	if len(s.Folders) == 0 {
		fmt.Fprintln(o.streams.Err, "no environment below "+workspace.Fleet+": dominoc new makes one")
	}
}

// suggestFlag adds the nearest flag to the error of an unknown one.
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
