package graph

import (
	"fmt"
	"html"
	"strconv"
	"strings"
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

// Where a text stands to its x.
const (
	start  = "start"
	middle = "middle"
	end    = "end"
)

// text writes a text of at most room pixels; a longer one loses its middle. Its
// length is said too, so that it stays in its room where another font steps in.
func (c *canvas) text(x, y float64, anchor, class string, f face, room float64, text string) {
	text = f.shorten(text, room)
	if text == "" {
		return
	}
	fit := ""
	if width := f.width(text); width > room*0.6 {
		fit = fmt.Sprintf(` textLength="%s" lengthAdjust="spacingAndGlyphs"`, pixels(width))
	}
	weight := ""
	if f.bold {
		weight = ` font-weight="600"`
	}
	c.line(`<text class="%s" x="%s" y="%s" font-size="%s" text-anchor="%s"%s%s>%s</text>`,
		class, pixels(x), pixels(y), pixels(f.size), anchor, weight, fit, escape(text))
}

// group draws what belongs together, with what a pointer over it is told.
func (c *canvas) group(class, title string, draw func()) {
	c.line(`<g class="%s"><title>%s</title>`, class, escape(title))
	draw()
	c.line(`</g>`)
}

func escape(text string) string { return html.EscapeString(text) }
