package graph

import (
	"path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Picture is a drawn environment.
type Picture struct {
	Name   string
	Region string
	FQDN   string
	Facts  []string // the line below the name
	Zones  []string // the columns: the zones of the nodes, then those of the control plane alone
	Nodes  []Node
	Edges  []Edge
	Change bool // it shows a change
}

// Edge is a route of traffic, from the ID of a node to that of another.
type Edge struct{ From, To string }

// Effect is what happens to a resource.
type Effect struct {
	Component, Key string
	Mark           Mark
	Why            string // for a tooltip
}

// Node is an element of a picture.
type Node struct {
	ID     string
	Place  Place
	Look   Look
	Title  string
	Size   string   // next to the title
	Lines  []string // further lines
	Badges []string
	Mark   Mark
	Why    []string // what marks it, a line each

	resources []string // that it represents: patterns of component/key
}

// Place is where a node is drawn.
type Place struct {
	Area Area
	Zone string // its column, in an area of zones
	In   string // the panel, in the area of panels
}

// Area is a part of a picture.
type Area string

// The areas. The lanes go through all zones, in this order.
const (
	Internet     Area = "internet"
	VPC          Area = "vpc"
	Public       Area = "public"
	Private      Area = "private"
	Pods         Area = "pods"
	ControlPlane Area = "control plane"
	Cluster      Area = "cluster"
	Endpoints    Area = "endpoints"
	Peers        Area = "peers"
	Panels       Area = "panels"
)

// lanes returns the areas of zones, from the top.
func lanes() []Area { return []Area{Public, Private, Pods, ControlPlane} }

// bandAreas returns the bands of the VPC, from the top, with their titles.
func bandAreas() []struct {
	area  Area
	title string
} {
	return []struct {
		area  Area
		title string
	}{{Endpoints, "Endpoints"}, {Peers, "Routes to"}}
}

// Look is the kind of a node.
type Look string

// The looks.
const (
	Subnet   Look = "subnet"
	Network  Look = "network"
	Compute  Look = "compute"
	GPU      Look = "gpu"
	Storage  Look = "storage"
	Security Look = "security"
	Outside  Look = "outside" // not made by the environment
)

// Mark is what a change does to a node.
type Mark string

// The marks.
const (
	Unmarked Mark = ""
	Added    Mark = "added"
	Changed  Mark = "changed"
	Removed  Mark = "removed"
	Left     Mark = "left" // in AWS, and no longer managed
	Stuck    Mark = "stuck"
)

// marks returns the marks that a legend explains.
func marks() []Mark { return []Mark{Added, Changed, Removed, Left, Stuck} }

// Draw returns the picture of an environment.
func Draw(spec v1alpha1.EnvironmentSpec) Picture {
	d := drawing{spec: spec}
	d.all()
	return Picture{Name: spec.Common.Name, Region: spec.Common.Region, FQDN: spec.FQDN, Facts: d.facts(), Zones: d.columns(), Nodes: d.nodes, Edges: d.edges()}
}

// DrawChange returns the picture of a changed environment. before is nil for a new one,
// after for a removed one.
func DrawChange(before, after *v1alpha1.EnvironmentSpec, effects []Effect) Picture {
	var old, picture Picture
	if before != nil {
		old = Draw(*before)
	}
	if after != nil {
		picture = Draw(*after)
	} else {
		picture = Picture{Name: old.Name, Region: old.Region, FQDN: old.FQDN, Facts: old.Facts}
	}
	picture.Change = true
	picture.Zones = union(picture.Zones, old.Zones)
	for i := range picture.Nodes {
		if n := picture.Nodes[i]; !old.has(n.ID) && n.ours() {
			picture.Nodes[i].Mark = Added
		}
	}
	picture.Nodes = withRemoved(picture.Nodes, old.Nodes)
	if after == nil {
		picture.Edges = old.Edges
	}
	for i := range picture.Nodes {
		picture.Nodes[i].mark(effects)
	}
	return picture
}

func (p Picture) has(id string) bool {
	return slices.ContainsFunc(p.Nodes, func(n Node) bool { return n.ID == id })
}

// ours reports whether the environment creates what the node represents. It does not
// create a peer, but it creates the routes to one.
func (n Node) ours() bool {
	return len(n.resources) > 0 && (n.Look != Outside || n.Place.Area != VPC)
}

// union appends the elements that only the other list has.
func union(list, other []string) []string {
	for _, element := range other {
		if !slices.Contains(list, element) {
			list = append(list, element)
		}
	}
	return list
}

// withRemoved inserts the removed nodes where they were: after their former
// predecessors.
func withRemoved(nodes, old []Node) []Node {
	previous := ""
	for _, n := range old {
		if !slices.ContainsFunc(nodes, func(other Node) bool { return other.ID == n.ID }) {
			n.Mark = Removed
			if !n.ours() {
				n.Mark = Left
			}
			at := slices.IndexFunc(nodes, func(other Node) bool { return other.ID == previous })
			nodes = slices.Insert(nodes, at+1, n)
		}
		previous = n.ID
	}
	return nodes
}

// mark sets the node's mark from the effects on its resources. Stuck takes precedence;
// an added node keeps its mark, and so does a removed one unless all of it is left.
func (n *Node) mark(effects []Effect) {
	kept, gone := false, false
	for _, e := range effects {
		if !n.owns(e.Component + "/" + e.Key) {
			continue
		}
		n.Why = append(n.Why, e.Why)
		kept, gone = kept || e.Mark == Left, gone || e.Mark == Removed
		switch {
		case e.Mark == Stuck:
			n.Mark = Stuck
		case n.Mark == Unmarked:
			n.Mark = Changed
		}
	}
	if n.Mark == Removed && kept && !gone {
		n.Mark = Left
	}
}

// owns reports whether the node represents a resource: one of its patterns matches, and
// none that begins with an exclamation mark.
func (n Node) owns(resource string) bool {
	owned := false
	for _, pattern := range n.resources {
		pattern, excluded := strings.CutPrefix(pattern, "!")
		if matched, err := path.Match(pattern, resource); err == nil && matched {
			if excluded {
				return false
			}
			owned = true
		}
	}
	return owned
}

// in returns the nodes of a place, in order.
func (p Picture) in(place Place) []Node {
	return slices.DeleteFunc(slices.Clone(p.Nodes), func(n Node) bool { return n.Place != place })
}

// panels returns the titles of the panels, in the order of their first nodes.
func (p Picture) panels() []string {
	var titles []string
	for _, n := range p.Nodes {
		if n.Place.Area == Panels && !slices.Contains(titles, n.Place.In) {
			titles = append(titles, n.Place.In)
		}
	}
	return titles
}

// count returns how many nodes have a mark.
func (p Picture) count(m Mark) int {
	count := 0
	for _, n := range p.Nodes {
		if n.Mark == m {
			count++
		}
	}
	return count
}

// Text returns a node in one line, for a reader who does not see the picture.
func (n Node) Text() string {
	parts := []string{n.Title}
	if n.Size != "" {
		parts[0] += " " + n.Size
	}
	parts = append(parts, n.Badges...)
	parts = append(parts, n.Lines...)
	return n.marked(strings.Join(parts, ", "))
}
