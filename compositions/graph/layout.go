package graph

import "slices"

// Measures, in pixels.
const (
	margin      = 24.0
	pad         = 12.0
	gap         = 10.0
	header      = 26.0
	oneLine     = 28.0
	twoLines    = 44.0
	perLine     = 15.0
	columnWide  = 316.0
	columnSlim  = 262.0 // of a zone where only the control plane is
	panelWide   = 296.0
	titleHeight = 62.0
	zoneHeader  = 26.0
	wayHeight   = 30.0
)

// Faces of the type.
var (
	titleFace  = face{22, true}
	factFace   = face{13, false}
	headFace   = face{12, true}
	nameFace   = face{12, true}
	smallFace  = face{11, false}
	badgeFace  = face{9.5, true}
	signFace   = face{13, true}
	legendFace = face{12, false}
)

// layout places all elements, from the top down; a placed element does not move again.
type layout struct {
	Picture
	vpc     box
	columns []box // the zones
	lanes   []laneBox
	cluster box
	panels  []panelBox
	region  box
	ways    float64 // the room between the VPC's header and the zones
	width   float64
	height  float64
}

// laneBox is a lane in all zones.
type laneBox struct {
	area  Area
	boxes []box // by column; without height where the zone has nothing there
}

// panelBox is a panel.
type panelBox struct {
	title string
	box
}

// arrange places all elements.
func arrange(p Picture) *layout {
	l := &layout{Picture: p}
	l.region = box{x: margin, y: margin + titleHeight}
	top := l.region.y + header + pad
	l.ways = pad
	if len(l.in(Place{Area: Internet})) > 0 {
		l.ways = wayHeight
	}
	l.placeZones(margin+2*pad, top+header+l.ways)
	l.placeVPC(margin+pad, top)
	l.placePanels(l.vpc.right()+pad, top)
	bottom := l.vpc.bottom()
	right := l.vpc.right()
	for _, panel := range l.panels {
		bottom, right = max(bottom, panel.bottom()), max(right, panel.right())
	}
	l.region.w, l.region.h = right+pad-l.region.x, bottom+pad-l.region.y
	l.width, l.height = l.region.right()+margin, l.region.bottom()+margin
	return l
}

// placeZones places the columns and, in them, the lanes: a lane is as high as the
// fullest zone needs.
func (l *layout) placeZones(x, y float64) {
	for _, zone := range l.Zones {
		width := columnWide
		if !l.hasNodes(zone) {
			width = columnSlim
		}
		l.columns = append(l.columns, box{x: x, y: y, w: width})
		x += width + gap
	}
	at := y + zoneHeader
	for _, area := range lanes() {
		if lane, used := l.lane(area, at); used {
			l.lanes = append(l.lanes, lane)
			at += lane.height() + pad
		}
	}
	for i := range l.columns {
		l.columns[i].y = l.firstLane(i, y+zoneHeader) - zoneHeader
		l.columns[i].h = at - l.columns[i].y
	}
}

// firstLane returns where the first lane of a column begins.
func (l *layout) firstLane(column int, y float64) float64 {
	for _, lane := range l.lanes {
		if b := lane.boxes[column]; b.h > 0 {
			return b.y
		}
	}
	return y
}

func (l *layout) hasNodes(zone string) bool {
	return len(l.in(Place{Area: Private, Zone: zone})) > 0
}

// lane places a lane at a height; false if no zone has a node in it.
func (l *layout) lane(area Area, y float64) (laneBox, bool) {
	lane := laneBox{area: area, boxes: make([]box, len(l.columns))}
	height := 0.0
	for _, zone := range l.Zones {
		height = max(height, laneHeight(l.in(Place{Area: area, Zone: zone})))
	}
	for i, zone := range l.Zones {
		if len(l.in(Place{Area: area, Zone: zone})) > 0 {
			lane.boxes[i] = box{l.columns[i].x + gap, y, l.columns[i].w - 2*gap, height}
		}
	}
	return lane, height > 0
}

func (l laneBox) height() float64 {
	height := 0.0
	for _, b := range l.boxes {
		height = max(height, b.h)
	}
	return height
}

// laneHeight returns the height of a subnet with its contents.
func laneHeight(nodes []Node) float64 {
	if len(nodes) == 0 {
		return 0
	}
	height := header
	for _, n := range nodes {
		if n.Look != Subnet {
			height += n.height() + gap*0.6
		}
	}
	if height > header {
		height += gap * 0.4
	}
	return height
}

// height returns the height of a node as a card.
func (n Node) height() float64 {
	if n.Place.Area == Panels {
		return oneLine + perLine*float64(len(n.panelLines()))
	}
	if len(n.Lines) > 0 {
		return twoLines
	}
	return oneLine
}

// panelLines returns the lines of a node in a panel: short ones share a line.
func (n Node) panelLines() []string {
	var lines []string
	for _, line := range n.Lines {
		last := len(lines) - 1
		if last >= 0 && smallFace.width(lines[last]+" · "+line) <= panelWide-4*pad {
			lines[last] += " · " + line
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

// placeVPC places the box around the zones, with the control plane and the bands below
// them.
func (l *layout) placeVPC(x, y float64) {
	last := l.columns[len(l.columns)-1]
	l.vpc = box{x: x, y: y, w: last.right() + pad - x}
	bottom := last.bottom() + pad
	l.cluster = box{x: x + pad, y: bottom, w: l.vpc.w - 2*pad}
	for _, n := range l.in(Place{Area: Cluster}) {
		l.cluster.h += n.height()
	}
	bottom += l.cluster.h + pad
	for _, band := range bandAreas() {
		if _, height := l.flow(band.area, 0); height > 0 {
			bottom += height + pad
		}
	}
	l.vpc.h = bottom - y
}

// flowLabel is the width of a band's name.
const flowLabel = 92.0

// flow places the nodes of a band next to each other, as many in a row as fit.
func (l *layout) flow(area Area, y float64) (boxes []box, height float64) {
	nodes := l.in(Place{Area: area})
	if len(nodes) == 0 {
		return nil, 0
	}
	left := l.vpc.x + pad + flowLabel
	room := l.vpc.w - 2*pad - flowLabel
	perRow := min(len(nodes), max(1, int((room+gap)/(flowWidth(area)+gap))))
	width := (room - gap*float64(perRow-1)) / float64(perRow)
	width = min(width, flowWidth(area)*1.4)
	tall := 0.0
	for _, n := range nodes {
		tall = max(tall, n.height())
	}
	for i := range nodes {
		row, column := i/perRow, i%perRow
		boxes = append(boxes, box{left + float64(column)*(width+gap), y + float64(row)*(tall+gap*0.6), width, tall})
	}
	return boxes, boxes[len(boxes)-1].bottom() - y
}

// flowWidth returns the least width of a node in a band.
func flowWidth(area Area) float64 {
	if area == Peers {
		return 268
	}
	return 164
}

// placePanels places the panels below each other, in as few columns as are not much
// higher than the VPC.
func (l *layout) placePanels(x, y float64) {
	var heights []float64
	for _, title := range l.Picture.panels() {
		_, height := l.panelNodes(title, box{w: panelWide})
		heights = append(heights, height+pad)
	}
	columns, limit := 1, tallest(heights, 1)
	for columns < mostPanelColumns && limit > l.vpc.h*1.1 {
		columns++
		limit = tallest(heights, columns)
	}
	at := y
	for i, title := range l.Picture.panels() {
		if at > y && at+heights[i]-y > limit {
			x, at = x+panelWide+pad, y
		}
		l.panels = append(l.panels, panelBox{title, box{x, at, panelWide, heights[i] - pad}})
		at += heights[i]
	}
}

// mostPanelColumns keeps the picture from becoming too wide.
const mostPanelColumns = 3

// tallest returns the least height at which boxes fit into columns, in their order.
func tallest(heights []float64, columns int) float64 {
	limit := slices.Max(heights)
	for needed(heights, limit) > columns {
		limit += gap
	}
	return limit
}

// needed returns the number of columns of a height that boxes need.
func needed(heights []float64, limit float64) int {
	columns, at := 1, 0.0
	for _, height := range heights {
		if at > 0 && at+height > limit {
			columns, at = columns+1, 0
		}
		at += height
	}
	return columns
}

// panelNodes places the nodes of a panel: two in a row if they have only titles.
func (l *layout) panelNodes(title string, b box) (boxes []box, height float64) {
	wide := b.w - gap*1.6
	half := (wide - gap*0.4) / 2
	x, y := b.x+gap*0.8, b.y+header
	filled := false // the left half of a row
	nodes := l.in(Place{Area: Panels, In: title})
	for i, n := range nodes {
		tall := n.height()
		switch {
		case n.fits(half) && filled:
			boxes = append(boxes, box{x + half + gap*0.4, y, half, tall})
			filled = false
			y += tall + gap*0.4
		case n.fits(half) && (i > 0 && nodes[i-1].fits(half) || i+1 < len(nodes) && nodes[i+1].fits(half)):
			boxes = append(boxes, box{x, y, half, tall})
			filled = true
		default:
			if filled { // the row before has no right half
				filled = false
				y += oneLine + gap*0.4
			}
			boxes = append(boxes, box{x, y, wide, tall})
			y += tall + gap*0.4
		}
	}
	if filled {
		y += oneLine + gap*0.4
	}
	return boxes, y + gap*0.4 - b.y
}

// fits reports whether a node consists of a title that is short enough.
func (n Node) fits(width float64) bool {
	return n.Size == "" && len(n.Lines) == 0 && nameFace.width(n.Title) <= width-cardInset
}

// cardInset is the horizontal margin of a card.
const cardInset = 22.0
