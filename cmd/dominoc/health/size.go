package health

import (
	"fmt"

	"github.com/dominoc/dominoc/compositions/scaling"
)

// Size is the size of a managed node group: what Crossplane was told, and what the provider
// saw in AWS last.
type Size struct {
	Group   string // its name in AWS
	Stated  scaling.Bounds
	InAWS   scaling.Bounds
	Desired int64 // nodes, by AWS
	InPlace bool  // the provider changes the size in AWS; otherwise it is for creation only
}

// Sizes returns the sizes of the node groups that AWS has, by their names.
func (e *Environment) Sizes() map[string]Size {
	all := map[string]Size{}
	e.Root.All(func(o *Object, _ []*Object) {
		if s, known := o.size(); known {
			all[s.Group] = s
		}
	})
	return all
}

// size returns the size of a node group; false for another object, or before the provider
// has seen the group.
func (o *Object) size() (Size, bool) {
	if o.Kind != "NodeGroup" || o.Deleting() {
		return Size{}, false
	}
	s := Size{Group: o.ExternalName(), InPlace: o.field("spec.forProvider.scalingConfig") != nil}
	stated := "initProvider"
	if s.InPlace {
		stated = "forProvider"
	}
	var has, wanted bool
	s.Stated, wanted = bounds(o.field("spec." + stated + ".scalingConfig"))
	s.InAWS, has = bounds(o.field("status.atProvider.scalingConfig"))
	desired, counted := number(o.field("status.atProvider.scalingConfig.desiredSize"))
	s.Desired = desired
	return s, wanted && has && counted
}

// outgrown returns the verdict on a node group whose size in AWS is not the one that it was
// made with, and that no provider changes; false for any other object.
func (o *Object) outgrown() (verdict, bool) {
	s, known := o.size()
	if !known || s.InPlace || s.Stated == s.InAWS {
		return verdict{}, false
	}
	return verdict{
		state: Wrong, says: fmt.Sprintf("has a size of %s in AWS, and %s in Git: the provider sets it at creation only", s.InAWS, s.Stated),
		hint: "dominoc sizes prints the calls that change it, and makes them with --run",
	}, true
}

func bounds(size any) (scaling.Bounds, bool) {
	fields, _ := size.(map[string]any)
	least, low := number(fields["minSize"])
	most, high := number(fields["maxSize"])
	return scaling.Bounds{Min: least, Max: most}, low && high
}

// number is a whole number, whichever type a decoder gave it.
func number(value any) (int64, bool) {
	switch n := value.(type) {
	case int64:
		return n, true
	case float64:
		return int64(n), true
	}
	return 0, false
}
