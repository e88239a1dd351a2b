package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// The fleet lies in a folder of this name below the root.
const (
	fleetFolder  = load.FleetFolder
	fleetPattern = "./" + fleetFolder + "/..."
)

// find gives the folders of the patterns; without one those of the fleet, which may
// have no environment: a new repository, or one whose last environment was removed.
func (o *options) find(patterns []string) ([]load.Folder, error) {
	if info, err := os.Stat(o.root); err != nil || !info.IsDir() {
		return nil, wrong(fmt.Errorf("-C %s: not a folder", o.root))
	}
	ofFleet := len(patterns) == 0
	if ofFleet {
		patterns = []string{fleetPattern}
		if !o.hasFleet() {
			return nil, wrong(errors.New("no folder \"" + fleetFolder + "\" here: name environments, or the repository with -C"))
		}
	}
	folders, err := o.loader().Find(patterns)
	var none *load.NoMatch
	switch {
	case ofFleet && errors.As(err, &none):
		return nil, nil
	case err != nil:
		return nil, sought(err)
	}
	return folders, nil
}

// one gives the folder of the environment that a command is about, by whatever pattern.
func (o *options) one(c *cobra.Command, pattern string) (load.Folder, error) {
	folders, err := o.find([]string{pattern})
	if err != nil {
		return load.Folder{}, err
	}
	if len(folders) > 1 {
		return load.Folder{}, several(c, pattern, folders)
	}
	return folders[0], nil
}

// several is the end of a run that is about one environment, and whose pattern names
// more.
func several(c *cobra.Command, pattern string, folders []load.Folder) error {
	return wrong(fmt.Errorf("%q matches %s; %s takes one", pattern, load.Some(folders), c.Name()))
}

// oneEnvironment refuses more and fewer arguments than one.
func oneEnvironment(c *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return wrong(fmt.Errorf("%s takes one environment: its name, its path, or a pattern that matches it alone", c.Name()))
}

// sought is the end of a run whose environments are not found: a pattern is the
// user's to mend, a folder that cannot be read is not.
func sought(err error) error {
	var unreadable *fs.PathError
	if errors.As(err, &unreadable) {
		return failed(err)
	}
	return wrong(err)
}

// tellEmpty says that the fleet has no environment, so that a green run is not
// taken for one that checked something.
func (o *options) tellEmpty(folders []load.Folder) {
	if len(folders) == 0 {
		fmt.Fprintln(o.streams.Err, "no environment below "+fleetFolder+": dominoc new makes one")
	}
}

func (o *options) hasFleet() bool {
	info, err := os.Stat(filepath.Join(o.root, fleetFolder))
	return err == nil && info.IsDir()
}

// findWithFleet gives the folders of the patterns and, with them, all others
// of the fleet. selected tells the former.
func (o *options) findWithFleet(patterns []string) (all []load.Folder, selected map[string]bool, err error) {
	folders, err := o.find(patterns)
	if err != nil {
		return nil, nil, err
	}
	selected = map[string]bool{}
	for _, f := range folders {
		selected[f.Dir] = true
	}
	if len(patterns) == 0 || !o.hasFleet() {
		return folders, selected, nil
	}
	fleet, err := o.loader().Find([]string{fleetPattern})
	var empty *load.NoMatch
	switch {
	case errors.As(err, &empty):
		return folders, selected, nil // the patterns are elsewhere
	case err != nil:
		return nil, nil, sought(err)
	}
	for _, f := range fleet {
		if !selected[f.Dir] {
			folders = append(folders, f)
		}
	}
	slices.SortFunc(folders, func(a, b load.Folder) int { return strings.Compare(a.Dir, b.Dir) })
	return folders, selected, nil
}

// batch is how many environments are checked between two looks at the context
// and the progress.
const batch = 64

// check loads and checks folders, in their order.
func (o *options) check(ctx context.Context, folders []load.Folder) ([]load.Result, diag.List, error) {
	loader, p := o.loader(), newProgress(o.streams.Err)
	defer p.end()
	results := make([]load.Result, 0, len(folders))
	var found diag.List
	for some := range slices.Chunk(folders, batch) {
		if ctx.Err() != nil {
			return nil, nil, failed(errors.New("interrupted"))
		}
		p.at("checking", len(results), len(folders))
		results = append(results, loader.All(some, load.Workers())...)
	}
	loader.Rest()
	for _, r := range results {
		found = append(found, r.Diagnostics...)
	}
	return results, found, nil
}

// inputs are the environments among results that passed.
func inputs(results []load.Result) []compositions.Input {
	var in []compositions.Input
	for _, r := range results {
		if r.Environment != nil {
			in = append(in, compositions.Input{Environment: r.Environment, At: r.Source.At})
		}
	}
	return in
}

// compile checks folders and compiles them, each by itself. The fleet is nil
// when there is an error among the diagnostics.
func (o *options) compile(ctx context.Context, folders []load.Folder) (*compositions.Fleet, []load.Result, diag.List, error) {
	results, found, err := o.check(ctx, folders)
	if err != nil {
		return nil, nil, nil, err
	}
	return compiled(results, found)
}

// compileFleet compiles the folders of the whole fleet, and checks the environments
// against each other.
func (o *options) compileFleet(ctx context.Context, folders []load.Folder) (*compositions.Fleet, []load.Result, diag.List, error) {
	results, found, err := o.check(ctx, folders)
	if err != nil {
		return nil, nil, nil, err
	}
	rules, wrong := o.rules(found.HasErrors())
	return compiled(results, append(found, wrong...), rules...)
}

func compiled(results []load.Result, found diag.List, rules ...check.Rule) (*compositions.Fleet, []load.Result, diag.List, error) {
	if found.HasErrors() {
		return nil, results, append(found, compositions.Check(inputs(results), nil, rules...)...), nil
	}
	fleet, more, err := compositions.Compile(inputs(results), rules...)
	if err != nil {
		return nil, nil, nil, failed(fmt.Errorf("a bug of dominoc: %w", err))
	}
	return fleet, results, append(found, more...), nil
}

// output returns the output of a fleet, delivered as environments/gitops says.
func (o *options) output(fleet *compositions.Fleet) *output.Output {
	return output.Of(fleet, o.deliveryValues())
}

// environments completes patterns with the names of the fleet's environments.
func (o *options) environments(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	if strings.ContainsAny(begun, "./\\*") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	folders, err := o.find(nil)
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var names []string
	for _, f := range folders {
		names = append(names, filepath.Base(f.Dir))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
