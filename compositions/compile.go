// Package compositions is the compiler: checked environments in, composite
// resources and Compositions out.
//
//	load -> plan -> check -> lower -> assemble -> output
//
// Package schema/load reads environments and package output turns the Fleet into
// files; Compile is what lies between. A user's mistake ends at check: lowering and
// assembly cannot fail for a plan that passed, so an error of theirs is a bug of
// dominoc.
//
// Lowering runs once per shape, not once per environment: environments whose plans
// differ only in values share their Compositions.
package compositions

import (
	"fmt"
	"maps"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Input is one environment that its schema accepts.
type Input struct {
	Environment *v1alpha1.Environment
	At          diag.Locator // the user's position of a path of the environment
}

// A Rule checks the environments of a fleet against each other.
type Rule func([]check.Member) []check.Finding

// Fleet is what environments compile to.
type Fleet struct {
	Environments []Environment  // in the order of the inputs
	Compositions []*Composition // those that the environments are pinned to, by name
	Kinds        bootstrap.Kinds
}

// Compile plans every environment, checks the plans alone and by the rules against
// each other, and assembles their composite resources. The fleet is nil if a
// diagnostic is an error; the error is a bug of dominoc.
func Compile(inputs []Input, rules ...Rule) (*Fleet, diag.List, error) {
	plans, diagnostics := planAll(inputs, rules)
	if diagnostics.HasErrors() {
		return nil, diagnostics, nil
	}
	compiled, err := assemble(plans)
	return compiled, diagnostics, err
}

// CompileSound is Compile for environments of which some may be wrong: the list at an
// input's index has what is wrong with it, and the fleet has the inputs without an
// error.
func CompileSound(inputs []Input) (*Fleet, []diag.List, error) {
	plans, lists := planSound(inputs)
	compiled, err := assemble(slices.DeleteFunc(plans, func(p *plan.Plan) bool { return p == nil }))
	return compiled, lists, err
}

// Plan plans one environment alone. The environment has no Compositions, and no plan if
// the list has an error.
func Plan(in Input) (Environment, diag.List) {
	plans, lists := planSound([]Input{in})
	return Environment{Plan: plans[0]}, lists[0]
}

// assemble lowers each shape once and pins each environment to its Compositions.
func assemble(plans []*plan.Plan) (*Fleet, error) {
	shapes := newLibrary()
	environments := make([]Environment, len(plans))
	err := Parallel(len(plans), func(i int) (err error) {
		if environments[i], err = shapes.environment(plans[i]); err != nil {
			return fmt.Errorf("%s: %w", plans[i].Name, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return newFleet(environments, shapes.compositions()), nil
}

// newFleet returns the fleet of environments that are pinned to some of the
// Compositions.
func newFleet(environments []Environment, compositions map[string]*Composition) *Fleet {
	f := &Fleet{Environments: environments}
	pinned := map[string]bool{}
	for _, e := range environments {
		for _, name := range e.Pins() {
			pinned[name] = true
		}
	}
	var kinds []bootstrap.Kinds
	for _, name := range slices.Sorted(maps.Keys(pinned)) {
		f.Compositions = append(f.Compositions, compositions[name])
		kinds = append(kinds, compositions[name].Kinds)
	}
	f.Kinds = bootstrap.Join(kinds)
	return f
}

// Joined returns the fleet of the environments of several fleets. Of environments with
// one name it has the first, as CompileSound of all their inputs has.
func Joined(fleets ...*Fleet) *Fleet {
	var environments []Environment
	names, compositions := map[string]bool{}, map[string]*Composition{}
	for _, f := range fleets {
		for _, c := range f.Compositions {
			compositions[c.Name] = c
		}
		for _, e := range f.Environments {
			if !names[e.Plan.Name] {
				environments = append(environments, e)
			}
			names[e.Plan.Name] = true
		}
	}
	return newFleet(environments, compositions)
}

// Names returns the names of the environments, in the order of the inputs.
func (f *Fleet) Names() []string {
	names := make([]string, len(f.Environments))
	for i, e := range f.Environments {
		names[i] = e.Plan.Name
	}
	return names
}

// SameKinds reports whether two fleets compose the same kinds, so that their platforms
// differ only in Compositions.
func (f *Fleet) SameKinds(other *Fleet) bool {
	return slices.Equal(f.Kinds.Managed, other.Kinds.Managed) && slices.Equal(f.Kinds.Others, other.Kinds.Others)
}

// Environment returns the environment of a name, or an error if the fleet has none.
func (f *Fleet) Environment(name string) (Environment, error) {
	for _, e := range f.Environments {
		if e.Plan.Name == name {
			return e, nil
		}
	}
	return Environment{}, fmt.Errorf("no environment %q in the fleet", name)
}

// Parallel calls f for 0 to n-1 on every processor and returns one of the errors.
func Parallel(n int, f func(int) error) error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		group.Go(func() error { return f(i) })
	}
	return group.Wait()
}
