package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/scaffold"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/load"
)

// newInit is `dominoc init`.
func newInit(o *options) *cobra.Command {
	var facts scaffold.Facts
	var force bool
	c := &cobra.Command{
		Use:   "init [dir]",
		Short: "Make a GitOps repository, or bring one up to date",
		Long: `Init makes dir, the root of a Git repository, ready for environments: the schema
in cue.mod, so that plain cue and editors need no network; a sample; a workflow
for pull requests of GitHub and GitLab; a hook for commits.

Run again, with a newer dominoc, it brings the schema, the workflows and the hook
up to date. ` + scaffold.Manifest + ` lists them. What was edited since, or was there
before, stays and is named; a workflow or hook that was removed stays away;
samples are given once. --force overwrites. All of it is written or nothing.`,
		Example: "  dominoc init fleet --owner @acme/platform-team --repository https://github.com/acme/fleet\n  dominoc init .",
		Args:    atMostOneFolder,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return o.init(append(args, ".")[0], facts, force)
		},
	}
	c.Flags().StringVar(&facts.Owner, "owner", "", "`team` that approves changes, for CODEOWNERS: @acme/platform-team")
	c.Flags().StringVar(&facts.Repository, "repository", "", "`url` by which Flux or Argo CD reads the repository, for "+fleetFolder+"/gitops")
	c.Flags().BoolVar(&force, "force", false, "overwrite what was edited or was there before, bring back what was removed")
	return c
}

func atMostOneFolder(c *cobra.Command, args []string) error {
	if len(args) > 1 {
		return wrong(fmt.Errorf("%s takes one folder", c.Name()))
	}
	return nil
}

func (o *options) init(dir string, facts scaffold.Facts, force bool) error {
	if owner := facts.Owner; strings.ContainsAny(owner, " \t\r\n#") || owner != "" && !strings.Contains(owner, "@") {
		return wrong(fmt.Errorf("--owner %q: not an owner as CODEOWNERS names it, such as @acme/platform-team", owner))
	}
	folder := dir
	if !filepath.IsAbs(dir) {
		folder = filepath.Join(o.root, dir)
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return wrong(fmt.Errorf("%s is a file, not a folder", dir))
	}
	_, err := os.Lstat(filepath.Join(folder, scaffold.Manifest))
	fresh := os.IsNotExist(err)
	facts.Sample = !hasEnvironments(folder)
	facts.Version, facts.Action = released()
	set, err := scaffold.Set(facts, force)
	if err != nil {
		return failed(fmt.Errorf("a bug of dominoc: %w", err))
	}
	result, err := emit.Write(folder, set)
	if err != nil {
		return failed(fmt.Errorf("%s: %w", dir, err))
	}
	o.tellInit(dir, result, fresh)
	return nil
}

// hasEnvironments says that a folder needs no sample.
func hasEnvironments(folder string) bool {
	found, err := load.Find(folder, []string{fleetPattern})
	return err == nil && len(found) > 0
}

// released is what workflows install to have this very dominoc: its version, and
// the revision of the action that goes with it. A build from edited sources has
// neither; it names the branch.
func released() (version, action string) {
	const branch = "main"
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return branch, branch
	}
	version = info.Main.Version
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	switch {
	case strings.Contains(version, "+dirty"):
		return branch, branch
	case settings["vcs.revision"] != "":
		return version, settings["vcs.revision"]
	case scaffold.Facts{Version: version}.Release():
		return version, version
	}
	return version, branch
}

// reasons are what is said of what was kept.
var reasons = map[emit.Reason]string{
	emit.Edited:       "it was edited, and there is another version of it",
	emit.Foreign:      "it was there before",
	emit.NoLongerMade: "it was edited, and it is no longer needed",
}

func (o *options) tellInit(dir string, r emit.Result, fresh bool) {
	w := o.streams.Err
	summarize(w, dir, r)
	overwritable := false
	for _, k := range r.Kept {
		fmt.Fprintf(w, "kept %s: %s\n", k.Path, reasons[k.Reason])
		overwritable = overwritable || k.Reason != emit.NoLongerMade
	}
	if overwritable {
		fmt.Fprintln(w, "--force overwrites what was kept; git diff then shows by what")
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
