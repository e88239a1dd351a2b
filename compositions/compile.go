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
	members, alone := inspectAll(planAll(inputs))
	diagnostics := judge(members, alone, rules, nil)
	if diagnostics.HasErrors() {
		return nil, diagnostics, nil
	}
	fleet, err := assemble(plansOf(members))
	return fleet, diagnostics, err
}

// CompileSound is Compile for environments of which some may be wrong: the list at an
// input's index has what is wrong with it, and the fleet has the inputs without an
// error.
func CompileSound(inputs []Input) (*Fleet, []diag.List, error) {
	members, alone := inspectAll(planAll(inputs))
	lists, _ := check.Judge(members, alone, nil, nil)
	for i := range members {
		if lists[i].HasErrors() {
			members[i].Plan = nil
		}
	}
	fleet, err := assemble(plansOf(members))
	return fleet, lists, err
}

// Check is Compile without a fleet. With some, by index, it says of the other inputs
// only what concerns one of these too; nil is all inputs.
func Check(inputs []Input, some map[int]bool, rules ...check.Rule) diag.List {
	members, alone := inspectAll(planAll(inputs))
	return judge(members, alone, rules, some)
}

// Plan plans and checks one environment alone. The environment has no Compositions, and
// no plan if the list has an error.
func Plan(in Input) (Environment, diag.List) {
	members, alone := inspectAll(planAll([]Input{in}))
	lists, _ := check.Judge(members, alone, nil, nil)
	if lists[0].HasErrors() {
		return Environment{}, lists[0]
	}
	return Environment{Plan: members[0].Plan}, lists[0]
}

// NeedsOf returns what the environments ask of AWS's quotas. What the plans refuse is in
// the list, and not in the needs.
func NeedsOf(inputs []Input, stated *check.Stated) (check.FleetNeeds, diag.List) {
	members, alone := inspectAll(planAll(inputs))
	lists, rest := check.Judge(members, alone, nil, nil)
	return check.NeedsOf(members, stated), append(rest, slices.Concat(lists...)...)
}

// planAll plans each input; a member has no plan if its list has an error.
func planAll(inputs []Input) ([]check.Member, []diag.List) {
	members := make([]check.Member, len(inputs))
	lists := make([]diag.List, len(inputs))
	_ = Parallel(len(inputs), func(i int) error {
		members[i] = check.Member{Environment: inputs[i].Environment, At: inputs[i].At}
		members[i].Plan, lists[i] = plan.Decide(inputs[i].Environment, inputs[i].At, inputs[i].Provider)
		return nil
	})
	return members, lists
}

// inspectAll checks what each plan is lowered to.
func inspectAll(members []check.Member, lists []diag.List) ([]check.Member, []diag.List) {
	var shapes Outlines
	_ = Parallel(len(members), func(i int) error {
		if m := &members[i]; m.Plan != nil {
			lists[i] = append(lists[i], m.Inspect(shapes.Lower(m.Plan))...)
		}
		return nil
	})
	return members, lists
}

// judge returns the diagnostics of all members, each with its environment's name.
func judge(members []check.Member, alone []diag.List, rules []check.Rule, some map[int]bool) diag.List {
	lists, found := check.Judge(members, alone, rules, some)
	for i, m := range members {
		found = append(found, lists[i].In(m.Environment.Name)...)
	}
	return found
}

func plansOf(members []check.Member) []*plan.Plan {
	var plans []*plan.Plan
	for _, m := range members {
		if m.Plan != nil {
			plans = append(plans, m.Plan)
		}
	}
	return plans
}

// assemble lowers each shape once and pins each environment to its Compositions.
func assemble(plans []*plan.Plan) (*Fleet, error) {
	var shapes library
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
