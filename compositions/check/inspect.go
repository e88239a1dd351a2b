package check

import (
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Alone is what an environment is without the others: all of it but its file that is
// compared with them. It is plain data, and follows from the file, the positions in it and
// the release of provider-aws. A caller that stores it need not lower the plan again.
type Alone struct {
	Found   diag.List // what is wrong with it, warnings that it accepts among them
	Planned bool      // false when it was refused: then only what the file says is compared

	Partition      string
	Role, ZoneRole string            // which the provider assumes; no ZoneRole if there is none
	Connections    map[string]string // the committed ids of connections that it requests, by peer
	Names          []Name
	Needs          []Need
}

// Inspect returns what is known of an environment with a plan, and checks what the plan is
// lowered to: the size of the composite resources, the length of names, and the ids that Git
// has of the resources. found is what is wrong with the plan itself.
func Inspect(env *v1alpha1.Environment, at diag.Locator, p *plan.Plan, found diag.List, composites []Composite) Alone {
	objects := objectsOf(composites)
	a := &alone{env: env, at: at, plan: p, composites: composites, found: found}
	a.sizes()
	a.lengths(objects)
	a.ids()
	known := Alone{
		Found: a.found, Planned: true, Partition: p.Spec.Common.Partition, Role: p.Provider.RoleARN,
		Names: a.names(objects), Needs: needsOf(p, objects),
	}
	if p.ZoneProvider != nil {
		known.ZoneRole = p.ZoneProvider.RoleARN
	}
	if p.Spec.Network != nil {
		known.Connections = map[string]string{}
		for key, attachment := range ordered.All(p.Spec.Network.Attachments) {
			for peer, joined := range attachment.Peers {
				if _, decided := known.Connections[peer]; joined && !decided {
					known.Connections[peer] = env.IDs["network"]["attach-"+key]
				}
			}
		}
	}
	return known
}

// alone gathers what is wrong with one environment.
type alone struct {
	env        *v1alpha1.Environment
	at         diag.Locator
	plan       *plan.Plan
	composites []Composite
	found      diag.List
}

func (a *alone) refuse(code string, path diag.Path, message, hint string, notes ...diag.Note) {
	a.found = append(a.found, diag.Diagnostic{
		Severity: diag.Error, Code: code, Pos: a.at(path), Path: path.String(), Message: message, Hint: hint, Notes: notes,
	})
}
