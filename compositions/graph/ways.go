package graph

import (
	"fmt"
	"slices"
)

// gatewayWide is the width of the internet gateway on the border of the VPC: its title,
// with room for a sign at the right.
const gatewayWide = 160.0

func (l *layout) gateway() box {
	return box{l.vpc.middle() - gatewayWide/2, l.vpc.y - oneLine/2, gatewayWide, oneLine}
}

// drawWays draws the routes of traffic: from the nodes' subnets to their NAT gateways,
// and between public subnets and the internet.
func (l *layout) drawWays(c *canvas) {
	for _, e := range l.Edges {
		if e.To == "internet-gateway" {
			l.wayToInternet(c, e)
			continue
		}
		l.wayToNAT(c, e)
	}
}

// boxOf returns the box and the column of the subnet with an ID.
func (l *layout) boxOf(id string) (b box, column int, found bool) {
	for _, lane := range l.lanes {
		for i, zone := range l.Zones {
			if slices.ContainsFunc(l.in(Place{Area: lane.area, Zone: zone}), func(n Node) bool { return n.ID == id }) {
				return lane.boxes[i], i, true
			}
		}
	}
	return box{}, 0, false
}

func (l *layout) wayToInternet(c *canvas, e Edge) {
	subnet, column, found := l.boxOf(e.From)
	if !found {
		return
	}
	from, x := l.gateway(), l.columns[column].middle()
	bend := l.vpc.y + header + l.ways/2
	c.path("way", fmt.Sprintf("M%s %sV%sH%sV%s", pixels(from.middle()), pixels(from.bottom()), pixels(bend), pixels(x), pixels(subnet.y)))
}

// wayToNAT goes up from a node subnet and, if the gateway is in another zone, along
// between the lanes.
func (l *layout) wayToNAT(c *canvas, e Edge) {
	subnet, column, found := l.boxOf(e.From)
	nat, other, ends := l.boxOf(e.To)
	if !found || !ends {
		return
	}
	x, target := l.columns[column].middle(), l.columns[other].middle()
	switch {
	case other < column:
		target += 18
	case other > column:
		target -= 18
	}
	foot := nat.bottom() - gap
	c.path("way", fmt.Sprintf("M%s %sV%sH%sV%s", pixels(x), pixels(subnet.y), pixels(nat.bottom()+pad/2), pixels(target), pixels(foot+6)))
	c.path("tip", fmt.Sprintf("M%s %sL%s %sL%s %sZ", // the head of an arrow that points up
		pixels(target), pixels(foot+1), pixels(target-4), pixels(foot+8), pixels(target+4), pixels(foot+8)))
}
