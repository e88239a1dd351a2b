package takeover

import (
	"errors"
	"slices"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/proof"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// evidence is the comparison of what an environment would apply with AWS.
type evidence struct {
	plan        *plan.Plan
	matches     []proof.Match
	component   map[string]string // of an object, by metadata.name
	differences []proof.Difference
}

// prove compares what an environment would apply with what AWS has.
func prove(w *workspace.Workspace, f *facts, r load.Result) (*evidence, error) {
	planned, found := compositions.Plan(w.Inputs([]load.Result{r})[0])
	if found.HasErrors() {
		return nil, errors.New("a checked environment has no plan")
	}
	composed, err := planned.Composed()
	if err != nil {
		return nil, err
	}
	e := &evidence{plan: planned.Plan, component: map[string]string{}}
	var objects []map[string]any
	for _, c := range composed {
		objects = append(objects, c.Object)
		e.component[fieldpath.Text(c.Object, "metadata", "name")] = c.Component
	}
	var held []proof.Held
	for _, resource := range f.state.Resources {
		if resource.Managed {
			held = append(held, proof.Held{Address: resource.Address, Type: resource.Type, Attributes: resource.Attributes, Withheld: resource.Withheld})
			if rule, one := ruleOf(resource); one {
				held = append(held, rule)
			}
		}
	}
	e.matches, e.differences = proof.Matches(objects, held), proof.Compare(objects, held)
	return e, nil
}

// note notes what a draft has to say in addition of pools and add-ons, and reports whether
// that is anything new.
func (e *evidence) note(f *facts, pools []Pool) bool {
	noted := e.noteSettings(f)
	for i := range pools {
		if pools[i].Kept == "" && pools[i].note(e.plan.Spec.Pools[pools[i].Name]) {
			noted = true
		}
	}
	return noted
}

// keep leaves the pools with Terraform of which more than tags would change.
func (e *evidence) keep(f *facts, pools []Pool) (kept bool) {
	for i, p := range pools {
		for _, d := range e.differences {
			if p.Kept == "" && !d.Effect.Harmless() && !f.ofZone(d) && e.component[d.Name] == v1alpha1.PoolPrefix+p.Name {
				pools[i].Kept, kept = "taken over, it would change: "+sentence(d), true
				break
			}
		}
	}
	return kept
}

// of is the evidence about parts alone.
func (e *evidence) of(parts []Part) *evidence {
	among := func(name string) bool {
		return slices.ContainsFunc(parts, func(p Part) bool { return p.component() == e.component[name] })
	}
	only := *e
	only.matches, only.differences = nil, nil
	for _, m := range e.matches {
		if among(m.Name) {
			only.matches = append(only.matches, m)
		}
	}
	for _, d := range e.differences {
		if among(d.Name) {
			only.differences = append(only.differences, d)
		}
	}
	return &only
}
