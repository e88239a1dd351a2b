package graph

import (
	"strings"
	"unicode"
)

// advances are the widths of the printable ASCII characters in thousandths of the type
// size, in regular and bold: for each character the width in the widest font of the
// style sheet (testdata/advances.csv names the font and its source). So a text has
// enough room in each of these fonts.
var advances = struct{ regular, bold [95]int }{
	regular: [...]int{
		352, 401, 460, 838, 636, 1076, 780, 275, 455, 455, 635, 838, 364, 455, 364, 455, // space to /
		636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 455, 455, 838, 838, 838, 556, // 0 to ?
		1015, 684, 686, 722, 771, 667, 611, 778, 752, 421, 552, 693, 557, 907, 760, 787, // @ to O
		667, 787, 722, 684, 616, 732, 684, 989, 685, 667, 685, 455, 455, 455, 838, 635, // P to _
		635, 613, 635, 550, 635, 615, 352, 635, 634, 278, 345, 592, 278, 974, 634, 612, // ` to o
		635, 635, 426, 521, 394, 634, 592, 818, 592, 592, 525, 636, 551, 636, 838, // p to ~
	},
	bold: [...]int{
		348, 456, 587, 867, 711, 1272, 872, 332, 543, 543, 711, 867, 380, 480, 380, 689, // space to /
		711, 711, 711, 711, 711, 711, 711, 711, 711, 711, 402, 402, 867, 867, 867, 617, // 0 to ?
		1000, 776, 762, 734, 830, 683, 683, 821, 837, 546, 559, 775, 637, 995, 847, 850, // @ to O
		733, 850, 782, 720, 682, 812, 774, 1128, 771, 737, 725, 543, 689, 543, 867, 711, // P to _
		711, 675, 716, 593, 716, 678, 435, 716, 712, 343, 403, 671, 343, 1058, 712, 687, // ` to o
		716, 716, 497, 595, 478, 712, 652, 979, 669, 652, 597, 712, 551, 712, 867, // p to ~
	},
}

// further are the other characters that dominoc writes, and the one that replaces hidden
// ones, in both faces.
var further = map[rune]int{'·': 380, '–': 711, '…': 1049, '−': 867, '�': 1113}

// unknown is the assumed width of an unmeasured character.
const unknown = 1200

// face is a size of type, in pixels.
type face struct {
	size float64
	bold bool
}

// width returns the width of a text in pixels, in the widest font.
func (f face) width(text string) float64 {
	total := 0
	for _, r := range text {
		advance, _ := f.advance(r)
		total += advance
	}
	return float64(total) * f.size / 1000
}

// advance returns the width of a character in thousandths of the type size; measured is
// false for a guess.
func (f face) advance(r rune) (width int, measured bool) {
	switch width, written := further[r]; {
	case ' ' <= r && r <= '~' && f.bold:
		return advances.bold[r-' '], true
	case ' ' <= r && r <= '~':
		return advances.regular[r-' '], true
	case written:
		return width, true
	case unicode.In(r, unicode.Mn, unicode.Me): // above or below another character
		return 0, false
	}
	return unknown, false
}

// measured reports whether the widths of all characters of a text are known.
func (f face) measured(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		_, known := f.advance(r)
		return !known
	})
}

// shorten removes the middle of a text that is wider than the room for it: both ends of
// a name are more informative than its middle.
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
