package scaling

import (
	"fmt"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// Seen is what the provider saw of a managed node group last.
type Seen struct {
	Group string // its name in AWS
	Lacks string // what it lacks to be ready; "" if it is

	// Nodes is how many nodes AWS wants it to have, which the autoscaler decides; nil before
	// the provider has seen the group.
	Nodes *int64
}

// SeenOf returns what the status of a NodeGroup says.
func SeenOf(name string, object any) Seen {
	s := Seen{Group: name}
	switch status := fieldpath.Text(object, "status", "atProvider", "status"); {
	case condition(object, "Synced") == "False":
		s.Lacks = "is not Synced"
	case condition(object, "Ready") != "True":
		s.Lacks = "is not Ready"
	case status != "" && status != "ACTIVE":
		s.Lacks = "is " + status
	}
	switch n := fieldpath.At(object, "status", "atProvider", "scalingConfig", "desiredSize").(type) {
	case int64:
		s.Nodes = &n
	case float64:
		s.Nodes = new(int64(n))
	}
	return s
}

// condition returns the status of a condition, "" if the object has none of the type.
func condition(object any, name string) string {
	all, _ := fieldpath.At(object, "status", "conditions").([]any)
	for _, c := range all {
		if fieldpath.Text(c, "type") == name {
			return fieldpath.Text(c, "status")
		}
	}
	return ""
}

// Pool is what the provider saw of the node groups of a pool, one for each zone.
type Pool []Seen

// Lacks returns what a pool lacks to take over the pods of another: a group that is not
// ready. It is "" if the pool is ready.
func (p Pool) Lacks() string {
	if len(p) == 0 {
		return "it has no node group yet"
	}
	for _, s := range p {
		if s.Lacks != "" {
			return fmt.Sprintf("node group %s %s", s.Group, s.Lacks)
		}
	}
	return ""
}

// Nodes returns how many nodes the pool has in AWS; false if that is not known of a group.
func (p Pool) Nodes() (int64, bool) {
	n := int64(0)
	for _, s := range p {
		if s.Nodes == nil {
			return 0, false
		}
		n += *s.Nodes
	}
	return n, true
}
