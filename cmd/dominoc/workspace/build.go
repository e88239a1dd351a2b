package workspace

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/source"
)

// Build is a build of the fleet that writes the files of the selected environments, and
// those that belong to no environment.
type Build struct {
	*Workspace
	Selection Selection // of the whole fleet
	Out       string    // the output folder, below the root or absolute
	Tool      string    // in place of that of environments/gitops; "" for that
}

// Compile compiles the fleet. The output is nil if Found has an error.
func (b Build) Compile(ctx context.Context) (Compiled, *output.Output, error) {
	go output.Prepare()
	c, err := b.CompileFleet(ctx, b.Selection)
	if err != nil || c.Fleet == nil {
		return c, nil, err
	}
	of, err := b.Output(c.Fleet, b.Tool)
	if err != nil {
		return c, nil, err
	}
	return b.pinned(ctx, c, of)
}

// pinned takes the environments of rings at their revisions. The output is nil if Found has
// an error.
func (w *Workspace) pinned(ctx context.Context, c Compiled, of *output.Output) (Compiled, *output.Output, error) {
	found, err := w.Pin(ctx, of)
	c.Found = append(c.Found, found...)
	if err != nil || c.Found.HasErrors() {
		return c, nil, err
	}
	return c, of, nil
}

// Write compiles the fleet and writes the files, all or none; none if the list has an
// error.
func (b Build) Write(ctx context.Context) (result emit.Result, found diag.List, err error) {
	if result, found, done, err := b.writeSome(ctx); done || err != nil {
		return result, found, err
	}
	found, err = b.files(ctx, func(set emit.Set) (err error) {
		result, err = b.put(set)
		return err
	})
	return result, found, err
}

// Check compiles the fleet. Its list has, beside the mistakes, an error for each difference
// between the output folder and the output.
func (b Build) Check(ctx context.Context) (diag.List, error) {
	var differing diag.List
	found, err := b.files(ctx, func(set emit.Set) (err error) {
		differing, err = b.drift(set)
		return err
	})
	return append(found, differing...), err
}

// files compiles the fleet, and calls do with the files that the run writes unless there is an
// error in the list. The own files of an environment whose share is known have sums
// instead of contents; if do lacks one of these, all are compiled, and do is called again.
func (b Build) files(ctx context.Context, do func(emit.Set) error) (diag.List, error) {
	go output.Prepare()
	c, err := b.compileFleet(ctx, b.Selection, true)
	if err != nil || c.Fleet == nil {
		return c.Found, err
	}
	if _, err := b.Output(c.Fleet, b.Tool); err != nil {
		return nil, err
	}
	found, err := b.with(ctx, c, do)
	if lacks := (*emit.Lacks)(nil); len(c.others) == 0 || !errors.As(err, &lacks) {
		return append(c.Found, found...), err
	}
	if c, err = b.CompileFleet(ctx, b.Selection); err != nil || c.Fleet == nil {
		return c.Found, err
	}
	found, err = b.with(ctx, c, do)
	return append(c.Found, found...), err
}

// with calls do with the files that a run which has compiled this writes, unless there is an
// error in the list.
func (b Build) with(ctx context.Context, c Compiled, do func(emit.Set) error) (diag.List, error) {
	of, err := b.Output(c.Fleet, b.Tool)
	if err != nil {
		return nil, err
	}
	if of, err = of.Among(c.others, b.Composed); err != nil {
		return nil, Bug(err)
	}
	found, err := b.Pin(ctx, of)
	if err != nil || found.HasErrors() {
		return found, err
	}
	files, err := of.Files()
	if err != nil {
		return nil, Bug(err)
	}
	if err := b.KeepShares(of, files, c.loaded, true); err != nil {
		return nil, err
	}
	return found, do(c.set(files))
}

// put writes the files of a set to the output folder.
func (b Build) put(set emit.Set) (emit.Result, error) {
	folder, err := emit.Below(b.Root, b.Out)
	if err != nil {
		return emit.Result{}, err
	}
	result, err := emit.Write(folder, set)
	if err != nil {
		err = fmt.Errorf("%s: %w", b.Out, err)
	}
	return result, err
}

// set returns the files that the run writes: those of the chosen environments, and those
// that belong to no environment.
func (c Compiled) set(files []emit.File) emit.Set {
	set := emit.Set{Manifest: source.Manifest, Owns: func(file string) bool {
		name := output.EnvironmentOf(file)
		return c.all || name == "" || c.chosen[name]
	}}
	for _, f := range files {
		if set.Owns(f.Path) {
			set.Files = append(set.Files, f)
		}
	}
	return set
}

// drift returns an error for each difference between the output folder and the files.
func (b Build) drift(set emit.Set) (diag.List, error) {
	folder, err := emit.Below(b.Root, b.Out)
	if err != nil {
		return nil, err
	}
	differences, err := emit.Check(folder, set)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Out, err)
	}
	found, err := b.Strangers(b.Out)
	for _, d := range differences {
		found = append(found, differs(filepath.ToSlash(b.Out), d))
	}
	return found, err
}

// Strangers returns an error for each file in the output folder that no build wrote.
func (w *Workspace) Strangers(out string) (diag.List, error) {
	return output.Strangers(w.Root, out, source.Manifest, w.DeliveryValues())
}

func differs(out string, d emit.Difference) diag.Diagnostic {
	got, want := d.Got, d.Want
	if g, w := strings.TrimSpace(got), strings.TrimSpace(want); g != w { // without their indent unless that is what differs
		got, want = g, w
	}
	message := map[emit.Kind]string{
		emit.Missing:     "the sources produce this file, and it is missing",
		emit.Changed:     fmt.Sprintf("%q is here, the sources produce %q", got, want),
		emit.LeftOver:    "an earlier build wrote this file, and the sources no longer produce it",
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

// Applied returns the files that a sync of a folder of the output applies, in the order of
// application.
func (c Compiled) Applied(of *output.Output, folder string) ([]emit.File, error) {
	all, err := of.Files()
	if err != nil {
		return nil, Bug(err)
	}
	files := map[string]emit.File{}
	var paths []string
	for _, file := range c.set(all).Files {
		paths = append(paths, file.Path)
		files[file.Path] = file
	}
	var applied []emit.File
	for _, name := range sync.Applied(path.Clean(folder), paths) {
		applied = append(applied, files[name])
	}
	if len(applied) == 0 {
		return nil, &Mistake{fmt.Errorf("--print %q: there is no such folder in the output, or it is empty", folder)}
	}
	return applied, nil
}

// Sound compiles the fleet and returns its output; nil if the list has an error.
func (w *Workspace) Sound(ctx context.Context) (*output.Output, diag.List, error) {
	s, err := w.Find(nil)
	if err != nil {
		return nil, nil, err
	}
	c, err := w.CompileFleet(ctx, s)
	if err != nil || c.Fleet == nil {
		return nil, c.Found, err
	}
	c, of, err := w.pinned(ctx, c, output.Of(c.Fleet, w.DeliveryValues()))
	return of, c.Found, err
}
