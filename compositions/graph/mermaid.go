package graph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/words"
)

// Mermaid returns the picture for pull requests: a flowchart, which GitHub and GitLab
// draw from a ```mermaid block.
func (p Picture) Mermaid() string {
	m := &mermaid{ids: map[string]string{}}
	m.line(`%%%%{init: {"flowchart": {"nodeSpacing": 16, "rankSpacing": 20, "wrappingWidth": 260}}}%%%%`)
	m.line("flowchart TB")
	m.line("accTitle: %s", words.Line(p.heading()))
	m.line("accDescr: %s", words.Line(strings.Join(p.Facts, ", ")))
	m.legend(p)
	m.within("region", "AWS "+p.Region+", "+strings.Join(p.Facts, ", "), func() {
		m.vpc(p)
		for _, title := range p.panels() {
			m.list("panel-"+title, title, p.in(Place{Area: Panels, In: title}))
		}
	})
	for _, e := range p.Edges {
		if p.has(e.From) && p.has(e.To) {
			m.line("%s --- %s", m.id(e.To), m.id(e.From))
		}
	}
	m.keepOrder(p)
	m.styles(p)
	return m.out.String()
}

// mermaid writes a flowchart.
type mermaid struct {
	out   strings.Builder
	depth int
	ids   map[string]string // of what was written, by the node's own
}

func (m *mermaid) line(format string, args ...any) {
	m.out.WriteString(strings.Repeat("  ", m.depth) + fmt.Sprintf(format, args...) + "\n")
}

// within writes a box around others. Mermaid draws no empty box.
func (m *mermaid) within(id, title string, draw func()) {
	m.line("subgraph %s[%s]", m.id(id), quoted(title))
	m.depth++
	m.line("direction TB") // else each nested box changes the direction
	draw()
	m.depth--
	m.line("end")
}

// id returns a node's identifier in Mermaid.
func (m *mermaid) id(of string) string {
	if id, known := m.ids[of]; known {
		return id
	}
	id := "n" + fmt.Sprint(len(m.ids))
	m.ids[of] = id
	return id
}

// quoted returns a text as a label. Mermaid has entities of its own, reads a few
// characters as Markdown, and %%{ as a directive wherever it is written.
func quoted(text string) string {
	var out strings.Builder
	for _, r := range words.Line(text) {
		switch r {
		case '"', '<', '>', '&', '#', '`', '*', '_', ';', '\\', '%', '{', '}':
			fmt.Fprintf(&out, "#%d;", r)
		default:
			out.WriteRune(r)
		}
	}
	return `"` + out.String() + `"`
}

func (m *mermaid) vpc(p Picture) {
	for _, n := range p.in(Place{Area: Internet}) {
		m.node(n)
	}
	for _, vpc := range p.in(Place{Area: VPC}) {
		m.within(vpc.ID, vpc.Text(), func() {
			for _, zone := range p.Zones {
				m.within("zone-"+zone, zone, func() {
					for _, area := range lanes() {
						if nodes := p.in(Place{Area: area, Zone: zone}); len(nodes) > 0 {
							m.lane(nodes)
						}
					}
				})
			}
			m.nodes(p.in(Place{Area: Cluster}))
			for _, band := range bandAreas() {
				if nodes := p.in(Place{Area: band.area}); len(nodes) > 0 {
					m.list("band-"+band.title, band.title, nodes)
				}
			}
		})
	}
}

// lane writes a subnet: as a box if it contains nodes.
func (m *mermaid) lane(nodes []Node) {
	at := slices.IndexFunc(nodes, func(n Node) bool { return n.Look == Subnet })
	if at < 0 {
		m.nodes(nodes)
		return
	}
	subnet, inside := nodes[at], slices.Delete(slices.Clone(nodes), at, at+1)
	if len(inside) == 0 {
		m.node(subnet)
		return
	}
	m.within(subnet.ID, subnet.marked(subnet.Title+" "+subnet.Size), func() { m.nodes(inside) })
}

// list writes a box of nodes without edges: each marked node, and the others as one, so
// that the picture stays small.
func (m *mermaid) list(id, title string, nodes []Node) {
	m.within(id, title, func() {
		var marked []Node
		var others []string
		for _, n := range nodes {
			if n.Mark != Unmarked {
				marked = append(marked, n)
				continue
			}
			others = append(others, strings.TrimSpace(n.Title+" "+n.Size))
		}
		if len(others) > 0 {
			m.line(`%s["%s"]`, m.id(id+"-others"), lines(others...))
		}
		m.nodes(marked)
		if len(others) > 0 && len(marked) > 0 {
			m.line("%s ~~~ %s", m.id(id+"-others"), m.id(marked[0].ID))
		}
	})
}

// lines joins the lines of a label.
func lines(texts ...string) string {
	quotes := make([]string, len(texts))
	for i, text := range texts {
		quotes[i] = strings.Trim(quoted(text), `"`)
	}
	return strings.Join(quotes, "<br>")
}

// nodes writes nodes below each other.
func (m *mermaid) nodes(nodes []Node) {
	for i, n := range nodes {
		m.node(n)
		if i > 0 {
			m.below(nodes[i-1].ID, n.ID)
		}
	}
}

// below places a node or a box below another by an invisible edge. Without an edge
// Mermaid would place both in one row.
func (m *mermaid) below(upper, lower string) {
	m.line("%s ~~~ %s", m.id(upper), m.id(lower))
}

// keepOrder orders the lanes of a zone, the boxes below the zones, and the panels from
// the top down.
func (m *mermaid) keepOrder(p Picture) {
	var lowest []string
	for _, zone := range p.Zones {
		lowest = append(lowest, m.keepLanes(p, zone)...)
	}
	var bands, panels []string
	for _, band := range bandAreas() {
		if len(p.in(Place{Area: band.area})) > 0 {
			bands = append(bands, "band-"+band.title)
		}
	}
	for _, title := range p.panels() {
		panels = append(panels, "panel-"+title)
	}
	rows := [][]string{lowest, {"cluster"}, bands, panels}
	rows = slices.DeleteFunc(rows, func(row []string) bool { return len(row) == 0 })
	for i, row := range rows[1:] {
		upper := rows[i]
		for j := range max(len(upper), len(row)) {
			m.below(upper[j%len(upper)], row[j%len(row)])
		}
	}
}

// keepLanes orders the lanes of a zone and returns the lowest; none for an empty zone.
func (m *mermaid) keepLanes(p Picture, zone string) []string {
	var lowest []string
	for _, area := range lanes() {
		nodes := p.in(Place{Area: area, Zone: zone})
		if len(nodes) == 0 {
			continue
		}
		if len(lowest) > 0 {
			m.below(lowest[0], nodes[0].ID)
		}
		lowest = []string{nodes[0].ID}
	}
	return lowest
}

// node writes a node: its title, then its other texts.
func (m *mermaid) node(n Node) {
	said := []string{joined(n.marked(n.Title), n.Size), joined(slices.Concat(n.Badges, n.Lines)...)}
	said = slices.DeleteFunc(said, func(text string) bool { return text == "" })
	m.line(`%s["%s"]`, m.id(n.ID), lines(said...))
}

// joined joins the texts that are not empty.
func joined(texts ...string) string {
	texts = slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return text == "" })
	return strings.Join(texts, ", ")
}

// marked appends the node's mark to a text as a word: Mermaid would read a sign at the
// beginning of a label as a list.
func (n Node) marked(text string) string {
	if n.Mark == Unmarked {
		return text
	}
	return text + " (" + string(n.Mark) + ")"
}

func (m *mermaid) legend(p Picture) {
	if !p.Change {
		return
	}
	m.line("subgraph %s[%s]", m.id("legend"), quoted("What becomes of "+p.Name))
	m.line("  direction LR")
	for _, mark := range marks() {
		m.line("  %s[%s]", m.id("legend-"+string(mark)), quoted(fmt.Sprintf("%d %s", p.count(mark), mark)))
		m.line("  class %s %s", m.id("legend-"+string(mark)), mark)
	}
	m.line("end")
	m.line("%s ~~~ %s", m.id("legend"), m.id("region"))
}

// styles gives the marks their colours. The text has its own colour, so that it is
// legible on a dark background.
func (m *mermaid) styles(p Picture) {
	if !p.Change {
		return
	}
	for _, mark := range marks() {
		sign := signs[mark]
		m.line("classDef %s fill:%s,stroke:%s,stroke-width:2px,color:%s", mark, sign.fill.light, sign.stroke.light, ink.light)
	}
	for _, n := range p.Nodes {
		if n.Mark != Unmarked {
			m.line("class %s %s", m.id(n.ID), n.Mark)
		}
	}
}
