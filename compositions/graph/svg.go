package graph

import (
	"fmt"
	"strconv"
	"strings"
)

// SVG returns the picture as an image.
func (p Picture) SVG() string {
	l := arrange(p)
	c := &canvas{}
	id := "dominoc-" + escape(p.Name)
	c.line(`<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-title %s-desc">`,
		pixels(l.width), pixels(l.height), pixels(l.width), pixels(l.height), id, id)
	c.line(`<title id="%s-title">%s</title>`, id, escape(p.heading()))
	c.line(`<desc id="%s-desc">%s</desc>`, id, escape(p.description()))
	c.line("<style>\n%s</style>", sheet())
	c.rect(box{0, 0, l.width, l.height}, 0, "ground")
	l.title(c)
	c.rect(l.region, 10, "region")
	c.text(l.region.x+pad, l.region.y+21, start, "ink", headFace, l.region.w-2*pad, "AWS "+l.Region)
	l.drawVPC(c)
	l.drawZones(c)
	l.drawLanes(c)
	l.drawWays(c)
	l.drawNodes(c)
	l.drawPanels(c)
	c.line("</svg>")
	return c.out.String()
}

func (p Picture) heading() string {
	if p.Change {
		return "What becomes of " + p.Name
	}
	return "Domino environment " + p.Name
}

// description returns the picture in words.
func (p Picture) description() string {
	var said []string
	for _, n := range p.Nodes {
		if n.Place.Area != Panels || n.Mark != Unmarked {
			said = append(said, strings.TrimPrefix(n.Place.Zone+": ", ": ")+n.Text())
		}
	}
	return strings.Join(p.Facts, ", ") + ". " + strings.Join(said, "; ") + "."
}

func (l *layout) title(c *canvas) {
	room := l.width - 2*margin - l.legend(c)
	c.text(margin, margin+20, start, "ink", titleFace, room, l.Name)
	facts := l.Facts
	if l.FQDN != "" {
		facts = append([]string{l.FQDN}, facts...)
	}
	c.text(margin, margin+44, start, "faint", factFace, room, strings.Join(facts, "  ·  "))
}

// legend explains the marks, with the number of nodes that have each, and returns its
// width.
func (l *layout) legend(c *canvas) float64 {
	if !l.Change {
		return 0
	}
	x := l.width - margin
	for i := len(marks()) - 1; i >= 0; i-- {
		mark := marks()[i]
		label := fmt.Sprintf("%d %s", l.count(mark), mark)
		width := legendFace.width(label)
		c.text(x, margin+18, end, "ink", legendFace, width+1, label)
		sign(c, mark, x-width-14, margin+14)
		x -= width + 42
	}
	return l.width - margin - x
}

// sign draws the sign of a mark around a point.
func sign(c *canvas, mark Mark, x, y float64) {
	c.line(`<circle class="sign-%s" cx="%s" cy="%s" r="8"/>`, mark, pixels(x), pixels(y))
	c.text(x, y+4.5, middle, "onsign-"+string(mark), signFace, 16, signs[mark].character)
}

func (l *layout) drawVPC(c *canvas) {
	for _, n := range l.in(Place{Area: VPC}) {
		c.group("node "+string(n.Mark), []string{n.Text()}, func() {
			c.rect(l.vpc, 8, "vpc face")
			room := l.vpc.w - 2*pad
			if len(l.in(Place{Area: Internet})) > 0 {
				room = l.vpc.w/2 - pad - gatewayWide/2 - gap
			}
			label(c, n, box{l.vpc.x + pad, l.vpc.y, room, header + 4})
			c.text(l.vpc.right()-pad, l.vpc.y+19, end, "faint", smallFace, room, strings.Join(n.Lines, "  ·  "))
			l.sign(c, n, l.vpc)
		})
	}
}

// sign draws the node's mark at the corner of its box.
func (l *layout) sign(c *canvas, n Node, b box) {
	if n.Mark != Unmarked {
		sign(c, n.Mark, b.right()-2, b.y+2)
	}
}

// label writes title and size into one line.
func label(c *canvas, n Node, b box) {
	c.label(b.x, b.y+b.h/2+4, b.w, n.Title, n.Size)
}

func (l *layout) drawZones(c *canvas) {
	for i, b := range l.columns {
		c.rect(b, 6, "zone")
		c.text(b.x+gap, b.y+17, start, "ink", headFace, b.w/2-gap-between, l.Zones[i])
		note := "slot z" + strconv.Itoa(i)
		if !l.hasNodes(l.Zones[i]) {
			note = "control plane only"
		}
		c.text(b.right()-gap, b.y+17, end, "faint", smallFace, b.w/2-gap, note)
	}
}

// drawLanes draws the subnets.
func (l *layout) drawLanes(c *canvas) {
	for _, lane := range l.lanes {
		for i, b := range lane.boxes {
			for _, n := range l.in(Place{Area: lane.area, Zone: l.Zones[i]}) {
				if n.Look != Subnet {
					continue
				}
				c.group("node "+string(n.Mark), n.tooltip(), func() {
					c.rect(b, 5, class(string(n.Place.Area))+" face")
					label(c, n, box{b.x + gap, b.y, b.w - 2*gap, header})
					l.sign(c, n, b)
				})
			}
		}
	}
}

func (l *layout) drawNodes(c *canvas) {
	for _, lane := range l.lanes {
		for i, b := range lane.boxes {
			at := b.y + header
			for _, n := range l.in(Place{Area: lane.area, Zone: l.Zones[i]}) {
				if n.Look != Subnet {
					l.card(c, n, box{b.x + gap*0.8, at, b.w - gap*1.6, n.height()})
					at += n.height() + gap*0.6
				}
			}
		}
	}
	for _, n := range l.in(Place{Area: Cluster}) {
		l.card(c, n, l.cluster)
	}
	bottom := l.cluster.bottom() + pad
	for _, band := range bandAreas() {
		bottom = l.drawFlow(c, band.area, band.title, bottom)
	}
	for _, n := range l.in(Place{Area: Internet}) {
		// The gateway is on the border of the VPC.
		gateway := l.gateway()
		c.group("node "+string(n.Mark), n.tooltip(), func() {
			c.rect(gateway, oneLine/2, "pill face")
			c.text(gateway.middle(), gateway.y+18, middle, "ink name", nameFace, gateway.w-32, n.Title)
			l.sign(c, n, box{gateway.x, gateway.y, gateway.w - 6, gateway.h})
		})
	}
}

// drawFlow draws a band and returns where the next one begins.
func (l *layout) drawFlow(c *canvas, area Area, title string, y float64) float64 {
	boxes, height := l.flow(area, y)
	if height == 0 {
		return y
	}
	c.text(l.vpc.x+pad, y+18, start, "ink", headFace, flowLabel-8, title)
	for i, n := range l.in(Place{Area: area}) {
		l.card(c, n, boxes[i])
	}
	return y + height + pad
}

// tooltip returns the lines of a node's tooltip: its text, and the reasons for its mark.
func (n Node) tooltip() []string { return append([]string{n.Text()}, n.Why...) }

// card draws a node: a stripe in its hue, title and size, then its lines.
func (l *layout) card(c *canvas, n Node, b box) {
	c.group("node "+string(n.Mark), n.tooltip(), func() {
		c.rect(b, 4, n.ground()+" face")
		c.rect(box{b.x, b.y, 4, b.h}, 2, "is-"+string(n.Look))
		inner := box{b.x + 12, b.y, b.w - cardInset, b.h}
		title, size := n.rooms(inner.w)
		c.text(inner.x, b.y+18, start, "ink name", nameFace, title, n.Title)
		c.text(inner.right(), b.y+18, end, "ink", smallFace, size, n.Size)
		badges := l.badges(c, n, inner)
		for i, line := range n.cardLines(inner.w - badges) {
			c.text(inner.x, b.y+34+perLine*float64(i), start, "faint", smallFace, inner.w-badges, line)
		}
		l.sign(c, n, b)
	})
}

// rooms returns the widths for title and size in one line. If both do not fit, the title
// gets what it needs up to a little more than half.
func (n Node) rooms(width float64) (title, size float64) {
	if n.Size == "" {
		return width, 0
	}
	title = min(nameFace.width(n.Title)+0.5, max(width-smallFace.width(n.Size)-between, width*0.55))
	return title, width - title - between
}

// cardLines returns the lines below the title. Outside of panels they form one line, as
// many as fit: the first is the most important.
func (n Node) cardLines(room float64) []string {
	if n.Place.Area == Panels {
		return n.panelLines()
	}
	if len(n.Lines) == 0 {
		return nil
	}
	shown := n.Lines[0]
	for _, line := range n.Lines[1:] {
		if longer := shown + "  ·  " + line; smallFace.width(longer) <= room {
			shown = longer
		}
	}
	return []string{shown}
}

// badges draws the node's badges in its second line, at the right.
func (l *layout) badges(c *canvas, n Node, inner box) float64 {
	x := inner.right()
	for i := len(n.Badges) - 1; i >= 0; i-- {
		width, class := badgeFace.width(n.Badges[i])+10, "badge"
		if n.Badges[i] == "GPU" {
			class = "is-" + string(GPU)
		}
		x -= width
		c.rect(box{x, inner.y + 25, width, 14}, 7, class)
		c.text(x+width/2, inner.y+35.5, middle, "onbadge", badgeFace, width, n.Badges[i])
		x -= 4
	}
	return inner.right() - x
}

// ground returns the class of a card: the control plane has the colour of its subnets.
func (n Node) ground() string {
	if n.Place.Area == Cluster {
		return class(string(ControlPlane))
	}
	return "card"
}

func (l *layout) drawPanels(c *canvas) {
	for _, panel := range l.panels {
		c.rect(panel.box, 6, "panel")
		c.text(panel.x+gap, panel.y+17, start, "ink", headFace, panel.w-2*gap, panel.title)
		boxes, _ := l.panelNodes(panel.title, panel.box)
		for i, n := range l.in(Place{Area: Panels, In: panel.title}) {
			l.card(c, n, boxes[i])
		}
	}
}
