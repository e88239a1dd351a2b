package check

import (
	"github.com/dominoc/dominoc/schema/diag"
)

// Inspect reads what the plan of a member is lowered to. It keeps the names and the needs
// of quotas, and checks the size of the composite resources, the length of names, and
// the ids that Git has of the resources.
func (m *Member) Inspect(composites []Composite) diag.List {
	objects := objectsOf(composites)
	m.Names, m.Needs = namesOf(*m, objects), needsOf(m.Plan, objects)
	a := &alone{Member: *m, composites: composites}
	a.sizes()
	a.lengths(objects)
	a.ids()
	return a.found
}

// alone gathers what is wrong with one member.
type alone struct {
	Member
	composites []Composite
	found      diag.List
}

func (a *alone) refuse(code string, path diag.Path, message, hint string, notes ...diag.Note) {
	a.found = append(a.found, diag.Diagnostic{
		Severity: diag.Error, Code: code, Pos: a.At(path), Path: path.String(), Message: message, Hint: hint, Notes: notes,
	})
}
