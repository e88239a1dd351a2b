package cli

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
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
environments are written; platform/ and sync/ are always those of the whole fleet,
so every environment must be sound. When one is not, nothing is written.

With patterns, environments that they do not choose and whose sources are as in an
earlier build of this dominoc on this machine are not compiled again. What is written
is the same. But then the chosen ones are checked by themselves: not against the
others, the quotas and the rules of the house. dominoc vet and build --check compile
and compare the whole fleet.

What environments/gitops/gitops.cue says of Flux or Argo CD becomes sync/;
without it there is none, and the manifests are applied by hand.

Only files that an earlier build wrote are replaced or removed; ` + load.Manifest + `
lists them. With --check, any other file in the folder is an error, unless
otherFiles of gitops.cue names it: the folder is synced.`,
		Example:           "  dominoc build\n  dominoc build --check\n  dominoc build --plan prod-us\n  dominoc build --print environments/prod-us | kubectl apply --server-side -f -",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return b.run(c, args) },
	}
	o.formatFlag(c)
	c.Flags().StringVarP(&b.out, "out", "o", "rendered", "folder of the manifests")
	c.Flags().BoolVar(&b.check, "check", false, "compare with the folder, write nothing")
	c.Flags().BoolVar(&b.plan, "plan", false, "print the plan of each environment, write nothing")
	c.Flags().StringVar(&b.print, "print", "", "print what is applied of a `folder` of the output, write nothing")
	c.Flags().StringVar(&b.tool, "gitops", "", "what sync/ is for, in place of what gitops.cue says: "+strings.Join(tools(), ", "))
	complete(c, "gitops", tools())
	c.MarkFlagsMutuallyExclusive("check", "plan", "print")
	_ = c.MarkFlagDirname("out")
	return c
}

func (b *build) run(c *cobra.Command, patterns []string) error {
	format, err := b.reportFormat()
	if err != nil {
		return err
	}
	folders, selected, err := b.findWithFleet(patterns)
	if err != nil {
		return err
	}
	b.tellEmpty(folders)
	prints := c.Flags().Changed("print")
	writes := !b.plan && !prints && !b.check
	var past *past
	if writes && len(folders) > 1 {
		past = b.recall(folders, selected)
	}
	if past.knowsOthers() {
		if done, err := b.writeSome(c.Context(), past, format); done || err != nil {
			return err
		}
	}
	go output.Prepare()
	fleet, results, found, err := b.compileFleet(c.Context(), folders)
	if err != nil {
		return err
	}
	if fleet == nil {
		return b.conclude(found, format)
	}
	whole, err := b.outputOf(fleet)
	if err != nil {
		return err
	}
	chosen := choose(results, selected)
	switch {
	case b.plan:
		return b.printPlans(fleet, chosen, found, format)
	case prints:
		return b.printFolder(whole, chosen, found, format)
	case b.check:
		return b.compare(whole, chosen, found, format)
	}
	return b.write(whole, chosen, found, format, past)
}

// outputOf returns the output of a fleet for the tool of the flag, or else of
// environments/gitops.
func (b *build) outputOf(fleet *compositions.Fleet) (*output.Output, error) {
	if b.tool == "" {
		return b.output(fleet), nil
	}
	said, _ := b.delivery() // what is wrong with it was found with the fleet
	if said == nil {
		return nil, wrong(fmt.Errorf("--gitops %s: where the manifests are is said in %s, and there is none", b.tool, deliveryFile))
	}
	values := said.Values
	values.Tool = v1alpha1.GitOpsTool(b.tool)
	if err := sync.Suits(values); err != nil {
		return nil, wrong(fmt.Errorf("--gitops %s: %w", b.tool, err))
	}
	return output.Of(fleet, values), nil
}

func tools() []string {
	var all []string
	for _, t := range sync.Tools() {
		all = append(all, string(t))
	}
	return all
}

// choice is which environments a run writes.
type choice struct {
	names map[string]bool
	all   bool
}

func choose(results []load.Result, selected map[string]bool) choice {
	c := choice{names: map[string]bool{}, all: len(selected) == len(results)}
	for _, r := range results {
		if selected[r.Folder.Dir] {
			c.names[r.Environment.Name] = true
		}
	}
	return c
}

// owns tells whether the run decides about a file of the output: those of the
// environments it writes, and what belongs to no environment.
func (c choice) owns(file string) bool {
	folder, rest, _ := strings.Cut(file, "/")
	name, _, _ := strings.Cut(rest, "/")
	ofEnvironment := folder == "environments" || folder == "in-cluster"
	return c.all || !ofEnvironment || c.names[name]
}

func (b *build) set(of *output.Output, c choice) (emit.Set, error) {
	files, err := of.Files()
	if err != nil {
		return emit.Set{}, failed(fmt.Errorf("a bug of dominoc: %w", err))
	}
	return c.set(files), nil
}

// set are those of the files that the run decides about.
func (c choice) set(files []emit.File) emit.Set {
	set := emit.Set{Owns: c.owns, Manifest: load.Manifest}
	for _, f := range files {
		if c.owns(f.Path) {
			set.Files = append(set.Files, f)
		}
	}
	return set
}

func (b *build) write(of *output.Output, c choice, found diag.List, f diag.Format, past *past) error {
	files, err := of.Files()
	if err != nil {
		return failed(fmt.Errorf("a bug of dominoc: %w", err))
	}
	if err := b.report(found, f); err != nil {
		return err
	}
	result, err := b.put(c.set(files))
	if err != nil {
		return failed(err)
	}
	if past != nil {
		past.keep(past.folders, of, files)
	}
	summarize(b.streams.Err, b.out, result)
	return nil
}

// put writes the output.
func (b *build) put(set emit.Set) (emit.Result, error) {
	folder, err := emit.Below(b.root, b.out)
	if err != nil {
		return emit.Result{}, err
	}
	result, err := emit.Write(folder, set)
	if err != nil {
		err = fmt.Errorf("%s: %w", b.out, err)
	}
	return result, err
}

func summarize(w io.Writer, out string, r emit.Result) {
	if len(r.Written)+len(r.Removed) == 0 {
		fmt.Fprintf(w, "%s is up to date: %s\n", out, words.Count(r.Unchanged, "file"))
		return
	}
	fmt.Fprintf(w, "%s: %s written, %d removed, %d unchanged\n", out, words.Count(len(r.Written), "file"), len(r.Removed), r.Unchanged)
}

// compare reports the differences between the folder and the sources as errors.
func (b *build) compare(of *output.Output, c choice, found diag.List, f diag.Format) error {
	set, err := b.set(of, c)
	if err != nil {
		return err
	}
	folder, err := emit.Below(b.root, b.out)
	if err != nil {
		return failed(err)
	}
	differences, err := emit.Check(folder, set)
	if err != nil {
		return failed(fmt.Errorf("%s: %w", b.out, err))
	}
	strangers, err := b.strangers(b.out)
	if err != nil {
		return failed(err)
	}
	found = append(found, strangers...)
	for _, d := range differences {
		found = append(found, drift(filepath.ToSlash(b.out), d))
	}
	return b.conclude(found, f)
}

// strangers are what lies in the output folder and was not written by a build.
func (o *options) strangers(out string) (diag.List, error) {
	return output.Strangers(o.root, out, load.Manifest, o.deliveryValues())
}

func drift(out string, d emit.Difference) diag.Diagnostic {
	message := map[emit.Kind]string{
		emit.Missing:     "the sources give this file and it is not here",
		emit.Changed:     changed(d.Got, d.Want),
		emit.LeftOver:    "an earlier build wrote this file and the sources no longer give it",
		emit.Interrupted: "a build was interrupted here",
	}[d.Kind]
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     "drift",
		Pos:      diag.Pos{File: path.Join(out, d.Path), Line: d.Line},
		Message:  message,
		Hint:     "run dominoc build and commit what it writes",
	}
}

// changed quotes two lines, without their indent unless that is what differs.
func changed(got, want string) string {
	if g, w := strings.TrimSpace(got), strings.TrimSpace(want); g != w {
		got, want = g, w
	}
	return fmt.Sprintf("%q is here, the sources give %q", got, want)
}

func (b *build) printPlans(fleet *compositions.Fleet, c choice, found diag.List, f diag.Format) error {
	if f != diag.Text {
		return wrong(fmt.Errorf("--plan prints YAML: --format %s does not go with it", f))
	}
	if err := b.report(found, f); err != nil {
		return err
	}
	var plans []any
	for _, name := range fleet.Names() {
		if c.names[name] {
			p, err := fleet.Plan(name)
			if err != nil {
				return failed(err)
			}
			plans = append(plans, p)
		}
	}
	return b.printYAML(plans)
}

// printFolder prints what a sync of a folder of the output applies as one stream, in
// the order in which it is to be applied.
func (b *build) printFolder(of *output.Output, c choice, found diag.List, f diag.Format) error {
	if f != diag.Text {
		return wrong(fmt.Errorf("--print prints YAML: --format %s does not go with it", f))
	}
	set, err := b.set(of, c)
	if err != nil {
		return err
	}
	if err := b.report(found, f); err != nil {
		return err
	}
	paths, content := make([]string, len(set.Files)), map[string][]byte{}
	for i, file := range set.Files {
		paths[i], content[file.Path] = file.Path, file.Content
	}
	applied := sync.Applied(path.Clean(b.print), paths)
	for _, name := range applied {
		if _, err := fmt.Fprintf(b.streams.Out, "---\n%s", content[name]); err != nil {
			return failed(err)
		}
	}
	if len(applied) == 0 {
		return wrong(fmt.Errorf("--print %q: there is no such folder in the output, or it is empty", b.print))
	}
	return nil
}

// printYAML writes documents to standard output.
func (o *options) printYAML(documents []any) error {
	text, err := emit.YAML(documents...)
	if err != nil {
		return failed(err)
	}
	if _, err := o.streams.Out.Write(text); err != nil {
		return failed(err)
	}
	return nil
}
