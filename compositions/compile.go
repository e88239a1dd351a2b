// Package compositions is the compiler: checked environments in, manifests out.
//
//	load -> check ->  plan  ->  lower  ->  assemble  ->  emit
//
// Package schema/load does the first two; Compile does the next three for a
// whole fleet, and Files and Render give its values to emit. User mistakes end
// at plan: what comes after cannot fail for a plan that passed, so an error here
// is a bug of ours.
//
// Lowering runs once per shape, not once per environment: environments whose
// plans differ in values only share their Compositions.
package compositions

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Input is one checked environment.
type Input struct {
	Environment *v1alpha1.Environment
	At          diag.Locator // the user's position of a path of the environment
}

// A Rule holds the environments of a fleet against each other.
type Rule func([]check.Member) []check.Finding

// Fleet is what environments compiled to.
type Fleet struct {
	environments []environmentOutput // in the order of the inputs
	others       []Share             // environments that are known by this alone
	entries      map[string]*entry   // the Compositions that all of them are pinned to, by name
	compositions []*entry            // these, sorted by name
	kinds        bootstrap.Kinds     // that they compose
	delivery     v1alpha1.GitOps     // how the manifests reach the management cluster; no tool: the user applies them
}

// DeliveredBy is the fleet with manifests for the tool that syncs it.
func (f *Fleet) DeliveredBy(delivery v1alpha1.GitOps) *Fleet {
	delivered := *f
	delivered.delivery = delivery
	return &delivered
}

// Compile plans every environment, holds them against each other by the rules
// and assembles their composite resources. The fleet is nil when a diagnostic is
// an error; the error is a bug of ours.
func Compile(inputs []Input, rules ...Rule) (*Fleet, diag.List, error) {
	plans, diagnostics := planAll(inputs, rules)
	if diagnostics.HasErrors() {
		return nil, diagnostics, nil
	}
	compiled, err := assemble(plans)
	return compiled, diagnostics, err
}

// assemble lowers each shape once and pins each environment to its Compositions.
func assemble(plans []*plan.Plan) (*Fleet, error) {
	shapes := newLibrary()
	environments := make([]environmentOutput, len(plans))
	failures := make([]error, len(plans))
	parallel(len(plans), func(i int) {
		environments[i], failures[i] = shapes.environment(plans[i])
	})
	for i, err := range failures {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", plans[i].Name, err)
		}
	}
	return newFleet(environments, shapes.entries()), nil
}

// newFleet is the fleet of environments that are pinned to Compositions among those
// of the entries.
func newFleet(environments []environmentOutput, entries map[string]*entry) *Fleet {
	f := &Fleet{environments: environments, entries: map[string]*entry{}}
	for _, e := range environments {
		for _, name := range e.pins() {
			f.entries[name] = entries[name]
		}
	}
	f.compositions, f.kinds = inOrder(f.entries)
	return f
}

// inOrder are Compositions by name, and the kinds they compose.
func inOrder(entries map[string]*entry) ([]*entry, bootstrap.Kinds) {
	var sorted []*entry
	var kinds []bootstrap.Kinds
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		sorted = append(sorted, entries[name])
		kinds = append(kinds, entries[name].kinds)
	}
	return sorted, bootstrap.Join(kinds)
}

// Joined is the fleet of the environments of several. Of those with one name it has
// the first, as CompileSound of all their inputs would.
func Joined(fleets ...*Fleet) *Fleet {
	var environments []environmentOutput
	names, entries := map[string]bool{}, map[string]*entry{}
	for _, f := range fleets {
		maps.Copy(entries, f.entries)
		for _, e := range f.environments {
			if !names[e.plan.Name] {
				environments = append(environments, e)
			}
			names[e.plan.Name] = true
		}
	}
	return newFleet(environments, entries)
}

// parallel calls f for 0 to n-1 on every processor.
func parallel(n int, f func(int)) {
	parallelWith(n, func(i int, _ *struct{}) { f(i) })
}

// parallelWith calls f for 0 to n-1 on every processor, with what calls on one
// processor share; its zero value is ready.
func parallelWith[T any](n int, f func(i int, shared *T)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			var shared T
			for i := range next {
				f(i, &shared)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}
