package change

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dominoc/dominoc/schema/source"
)

// patience is how long another dominoc may take for a fleet.
const patience = 10 * time.Minute

// With returns the comparison with what another dominoc compiles the work tree to. The
// program is a path, relative to the root, or a name that the shell would find.
func (o Options) With(program string) (Base, error) {
	if err := o.Workspace.Exists(); err != nil {
		return Base{}, err
	}
	b := Base{Shown: "this dominoc: after is what " + program + " makes of the same files", patience: patience}
	var err error
	if filepath.Base(program) == program {
		b.program, err = exec.LookPath(program)
	} else {
		b.program, err = filepath.Abs(o.Workspace.Path(program))
	}
	if info, found := os.Stat(b.program); err != nil || found != nil || !info.Mode().IsRegular() {
		return Base{}, mistake(fmt.Errorf("--with %s: there is no such program; a path is relative to the folder of the run, as in ../dominoc-new", program))
	}
	return b, nil
}

// with compares what this dominoc compiles the files to, before, with what another one
// does. No file differs between the sides, so no acceptance is of this change.
func (o Options) with(ctx context.Context, b Base, patterns []string) (Pairs, error) {
	selected, err := o.Workspace.Find(patterns)
	if err != nil {
		return Pairs{}, err
	}
	root, err := filepath.Abs(o.Workspace.Root)
	if err != nil {
		return Pairs{}, err
	}
	folder, err := os.MkdirTemp("", "dominoc-with")
	if err != nil {
		return Pairs{}, err
	}
	defer os.RemoveAll(folder)
	theirs, err := o.builtBy(ctx, b, root, folder)
	if err != nil {
		return Pairs{}, err
	}
	now := o.newTree(root, nil).removing(folder)
	ours, err := now.compile(ctx, selected.Folders)
	if err != nil {
		return Pairs{}, err
	}
	s := sides{after: map[string]*side{}, broken: ours.broken}
	if s.before, err = ours.states(); err != nil {
		return Pairs{}, err
	}
	for name, was := range s.before {
		if is := theirs.sides[name]; is != nil {
			is.state.Subnets = was.state.Subnets
			s.after[name] = &side{state: is.state, file: was.file, at: was.at, dir: was.dir}
		}
	}
	whole := len(patterns) == 0
	found := Pairs{All: slices.DeleteFunc(s.paired(), Pair.unchanged), Wrong: ours.wrong, policy: policyOf(now, now, !whole)}
	found.Wrong = append(found.Wrong, found.policy.wrong...)
	if whole {
		found.Shared, err = now.against(ctx, theirs.shared, ours)
		found.Shared.Before, found.Shared.After = found.Shared.After, found.Shared.Before
		found.Wrong = append(found.Wrong, found.Shared.wrong...)
	}
	return found, err
}

// builtBy returns the manifests that the other dominoc makes of the whole fleet and writes
// below the folder. What is in the cache folder is believed by the program that kept it
// alone.
func (o Options) builtBy(ctx context.Context, b Base, root, folder string) (manifests, error) {
	out := filepath.Join(folder, "rendered") // a build stages its files beside it
	args := []string{"build", "-C", root, "--out", out}
	if o.Workspace.Date != "" {
		args = append(args, "--date", o.Workspace.Date)
	}
	limited, done := context.WithTimeout(ctx, b.patience)
	defer done()
	var said excerpt
	command := exec.CommandContext(limited, b.program, args...)
	command.Stdout, command.Stderr = &said, &said
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 5 * time.Second
	err := command.Run()
	_, written := os.Stat(filepath.Join(out, source.Manifest))
	switch {
	case ctx.Err() != nil:
		return manifests{}, errors.New("interrupted")
	case limited.Err() != nil:
		return manifests{}, fmt.Errorf("%s build: not done after %s%s", b.program, b.patience, said.shown())
	case err != nil:
		return manifests{}, fmt.Errorf("%s build: %w, so there is nothing to compare with%s", b.program, err, said.shown())
	case written != nil:
		return manifests{}, fmt.Errorf("%s build: it wrote no manifests, so it is no dominoc%s", b.program, said.shown())
	}
	read, err := readManifests(out)
	if err != nil {
		return manifests{}, fmt.Errorf("the manifests of %s: %w", b.program, err)
	}
	return read, nil
}

// mostSaid is how much of another program's output is kept.
const mostSaid = 32 << 10

// excerpt is the beginning of what a program prints.
type excerpt struct{ text []byte }

func (e *excerpt) Write(printed []byte) (int, error) {
	e.text = append(e.text, printed[:min(len(printed), mostSaid-len(e.text))]...)
	return len(printed), nil
}

// shown returns what the program printed, for the end of an error.
func (e *excerpt) shown() string {
	if text := strings.TrimSpace(string(e.text)); text != "" {
		return "; it printed:\n" + text
	}
	return ""
}
