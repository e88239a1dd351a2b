package diff

import "slices"

// Class is the worst effect of merging a danger. It belongs to the code, so a gate that
// names classes covers codes that are added later.
type Class string

// The classes, the gravest first.
const (
	Destroys Class = "destroys" // data, or its protection, is lost
	Stops    Class = "stops"    // the installation, or its reconciliation by Crossplane, stops
	Exposes  Class = "exposes"  // more people or addresses reach more
	Disturbs Class = "disturbs" // work is interrupted, or a person has to act
)

// ClassInfo describes a class for the reader.
type ClassInfo struct {
	Name  Class
	About string

	// Gated: the checks that `dominoc init` writes fail by it.
	Gated bool

	// Own: an environment's own file may accept it. Only the fleet's policy accepts other
	// classes, so that the owner of an environment cannot pass the gate alone.
	Own bool
}

// Classes are all classes, the gravest first.
func Classes() []ClassInfo {
	return []ClassInfo{
		{Destroys, "Data, or what keeps data, is gone after the merge. No later change brings it back.", true, false},
		{Stops, "The installation stops, in part or whole, or AWS refuses the change and Crossplane no longer keeps the resource up to date.", true, false},
		{Exposes, "More people, roles or addresses reach more than before.", false, false},
		{Disturbs, "Work that runs is interrupted, or a person has to act before or after the merge.", false, true},
	}
}

// Gate returns the classes that fail the checks of a pull request.
func Gate() []Class {
	var gate []Class
	for _, c := range Classes() {
		if c.Gated {
			gate = append(gate, c.Name)
		}
	}
	return gate
}

// ClassOf returns the class with a name.
func ClassOf(name string) (ClassInfo, bool) {
	i := slices.IndexFunc(Classes(), func(c ClassInfo) bool { return string(c.Name) == name })
	if i < 0 {
		return ClassInfo{}, false
	}
	return Classes()[i], true
}

// Class returns the class of the danger's code. An unlisted code counts as the gravest.
func (d Danger) Class() Class {
	if code, known := CodeOf(d.Code); known {
		return code.Class
	}
	return Destroys
}

// Gated reports whether the danger fails the checks that `dominoc init` writes.
func (d Danger) Gated() bool { return slices.Contains(Gate(), d.Class()) }

// Own reports whether the environment's own file may accept the danger.
func (d Danger) Own() bool {
	class, _ := ClassOf(string(d.Class()))
	return class.Own
}
