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
		Short: "Create or update a GitOps repository",
		Long: `Init prepares dir, the root of a Git repository, for environments. It writes the
schema to cue.mod, so that plain cue and editors need no network; an example that is
not deployed; workflows for GitHub and GitLab that fail a pull request which destroys
or stops something; and a commit hook.

Run again with a newer dominoc, init updates the schema, the workflows and the hook;
` + scaffold.Manifest + ` lists them. Files that were edited, deleted, or there before are
kept and named: --diff shows the differences, --force overwrites them. Samples are
written once. Init writes everything or nothing.`,
		Example: "  dominoc init fleet --owner @acme/platform-team --repository https://github.com/acme/fleet\n  dominoc init .\n  dominoc init . --diff",
		Args:    takes(0, 1, "one folder"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return o.init(append(args, ".")[0], facts, how)
		},
	}
	c.Flags().StringVar(&facts.Owner, "owner", "", "`team` that approves changes, for CODEOWNERS: @acme/platform-team")
	c.Flags().StringVar(&facts.Repository, "repository", "", "`url` by which Flux or Argo CD reads the repository, for "+workspace.Fleet+"/gitops")
	c.Flags().BoolVar(&how.force, "force", false, "overwrite edited and foreign files, restore deleted ones")
	c.Flags().BoolVar(&how.diff, "diff", false, "show how kept files differ from this version's, write nothing")
	c.MarkFlagsMutuallyExclusive("force", "diff")
	return c
}

// handling is the treatment of edited files by init.
type handling struct{ force, diff bool }

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
