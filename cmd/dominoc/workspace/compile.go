package workspace

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// batch is the number of environments that are checked between two checks of the context.
const batch = 64

// LoadAll loads environments and checks each against the schema; results are in the order
// of the folders.
func (w *Workspace) LoadAll(ctx context.Context, folders []source.Folder) ([]load.Result, diag.List, error) {
	if w.Progress != nil {
		defer w.Progress(len(folders), len(folders))
	}
	results := make([]load.Result, 0, len(folders))
	var found diag.List
	for some := range slices.Chunk(folders, batch) {
		if ctx.Err() != nil {
			return nil, nil, errors.New("interrupted")
		}
		if w.Progress != nil {
			w.Progress(len(results), len(folders))
		}
		results = append(results, w.Loader.All(some, load.Workers())...)
	}
	w.Loader.Rest()
	for _, r := range results {
		found = append(found, r.Diagnostics...)
	}
	return results, found, nil
}

// Inputs returns the environments of results that have no error.
func (w *Workspace) Inputs(results []load.Result) []compositions.Input {
	provider := w.Provider()
	var in []compositions.Input
	for _, r := range results {
		if r.Environment != nil {
			in = append(in, compositions.Input{Environment: r.Environment, At: r.Source.At, Provider: provider, Kept: w.kept(r)})
		}
	}
	return in
}

// Environment loads the single environment that a pattern names. The input is empty if
// the list has an error.
func (w *Workspace) Environment(ctx context.Context, command, pattern string) (compositions.Input, diag.List, error) {
	folder, err := w.One(command, pattern)
	if err != nil {
		return compositions.Input{}, nil, err
	}
	results, found, err := w.LoadAll(ctx, []source.Folder{folder})
	if err != nil {
		return compositions.Input{}, nil, err
	}
	if found = append(found, w.misdelivered()...); found.HasErrors() {
		return compositions.Input{}, found, nil
	}
	return w.Inputs(results)[0], found, nil
}

// Plans returns the plan of each loaded environment, checked alone, in their order; nil for
// one that the list has an error of.
func (w *Workspace) Plans(results []load.Result) ([]*plan.Plan, diag.List) {
	found := w.misdelivered()
	inputs := w.Inputs(results)
	plans := make([]*plan.Plan, len(inputs))
	for i, in := range inputs {
		e, wrong := compositions.Plan(in)
		plans[i], found = e.Plan, append(found, wrong.In(in.Environment.Name)...)
	}
	return plans, found
}

// State returns the state of the single environment that a pattern names; nil if the list
// has an error.
func (w *Workspace) State(ctx context.Context, command, pattern string) (*diff.Environment, diag.List, error) {
	in, found, err := w.Environment(ctx, command, pattern)
	if err != nil || in.Environment == nil {
		return nil, found, err
	}
	state, more, err := output.StateOf(in)
	return state, append(found, more...), Bug(err)
}

// Compiled is what the environments of a selection compile to.
type Compiled struct {
	Fleet  *compositions.Fleet // nil when there is an error among Found
	Found  diag.List
	chosen map[string]bool // names of the environments that the patterns choose
	all    bool            // no other environment was compiled
	others []output.Share  // environments whose share is known and that are not in the fleet
	loaded []load.Result
}

// Chosen reports whether the patterns choose an environment.
func (c Compiled) Chosen(name string) bool { return c.chosen[name] }

// At returns the positions of paths in the file of a compiled environment.
func (c Compiled) At(name string) diag.Locator {
	for _, r := range c.loaded {
		if r.Environment != nil && r.Environment.Name == name {
			return r.Source.At
		}
	}
	return func(diag.Path) diag.Pos { return diag.Pos{} }
}

// Compile compiles environments, each by itself.
func (w *Workspace) Compile(ctx context.Context, s Selection) (Compiled, error) {
	results, found, err := w.LoadAll(ctx, s.Folders)
	if err != nil {
		return Compiled{}, err
	}
	return w.CompileResults(s, results, append(found, w.misdelivered()...))
}

// CompileFleet compiles the environments of the whole fleet, and checks them against
// each other.
func (w *Workspace) CompileFleet(ctx context.Context, s Selection) (Compiled, error) {
	return w.compileFleet(ctx, s, false)
}

// compileFleet is CompileFleet, which may spare environments whose share is known.
func (w *Workspace) compileFleet(ctx context.Context, s Selection, spare bool) (Compiled, error) {
	results, found, err := w.LoadAll(ctx, s.Folders)
	if err != nil {
		return Compiled{}, err
	}
	rules, wrong := w.rules(found.HasErrors())
	c, err := w.compileSome(s, results, append(found, wrong...), spare, rules...)
	w.Save(true)
	return c, err
}

// CompileResults compiles loaded environments, and checks them against each other by the
// rules.
func (w *Workspace) CompileResults(s Selection, results []load.Result, found diag.List, rules ...check.Rule) (Compiled, error) {
	return w.compileSome(s, results, found, false, rules...)
}

func (w *Workspace) compileSome(s Selection, results []load.Result, found diag.List, spare bool, rules ...check.Rule) (Compiled, error) {
	c := Compiled{chosen: map[string]bool{}, all: len(s.chosen) == len(results), loaded: results}
	for _, r := range results {
		if r.Environment != nil && s.has(r.Folder) {
			c.chosen[r.Environment.Name] = true
		}
	}
	if found.HasErrors() {
		c.Found = append(found, compositions.Check(w.Inputs(results), nil, rules...)...)
		return c, nil
	}
	inputs := w.Inputs(results)
	if spare {
		for _, share := range w.Spare(inputs, results) {
			if share != nil {
				c.others = append(c.others, *share)
			}
		}
	}
	fleet, more, err := compositions.Compile(inputs, rules...)
	c.Fleet, c.Found = fleet, append(found, more...)
	return c, Bug(err)
}

// Bug wraps an error that only a bug of dominoc explains.
func Bug(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("a bug of dominoc: %w", err)
}

// Output returns the output of a fleet for a tool, or for "" as environments/gitops
// says.
func (w *Workspace) Output(fleet *compositions.Fleet, tool string) (*output.Output, error) {
	if tool == "" {
		return output.Of(fleet, w.DeliveryValues()), nil
	}
	said, _ := w.delivery() // what is wrong with it was found with the fleet
	if said == nil {
		return nil, &Mistake{fmt.Errorf("--gitops %s: where the manifests are is said in %s, and there is none", tool, DeliveryFile)}
	}
	values := said.Values
	values.Tool = v1alpha1.GitOpsTool(tool)
	if err := sync.Suits(values); err != nil {
		return nil, &Mistake{fmt.Errorf("--gitops %s: %w", tool, err)}
	}
	return output.Of(fleet, values), nil
}

// Vet returns the mistakes of the selected environments, their own and their conflicts
// with the fleet. Environments outside the fleet are checked against each other only.
func (w *Workspace) Vet(ctx context.Context, s Selection) (diag.List, error) {
	ofFleet := func(f source.Folder) bool {
		fleet, err := filepath.Abs(w.inFleet(""))
		return err == nil && s.has(f) && strings.HasPrefix(f.Dir, fleet+string(filepath.Separator))
	}
	elsewhere := len(s.Folders) > 0 && !slices.ContainsFunc(s.Folders, ofFleet)
	if elsewhere {
		s.Folders, _ = s.split()
	}
	results, _, err := w.LoadAll(ctx, s.Folders)
	if err != nil {
		return nil, err
	}
	defer w.Save(!elsewhere)
	var found diag.List
	some, n := map[int]bool{}, 0
	for _, r := range results {
		if s.has(r.Folder) {
			found = append(found, r.Diagnostics...)
		}
		if r.Environment != nil {
			some[n] = s.has(r.Folder)
			n++
		}
	}
	rules, wrong := w.rules(elsewhere || n < len(results))
	return slices.Concat(found, wrong, compositions.Check(w.Inputs(results), some, rules...)), nil
}

// Judge returns the mistakes of an environment that is to be added to others, its own and
// conflicts with them. Mistakes in the rules are left to Vet.
func (w *Workspace) Judge(others []load.Result, added load.Result) diag.List {
	if added.Environment == nil {
		return added.Diagnostics
	}
	all := append(slices.Clone(others), added)
	in := w.Inputs(all)
	rules, _ := w.rules(len(in) < len(all))
	return append(added.Diagnostics, compositions.Check(in, map[int]bool{len(in) - 1: true}, rules...)...)
}

// Needs returns the fleet's use of AWS quotas, and the fleet's mistakes.
func (w *Workspace) Needs(ctx context.Context) (check.FleetNeeds, diag.List, error) {
	s, err := w.Find(nil)
	if err != nil {
		return check.FleetNeeds{}, nil, err
	}
	results, found, err := w.LoadAll(ctx, s.Folders)
	if err != nil {
		return check.FleetNeeds{}, nil, err
	}
	stated, wrong := w.Stated()
	needs, more := compositions.NeedsOf(w.Inputs(results), stated)
	return needs, slices.Concat(found, wrong, more), nil
}

// NameOf returns the name of the environment that an argument names. An unknown name is
// returned as it is, because a cluster may have an environment that the repository no
// longer has; an unknown path or pattern is an error. The name is empty if the list has
// the environment's mistakes.
func (w *Workspace) NameOf(ctx context.Context, command, arg string) (string, diag.List, error) {
	plain := !strings.ContainsAny(arg, `./\*?[`)
	if plain && !w.HasFleet() {
		return arg, nil, nil
	}
	in, found, err := w.Environment(ctx, command, arg)
	switch {
	case err == nil && in.Environment != nil:
		return in.Environment.Name, nil, nil
	case plain && ctx.Err() == nil:
		return arg, nil, nil
	}
	return "", found, err
}
