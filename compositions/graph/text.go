package graph

import "strings"

// advances are the widths of the printable characters of ASCII in thousandths of
// the type size, as the metrics of Helvetica have them (Adobe's AFM file); Arial
// and Liberation Sans are made to the same ones.
var advances = [...]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, // space to /
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, // 0 to ?
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, // @ to O
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, // P to _
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, // ` to o
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, // p to ~
}

// widest is taken for a character that is not in the table.
const widest = 1000

// bold is how much wider bold type is, at most, in percent.
const bold = 108

// face is a size of type, in pixels.
type face struct {
	size float64
	bold bool
}

// width of a text in pixels.
func (f face) width(text string) float64 {
	total := 0
	for _, r := range text {
		total += advance(r)
	}
	if f.bold {
		total = total * bold / 100
	}
	return float64(total) * f.size / 1000
}

func advance(r rune) int {
	switch {
	case r >= ' ' && r <= '~':
		return advances[r-' ']
	case r == '–':
		return 556
	case r == '·':
		return 333
	}
	return widest
}

// shorten takes out the middle of a text that is wider than the room for it: both
// ends of a name tell more than its middle.
func (f face) shorten(text string, room float64) string {
	if f.width(text) <= room {
		return text
	}
	runes := []rune(text)
	for keep := len(runes) - 1; keep > 1; keep-- {
		head := (keep + 1) / 2
		short := strings.TrimRight(string(runes[:head]), " ") + "…" + strings.TrimLeft(string(runes[len(runes)-keep+head:]), " ")
		if f.width(short) <= room {
			return short
		}
	}
	return "…"
}
