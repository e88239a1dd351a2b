package graph

import (
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/schema/words"
)

// canvas collects the elements of an SVG.
type canvas struct{ out strings.Builder }

// box is a rectangle, in pixels.
type box struct{ x, y, w, h float64 }

func (b box) right() float64  { return b.x + b.w }
func (b box) bottom() float64 { return b.y + b.h }
func (b box) middle() float64 { return b.x + b.w/2 }

// pixels writes a length: at most two digits, so that it is the same everywhere.
func pixels(v float64) string {
	return strconv.FormatFloat(float64(int(v*100+0.5))/100, 'f', -1, 64)
}

func (c *canvas) line(format string, args ...any) { fmt.Fprintf(&c.out, format+"\n", args...) }

// rect draws a rectangle; round is the radius of its corners.
func (c *canvas) rect(b box, round float64, class string) {
	c.line(`<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="%s"/>`,
		class, pixels(b.x), pixels(b.y), pixels(b.w), pixels(b.h), pixels(round))
}

// path draws a line.
func (c *canvas) path(class, d string) { c.line(`<path class="%s" d="%s"/>`, class, d) }

// The anchors of a text, relative to its x.
const (
	start  = "start"
	middle = "middle"
	end    = "end"
)

// text writes a text of at most room pixels; a longer one is shortened.
func (c *canvas) text(x, y float64, anchor, class string, f face, room float64, text string) {
	text = f.shorten(text, room)
	if text == "" {
		return
	}
	c.line(`<text class="%s" x="%s" y="%s" text-anchor="%s"%s>%s</text>`,
		class, pixels(x), pixels(y), anchor, f.written(text), escape(text))
}

// written returns the attributes of a text. If a character's width is a guess, the
// browser makes the text as wide as the guess.
func (f face) written(text string) string {
	said := fmt.Sprintf(` font-size="%s"`, pixels(f.size))
	if f.bold {
		said += ` font-weight="600"`
	}
	if !f.measured(text) {
		said += fmt.Sprintf(` textLength="%s" lengthAdjust="spacingAndGlyphs"`, pixels(f.width(text)))
	}
	return said
}

// label writes a title followed by a smaller text, however wide the font makes the
// title.
func (c *canvas) label(x, y, room float64, title, size string) {
	title = headFace.shorten(title, room)
	room -= headFace.width(title) + between
	size = smallFace.shorten(size, room)
	c.line(`<text x="%s" y="%s"><tspan class="ink name"%s>%s</tspan><tspan class="faint" dx="%d"%s>%s</tspan></text>`,
		pixels(x), pixels(y), headFace.written(title), escape(title), between, smallFace.written(size), escape(size))
}

// between separates two texts in a line.
const between = 8

// group draws elements together, with the lines that a tooltip shows.
func (c *canvas) group(class string, title []string, draw func()) {
	lines := make([]string, len(title))
	for i, text := range title {
		lines[i] = escape(text)
	}
	c.line(`<g class="%s"><title>%s</title>`, class, strings.Join(lines, "\n"))
	draw()
	c.line(`</g>`)
}

func escape(text string) string { return html.EscapeString(words.Line(text)) }
