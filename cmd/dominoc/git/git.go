// Package git reads a repository by the git program. In go revisions and paths; out come
// commits, the files that differ from a commit, and the contents of its files. What is
// compared with what is left to packages change and workspace, which call it.
//
// It changes nothing, takes no lock and reaches no remote. Paths are relative to the top
// of the repository, with slashes, as in git's output.
package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Repository is a work tree.
type Repository struct {
	Top string // absolute
}

// Open finds the repository that holds a folder.
func Open(ctx context.Context, dir string) (*Repository, error) {
	top, err := (&Repository{Top: dir}).run(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(strings.TrimSuffix(string(top), "\n"))
	return &Repository{Top: abs}, err
}

// command returns a git command whose answer depends on the repository alone. It ignores
// replacements of objects: a commit's files are those of its id.
func (r *Repository) command(ctx context.Context, args ...string) *exec.Cmd {
	global := []string{"--no-optional-locks", "--no-replace-objects", "-c", "core.fsmonitor=false", "-C", r.Top}
	command := exec.CommandContext(ctx, "git", append(global, args...)...)
	command.Env = slices.DeleteFunc(os.Environ(), changesMeaning)
	return command
}

// harmless are the variables that git may see: for the place of its configuration, the end
// of the search for a repository, and the place of further objects.
var harmless = []string{
	"GIT_CEILING_DIRECTORIES=", "GIT_DISCOVERY_ACROSS_FILESYSTEM=", "GIT_CONFIG_", "GIT_EXEC_PATH=", "GIT_ALTERNATE_OBJECT_DIRECTORIES=",
}

// changesMeaning reports whether a variable of the environment may change what a
// command answers. A hook is given GIT_DIR and GIT_INDEX_FILE, and
// GIT_LITERAL_PATHSPECS takes the meaning from patterns.
func changesMeaning(variable string) bool {
	return strings.HasPrefix(variable, "GIT_") &&
		!slices.ContainsFunc(harmless, func(name string) bool { return strings.HasPrefix(variable, name) })
}

// run returns the output of a git command.
func (r *Repository) run(ctx context.Context, args ...string) ([]byte, error) {
	out, err := r.command(ctx, args...).Output()
	return out, described(err, args[0])
}

// described returns the error of a command for the user.
func described(err error, command string) error {
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("git is not installed; dominoc needs it to read the base")
	case errors.As(err, &exit):
		return fmt.Errorf("git %s: %s", command, complaint(exit))
	}
	return err
}

// complaint returns the last line of git's error output.
func complaint(exit *exec.ExitError) string {
	lines := strings.Split(strings.TrimSpace(string(exit.Stderr)), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return strings.TrimPrefix(last, "fatal: ")
	}
	return exit.Error()
}

// line returns the output of a command that prints one line; empty if it fails.
func (r *Repository) line(ctx context.Context, args ...string) string {
	out, err := r.run(ctx, args...)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// Commit returns the commit that a revision names, or "".
func (r *Repository) Commit(ctx context.Context, revision string) string {
	if strings.HasPrefix(revision, "-") {
		return ""
	}
	return r.line(ctx, "rev-parse", "--verify", "--quiet", revision+"^{commit}")
}

// Short returns the abbreviation of a commit, for the reader.
func (r *Repository) Short(ctx context.Context, commit string) string {
	return r.line(ctx, "rev-parse", "--short", commit)
}

// Holds reports whether a commit is another one, or comes after it.
func (r *Repository) Holds(ctx context.Context, commit, earlier string) bool {
	_, err := r.run(ctx, "merge-base", "--is-ancestor", earlier, commit)
	return err == nil
}

// Base is the commit where HEAD left a branch.
type Base struct {
	Commit string
	Of     string // the branch
}

// MergeBase returns the commit where HEAD left the remote's default branch, or without a
// remote the branch main or master.
func (r *Repository) MergeBase(ctx context.Context) (Base, error) {
	if r.Commit(ctx, "HEAD") == "" {
		return Base{}, errors.New("there is no commit yet to compare with")
	}
	branch := r.defaultBranch(ctx)
	if base := r.line(ctx, "merge-base", "HEAD", branch); branch != "" && base != "" {
		return Base{base, branch}, nil
	}
	shallow := r.line(ctx, "rev-parse", "--is-shallow-repository") == "true"
	switch {
	case shallow && branch == "":
		return Base{}, errors.New("this is a shallow clone of one branch: fetch all (" + deepen + "), or name what to compare with")
	case shallow:
		return Base{}, fmt.Errorf("the history here is shallow and ends before HEAD left %s: fetch all of it (%s), or name what to compare with", branch, deepen)
	case branch == "":
		return Base{}, errors.New("no remote's default branch, main or master is known here: name what to compare with")
	}
	return Base{}, fmt.Errorf("HEAD and %s have no commit in common: name what to compare with", branch)
}

// deepen fetches the history of a shallow clone, and the other branches.
const deepen = "git fetch --unshallow origin '+refs/heads/*:refs/remotes/origin/*'; for actions/checkout: fetch-depth: 0"

// defaultBranch returns the remote's default branch, or "".
func (r *Repository) defaultBranch(ctx context.Context) string {
	var candidates []string
	for _, remote := range r.remotes(ctx) {
		if branch := r.line(ctx, "symbolic-ref", "--quiet", "--short", "refs/remotes/"+remote+"/HEAD"); branch != "" {
			return branch
		}
		candidates = append(candidates, remote+"/main", remote+"/master")
	}
	for _, branch := range append(candidates, "main", "master") {
		if r.Commit(ctx, branch) != "" {
			return branch
		}
	}
	return ""
}

// remotes returns the names of the remotes, origin first.
func (r *Repository) remotes(ctx context.Context) []string {
	all := strings.Fields(r.line(ctx, "remote"))
	if i := slices.Index(all, "origin"); i > 0 {
		all[0], all[i] = all[i], all[0]
	}
	return all
}
