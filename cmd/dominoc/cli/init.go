package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/scaffold"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/load"
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
	c.Flags().StringVar(&facts.Repository, "repository", "", "`url` by which Flux or Argo CD reads the repository, for "+fleetFolder+"/gitops")
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
	if err := checkFacts(facts); err != nil {
		return wrong(err)
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
	facts.Sample, facts.Owned = !hasEnvironments(folder), hasOwners(folder)
	facts.Version, facts.Action = released()
	set, err := scaffold.Set(facts, how.force)
	if err != nil {
		return failed(fmt.Errorf("a bug of dominoc: %w", err))
	}
	write := emit.Write
	if how.diff {
		write = emit.Preview
	}
	result, err := write(folder, set)
	switch {
	case err != nil:
		return failed(fmt.Errorf("%s: %w", dir, err))
	case how.diff:
		return o.showKept(result.Kept)
	}
	o.tellInit(dir, result, fresh)
	o.tellIgnored(facts, result)
	return nil
}

// checkFacts says which of the flags cannot be.
func checkFacts(facts scaffold.Facts) error {
	if owner := facts.Owner; strings.ContainsAny(owner, " \t\r\n#") || owner != "" && !strings.Contains(owner, "@") {
		return fmt.Errorf("--owner %q: not an owner as CODEOWNERS names it, such as @acme/platform-team", owner)
	}
	if facts.Repository == "" {
		return nil
	}
	if err := scaffold.CheckRepository(facts.Repository); err != nil {
		return fmt.Errorf("--repository: %w", err)
	}
	return nil
}

// hasOwners reports whether a repository says elsewhere who approves what.
func hasOwners(folder string) bool {
	return slices.ContainsFunc(scaffold.OwnersElsewhere(), func(name string) bool {
		_, err := os.Lstat(filepath.Join(folder, filepath.FromSlash(name)))
		return err == nil
	})
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

// reasons are why a file was kept, for the reader.
var reasons = map[emit.Reason]string{
	emit.Edited:       "edited",
	emit.Foreign:      "there before",
	emit.Taken:        "there before; the sample is not given",
	emit.Deleted:      "deleted",
	emit.NoLongerMade: "edited, and no longer needed: delete it",
}

func (o *options) tellInit(dir string, r emit.Result, fresh bool) {
	w := o.streams.Err
	if len(r.Kept) == 0 || len(r.Written)+len(r.Removed) > 0 {
		summarize(w, dir, r)
	} else {
		fmt.Fprintf(w, "%s: nothing to write, %s unchanged\n", dir, words.Count(r.Unchanged, "file"))
	}
	overwritable := false
	for _, k := range r.Kept {
		fmt.Fprintf(w, "kept %s: %s\n", k.Path, keptBecause(k))
		overwritable = overwritable || k.Reason == emit.Edited || k.Reason == emit.Foreign || k.Reason == emit.Deleted
	}
	if overwritable {
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

// keptBecause says why a file was kept, by how much it differs from that of this
// version, and whether it misses something.
func keptBecause(k emit.Kept) string {
	s := reasons[k.Reason]
	if k.Reason == emit.Edited || k.Reason == emit.Foreign {
		added, removed := countLines(k)
		s += fmt.Sprintf(" (+%d -%d lines)", added, removed)
	}
	if k.Newer && (k.Reason == emit.Edited || k.Reason == emit.Deleted) {
		s += "; this dominoc has a newer version of it"
	}
	return s
}

// unified is how a kept file differs from that of this version.
func unified(k emit.Kept) string {
	return string(diff.Diff("dominoc/"+k.Path, k.Want, "yours/"+k.Path, k.Have))
}

// countLines counts the lines that a kept file has more and fewer than that of this
// version.
func countLines(k emit.Kept) (added, removed int) {
	for line := range strings.Lines(unified(k)) {
		switch {
		case strings.HasPrefix(line, "+++ "), strings.HasPrefix(line, "--- "):
		case strings.HasPrefix(line, "+"):
			added++
		case strings.HasPrefix(line, "-"):
			removed++
		}
	}
	return added, removed
}

// showKept prints how the kept files differ.
func (o *options) showKept(kept []emit.Kept) error {
	for _, k := range kept {
		text := unified(k)
		if k.Have == nil {
			text = fmt.Sprintf("deleted: %s\n", k.Path)
		}
		if _, err := io.WriteString(o.streams.Out, text); err != nil {
			return failed(err)
		}
	}
	return nil
}

// tellIgnored names the flags that changed nothing, because the file that they are
// for is the user's since the first run.
func (o *options) tellIgnored(facts scaffold.Facts, r emit.Result) {
	for _, given := range []struct{ flag, value, file string }{
		{"--repository", facts.Repository, scaffold.GitOps}, {"--owner", facts.Owner, scaffold.Owners},
	} {
		if given.value != "" && !slices.Contains(r.Written, given.file) {
			fmt.Fprintf(o.streams.Err, "%s was not used: %s is given once and is yours; edit it\n", given.flag, given.file)
		}
	}
}
