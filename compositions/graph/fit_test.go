package graph

import (
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// drawn are the elements of an SVG that take room.
type drawn struct {
	Rects   []shape `xml:"rect"`
	Circles []shape `xml:"circle"`
	Texts   []text  `xml:"text"`
	Groups  []drawn `xml:"g"`
}

type shape struct {
	Class  string  `xml:"class,attr"`
	X      float64 `xml:"x,attr"`
	Y      float64 `xml:"y,attr"`
	Width  float64 `xml:"width,attr"`
	Height float64 `xml:"height,attr"`
	CX     float64 `xml:"cx,attr"`
	CY     float64 `xml:"cy,attr"`
	R      float64 `xml:"r,attr"`
}

type text struct {
	X      float64 `xml:"x,attr"`
	Y      float64 `xml:"y,attr"`
	Anchor string  `xml:"text-anchor,attr"`
	span
	Spans []span `xml:"tspan"`
}

type span struct {
	Size   float64 `xml:"font-size,attr"`
	Weight string  `xml:"font-weight,attr"`
	Length float64 `xml:"textLength,attr"`
	Adjust string  `xml:"lengthAdjust,attr"`
	DX     float64 `xml:"dx,attr"`
	Said   string  `xml:",chardata"`
}

// width of a span in the widest font that was measured, or what the browser makes it.
// A text with another character must say how wide it is.
func (s span) width(t *testing.T, fonts measures) float64 {
	t.Helper()
	if s.Length > 0 {
		require.Equal(t, "spacingAndGlyphs", s.Adjust)
		return s.DX + s.Length
	}
	total := 0
	for _, r := range s.Said {
		width, known := fonts.widest(r, s.Weight != "")
		require.True(t, known, "%q has a character without a width", s.Said)
		total += width
	}
	return s.DX + float64(total)*s.Size/1000
}

// measures are the rows of testdata/advances.csv behind its head, by character.
type measures struct {
	fonts []string
	rows  map[rune][]string
}

func measured(t *testing.T) measures {
	t.Helper()
	file, err := os.Open("testdata/advances.csv")
	require.NoError(t, err)
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comment = '#'
	rows, err := reader.ReadAll()
	require.NoError(t, err)
	m := measures{rows[0][2:], map[rune][]string{}}
	for _, row := range rows[1:] {
		code, err := strconv.ParseUint(strings.TrimPrefix(row[0], "U+"), 16, 32)
		require.NoError(t, err)
		m.rows[rune(code)] = row[2:]
	}
	return m
}

// widest is the width of a character in the widest font.
func (m measures) widest(r rune, bold bool) (width int, known bool) {
	for i, cell := range m.rows[r] {
		advance, err := strconv.Atoi(cell)
		if err == nil && strings.HasSuffix(m.fonts[i], " Bold") == bold {
			width, known = max(width, advance), true
		}
	}
	return width, known
}

// extent is the room that a text takes, from the top of its capitals to below its
// descenders: no font of the table has capitals of 0.8 or descenders of 0.25.
func (t text) extent(of func(span) float64) box {
	spans := t.Spans
	if len(spans) == 0 {
		spans = []span{t.span}
	}
	width, size := 0.0, 0.0
	for _, s := range spans {
		width, size = width+of(s), max(size, s.Size)
	}
	b := box{t.X, t.Y - 0.8*size, width, 1.05 * size}
	switch t.Anchor {
	case middle:
		b.x -= width / 2
	case end:
		b.x -= width
	}
	return b
}

func (t text) content() string {
	content := t.Said
	for _, s := range t.Spans {
		content += " " + s.Said
	}
	return strings.TrimSpace(content)
}

// flat are the elements with those of all groups.
func (d drawn) flat() (boxes []box, texts []text) {
	for _, r := range d.Rects {
		if r.Width > 4 { // the stripe of a card holds nothing
			boxes = append(boxes, box{r.X, r.Y, r.Width, r.Height})
		}
	}
	for _, c := range d.Circles {
		boxes = append(boxes, box{c.CX - c.R, c.CY - c.R, 2 * c.R, 2 * c.R})
	}
	texts = append(texts, d.Texts...)
	for _, g := range d.Groups {
		b, t := g.flat()
		boxes, texts = append(boxes, b...), append(texts, t...)
	}
	return boxes, texts
}

// requireRoom wants each text of a picture in the smallest box that it begins in, with
// a margin at both sides, and no two texts on one spot.
func requireRoom(t *testing.T, fonts measures, name, svg string) {
	t.Helper()
	var d drawn
	require.NoError(t, xml.Unmarshal([]byte(svg), &d), name)
	boxes, texts := d.flat()
	require.NotEmpty(t, texts)
	extents := make([]box, len(texts))
	for i, text := range texts {
		extents[i] = text.extent(func(s span) float64 { return s.width(t, fonts) })
	}
	for i, text := range texts {
		extent := extents[i]
		room := box{w: math.Inf(1), h: math.Inf(1)}
		for _, b := range boxes {
			if at := (box{text.X, text.Y, 0, 0}); at.within(b) && b.w*b.h < room.w*room.h {
				room = b
			}
		}
		const margin = 1
		inner := box{room.x + margin, room.y, room.w - 2*margin, room.h}
		require.True(t, extent.within(inner), "%s: %q takes %v of %v", name, text.content(), extent, inner)
		for j := range texts[:i] {
			require.False(t, extent.overlaps(extents[j]), "%s: %q and %q", name, text.content(), texts[j].content())
		}
	}
}

// swollen is an environment in which every name is as long and as wide as may be, or
// has characters that no font was measured for.
func swollen(spec v1alpha1.EnvironmentSpec, of func(n int) string) v1alpha1.EnvironmentSpec {
	spec.Common.Name, spec.FQDN = of(32), of(253)
	spec.Common.Region = of(63)
	for i := range spec.Zones {
		zone := spec.Zones[i]
		spec.Zones[i] = of(20) + strconv.Itoa(i)
		for name, pool := range spec.Pools {
			part := pool.Zones["z"+strconv.Itoa(i)]
			part.Zone = spec.Zones[i]
			if _, there := pool.Zones["z"+strconv.Itoa(i)]; there {
				spec.Pools[name].Zones["z"+strconv.Itoa(i)] = part
			}
		}
		if spec.Network != nil {
			for key, subnet := range spec.Network.Subnets {
				if subnet.Zone == zone {
					subnet.Zone, subnet.CIDR = spec.Zones[i], of(43)
					spec.Network.Subnets[key] = subnet
				}
			}
		}
	}
	pools := spec.Pools
	spec.Pools = map[string]v1alpha1.NodePoolSpec{}
	for name, pool := range pools {
		pool.InstanceTypes = []string{of(63), of(63)}
		pool.CapacityType, pool.AMIType = "SPOT", "AL2023_ARM_64_NVIDIA"
		spec.Pools[of(60)+name] = pool
	}
	if spec.Network != nil {
		spec.Network.Attachments = nil // of peers that have other names now
		for key, table := range spec.Network.RouteTables {
			table.Peers = map[string]v1alpha1.PeerRoute{of(63): {CIDR: of(43), TransitGatewayID: of(63)}}
			spec.Network.RouteTables[key] = table
		}
	}
	spec.Cluster.PublicCIDRs = []string{of(43), of(43), of(43), of(43), of(43), of(43)}
	spec.Cluster.Version, spec.Cluster.ServiceCIDR = of(63), of(43)
	for _, b := range []*string{&spec.Storage.Buckets.Data.Name, &spec.Storage.Buckets.Logs.Name, &spec.Identity.KeyARN, &spec.Outputs.CertificateARN} {
		*b = of(63)
	}
	return spec
}

func TestEveryTextFitsItsBoxInTheWidestFont(t *testing.T) {
	fonts := measured(t)
	for name, p := range pictures(t) {
		requireRoom(t, fonts, name, p.SVG())
	}
	for what, letter := range map[string]string{"wide": "W", "m": "m", "ideographs": "環", "emoji": "☃", "marks": "e\u0301", "hidden": "\u202e", "ligature": "﷽"} {
		of := func(n int) string { return strings.Repeat(letter, n) }
		for name, spec := range sample(t) {
			spec, before := swollen(spec, of), sample(t)[name]
			requireRoom(t, fonts, name+" "+what, Draw(spec).SVG())
			requireRoom(t, fonts, name+" becomes "+what, DrawChange(&before, &spec, nil).SVG())
		}
	}
	for seed := range uint64(60) {
		env := random.Environment(random.New(seed))
		p, found := plan.Resolve(env, func(diag.Path) diag.Pos { return diag.Pos{} })
		require.False(t, found.HasErrors(), "%v", found)
		requireRoom(t, fonts, fmt.Sprintf("seed %d", seed), Draw(p.Spec).SVG())
		requireRoom(t, fonts, fmt.Sprintf("seed %d added", seed), DrawChange(nil, &p.Spec, nil).SVG())
	}
}

// A browser squeezes what no font was measured for, and leaves alone all else.
func TestOnlyATextThatWasNotMeasuredHasALength(t *testing.T) {
	spec := sample(t)["prod-us"]
	require.NotContains(t, Draw(spec).SVG(), "textLength")
	spec.FQDN = "環境.example.com"
	svg := Draw(spec).SVG()
	require.Equal(t, 2, strings.Count(svg, `lengthAdjust="spacingAndGlyphs"`), "below the name, and of the certificate")
	require.Equal(t, 2, strings.Count(svg, ">"+spec.FQDN))
}

// The advances are the widest of the fonts that were measured.
func TestTheAdvancesAreThoseOfTheWidestFont(t *testing.T) {
	fonts := measured(t)
	for r := range fonts.rows {
		for _, bold := range []bool{false, true} {
			widest, known := fonts.widest(r, bold)
			require.True(t, known)
			got, measured := face{1, bold}.advance(r)
			require.True(t, measured, "%q", r)
			if r <= '~' {
				require.Equal(t, widest, got, "%q, bold: %t", r, bold)
			} else {
				require.GreaterOrEqual(t, got, widest, "%q, bold: %t", r, bold)
			}
		}
	}
	for _, name := range []string{"Liberation Sans", "Nimbus Sans", "Roboto", "Noto Sans", "Open Sans", "Verdana", "DejaVu Sans"} {
		require.Contains(t, sheet(), name, "a font that was measured is one of those that are asked for")
		require.Contains(t, strings.Join(fonts.fonts, ","), name)
	}
}
