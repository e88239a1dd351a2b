package cli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/scaffold"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/words"
)

// newInit is `dominoc init`.
func newInit(o *options) *cobra.Command {
	var facts scaffold.Facts
	var how handling
	c := &cobra.Command{
		Use:   "init [dir]",
		Short: "Make a GitOps repository, or bring one up to date",
		Long: `Init makes dir, the root of a Git repository, ready for environments: the schema
in cue.mod, so that plain cue and editors need no network; an example that is not
deployed; a workflow for pull requests of GitHub and GitLab, which fails by what
destroys or stops; a hook for commits.

Run again, with a newer dominoc, it brings the schema, the workflows and the hook
up to date. ` + scaffold.Manifest + ` lists them. A file that was edited since, or was
there before, or was deleted stays so and is named: --diff shows how it differs,
--force overwrites it. Samples are given once. All of it is written or nothing.`,
		Example: "  dominoc init fleet --owner @acme/platform-team --repository https://github.com/acme/fleet\n  dominoc init .\n  dominoc init . --diff",
		Args:    atMostOneFolder,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return o.init(append(args, ".")[0], facts, how)
		},
	}
	c.Flags().StringVar(&facts.Owner, "owner", "", "`team` that approves changes, for CODEOWNERS: @acme/platform-team")
	c.Flags().StringVar(&facts.Repository, "repository", "", "`url` by which Flux or Argo CD reads the repository, for "+workspace.Fleet+"/gitops")
	c.Flags().BoolVar(&how.force, "force", false, "overwrite what was edited or was there before, bring back what was deleted")
	c.Flags().BoolVar(&how.diff, "diff", false, "show how the files that are kept differ from this version's, and write nothing")
	c.MarkFlagsMutuallyExclusive("force", "diff")
	return c
}

// handling is what init does with files that a person edited.
type handling struct{ force, diff bool }

func atMostOneFolder(c *cobra.Command, args []string) error {
	if len(args) > 1 {
		return wrong(fmt.Errorf("%s takes one folder", c.Name()))
	}
	return nil
}

func (o *options) init(dir string, facts scaffold.Facts, how handling) error {
	if err := facts.Check(); err != nil {
		return wrong(err)
	}
	folder := o.workspace().Path(dir)
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return wrong(fmt.Errorf("%s is a file, not a folder", dir))
	}
	_, err := os.Lstat(filepath.Join(folder, scaffold.Manifest))
	fresh := os.IsNotExist(err)
	facts = facts.Of(folder)
	set, err := scaffold.Set(facts, how.force)
	if err != nil {
		return workspace.Bug(err)
	}
	write := emit.Write
	if how.diff {
		write = emit.Preview
	}
	result, err := write(folder, set)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", dir, err)
	case how.diff:
		for _, k := range result.Kept {
			if err := o.print(scaffold.Difference(k)); err != nil {
				return err
			}
		}
		return nil
	}
	o.tellInit(dir, result, fresh)
	unused := facts.Unused(result)
	for _, flag := range slices.Backward(slices.Sorted(maps.Keys(unused))) {
		fmt.Fprintf(o.streams.Err, "%s was not used: %s is given once and is yours; edit it\n", flag, unused[flag])
	}
	return nil
}

func (o *options) tellInit(dir string, r emit.Result, fresh bool) {
	w := o.streams.Err
	if len(r.Kept) == 0 || len(r.Written)+len(r.Removed) > 0 {
		summarize(w, dir, r)
	} else {
		fmt.Fprintf(w, "%s: nothing to write, %s unchanged\n", dir, words.Count(r.Unchanged, "file"))
	}
	for _, k := range r.Kept {
		fmt.Fprintf(w, "kept %s: %s\n", k.Path, scaffold.KeptBecause(k))
	}
	if slices.ContainsFunc(r.Kept, scaffold.Overwritable) {
		fmt.Fprintf(w, "dominoc init %s --diff shows how they differ; --force writes them anew, and git restore takes one of yours back\n", dir)
	}
	if !fresh {
		return
	}
	fmt.Fprintf(w, `
next, in %s:
  dominoc new prod-us                      an environment of your own
  dominoc build                            its manifests, to be committed
  git config core.hooksPath .githooks      a commit is checked
`, dir)
}
