// Package compositions is the compiler: checked environments in, composite
// resources and Compositions out.
//
//	load -> plan -> lower -> check -> assemble -> output
//
// Package schema/load reads environments and package output turns the Fleet into
// files; Compile is what lies between. A user's mistake ends at check: assembly cannot
// fail for a member that passed, so an error of its is a bug of dominoc.
//
// Lowering has two readings. Over the plan it returns the resources that render prints.
// Over the plan's shape it returns what check reads and what the Composition is made of,
// once for all environments of a shape: they differ only in values.
package compositions

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Input is one environment that its schema accepts.
type Input struct {
	Environment *v1alpha1.Environment
	At          diag.Locator        // the user's position of a path of the environment
	Provider    catalog.ProviderAWS // of the management cluster; the zero value can do the least
	Kept        Kept                // nil for nothing
	Spared      bool                // it is checked, but not in the fleet: what it would be there is known
}

// Kept is what earlier runs of this program have found of an environment alone. Its methods
// may be called from several goroutines.
type Kept interface {
	// Alone returns what was found; nil if it is unknown.
	Alone() *check.Alone

	// Keep keeps what is found for a later run.
	Keep(*check.Alone)
}

// Fleet is what environments compile to.
type Fleet struct {
	Environments []Environment  // in the order of the inputs
	Compositions []*Composition // those that the environments are pinned to, by name
	Kinds        bootstrap.Kinds
}

// Compile plans every environment, checks the plans and what they are lowered to, alone
// and by the rules against each other, and assembles their composite resources. The
// fleet is nil if a diagnostic is an error; the error is a bug of dominoc.
func Compile(inputs []Input, rules ...check.Rule) (*Fleet, diag.List, error) {
	members := inspectAll(inputs)
	diagnostics := judge(members, rules, nil)
	if diagnostics.HasErrors() {
		return nil, diagnostics, nil
	}
	fleet, err := assemble(members, func(i int) bool { return !inputs[i].Spared })
	return fleet, diagnostics, err
}

// CompileSound is Compile for environments of which some may be wrong: the list at an
// input's index has what is wrong with it, and the fleet has the inputs without an
// error.
func CompileSound(inputs []Input) (*Fleet, []diag.List, error) {
	members := inspectAll(inputs)
	lists, _ := check.Judge(members, nil, nil)
	fleet, err := assemble(members, func(i int) bool { return !inputs[i].Spared && !lists[i].HasErrors() })
	return fleet, lists, err
}

// Check is Compile without a fleet. With some, by index, it says of the other inputs
// only what concerns one of these too; nil is all inputs.
func Check(inputs []Input, some map[int]bool, rules ...check.Rule) diag.List {
	return judge(inspectAll(inputs), rules, some)
}

// Plan plans and checks one environment alone. The environment has no Compositions, and
// no plan if the list has an error.
func Plan(in Input) (Environment, diag.List) {
	members := inspectAll([]Input{in})
	lists, _ := check.Judge(members, nil, nil)
	if lists[0].HasErrors() {
		return Environment{}, lists[0]
	}
	return Environment{Plan: members[0].Plan()}, lists[0]
}

// NeedsOf returns what the environments ask of AWS's quotas. What the plans refuse is in
// the list, and not in the needs.
func NeedsOf(inputs []Input, stated *check.Stated) (check.FleetNeeds, diag.List) {
	members := inspectAll(inputs)
	lists, rest := check.Judge(members, nil, nil)
	return check.NeedsOf(members, stated), append(rest, slices.Concat(lists...)...)
}

// inspectAll plans each input, and checks the plan and what it is lowered to, unless that is
// known.
func inspectAll(inputs []Input) []check.Member {
	var shapes Outlines
	members := make([]check.Member, len(inputs))
	_ = Parallel(len(inputs), func(i int) error {
		members[i] = inspect(inputs[i], &shapes)
		return nil
	})
	return members
}

func inspect(in Input, shapes *Outlines) check.Member {
	m := check.Member{Environment: in.Environment, At: in.At}
	if in.Kept != nil {
		if known := in.Kept.Alone(); known != nil {
			m.Alone = *known
			m.Plan = sync.OnceValue(func() *plan.Plan {
				p, _ := plan.Decide(in.Environment, func(diag.Path) diag.Pos { return diag.Pos{} }, in.Provider)
				return p
			})
			return m
		}
	}
	p, found := plan.Decide(in.Environment, in.At, in.Provider)
	m.Found, m.Plan = found, func() *plan.Plan { return p }
	if p == nil {
		return m
	}
	m.Alone = check.Inspect(in.Environment, in.At, p, found, shapes.Lower(p))
	if in.Kept != nil && !m.Found.HasErrors() {
		in.Kept.Keep(&m.Alone)
	}
	return m
}

// judge returns the diagnostics of all members, each with its environment's name.
func judge(members []check.Member, rules []check.Rule, some map[int]bool) diag.List {
	lists, found := check.Judge(members, rules, some)
	for i, m := range members {
		found = append(found, lists[i].In(m.Environment.Name)...)
	}
	return found
}

// assemble lowers each shape of some planned members once, and pins each environment to its
// Compositions.
func assemble(members []check.Member, some func(int) bool) (*Fleet, error) {
	var made []check.Member
	for i, m := range members {
		if m.Planned && some(i) {
			made = append(made, m)
		}
	}
	var shapes library
	environments := make([]Environment, len(made))
	err := Parallel(len(made), func(i int) (err error) {
		if environments[i], err = shapes.environment(made[i].Plan()); err != nil {
			return fmt.Errorf("%s: %w", made[i].Environment.Name, err)
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

// Without returns the fleet without the environments of some names.
func (f *Fleet) Without(names map[string]bool) *Fleet {
	environments := slices.DeleteFunc(slices.Clone(f.Environments), func(e Environment) bool { return names[e.Plan.Name] })
	compositions := map[string]*Composition{}
	for _, c := range f.Compositions {
		compositions[c.Name] = c
	}
	return newFleet(environments, compositions)
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
