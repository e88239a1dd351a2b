package graph

import (
	"fmt"
	"strings"
)

// tone is a colour on a light background and on a dark one.
type tone struct{ light, dark string }

// The background, and text and lines on it.
var (
	ground = tone{"#ffffff", "#0d1117"}
	ink    = tone{"#1f2933", "#e6edf3"}
	faint  = tone{"#57606a", "#9da7b1"}
	card   = tone{"#ffffff", "#161b22"}
	edge   = tone{"#d0d7de", "#3d444d"}
	ways   = tone{"#8250df", "#a98bf0"}
)

// hues are the colours of a node's stripe, by its look.
var hues = []struct {
	look Look
	tone
}{
	{Subnet, tone{"#0e8a8c", "#3fb6b8"}},
	{Network, tone{"#8250df", "#a98bf0"}},
	{Compute, tone{"#d9660b", "#f0883e"}},
	{GPU, tone{"#5b8c00", "#8fbf26"}},
	{Storage, tone{"#3f7a2a", "#6fb35a"}},
	{Security, tone{"#c9304c", "#f0708a"}},
	{Outside, tone{"#8c959f", "#768390"}},
}

// grounds are the colours of the lanes.
var grounds = []struct {
	area         Area
	fill, stroke tone
}{
	{Public, tone{"#eefaf0", "#12261a"}, tone{"#7fbf8e", "#2f6b40"}},
	{Private, tone{"#eef6fd", "#11233a"}, tone{"#86b6e0", "#2f5c8f"}},
	{Pods, tone{"#f5f1fe", "#211a36"}, tone{"#b39ddb", "#5b4a8f"}},
	{ControlPlane, tone{"#fff6ea", "#2b2111"}, tone{"#e0b06f", "#7d5a22"}},
}

// signs are the appearance of the marks: fill, line, and a character for readers who
// cannot tell the colours apart.
var signs = map[Mark]struct {
	character    string
	fill, stroke tone
}{
	Added:   {"+", tone{"#dafbe1", "#12301c"}, tone{"#1a7f37", "#3fb950"}},
	Changed: {"~", tone{"#fff3c4", "#33270a"}, tone{"#9a6700", "#d29922"}},
	Removed: {"−", tone{"#ffe3e0", "#3a1519"}, tone{"#cf222e", "#f85149"}},
	Left:    {"=", tone{"#eef1f4", "#1c2128"}, tone{"#57606a", "#9da7b1"}},
	Stuck:   {"!", tone{"#f6e4ff", "#2e1740"}, tone{"#8a1fb5", "#d58cf5"}},
}

// fonts are the measured fonts: every known system has one of them.
const fonts = "Helvetica,Arial,'Liberation Sans','Nimbus Sans',Roboto,'Noto Sans','Open Sans',Verdana,'DejaVu Sans',sans-serif"

// sheet returns the style sheet: the colours on a light background, then those for a
// reader who prefers a dark one.
func sheet() string {
	return "text{font-family:" + fonts + "}\n" +
		".line{fill:none}\n.removed .name{text-decoration:line-through}\n" +
		rules(func(t tone) string { return t.light }) +
		"@media (prefers-color-scheme:dark){\n" + rules(func(t tone) string { return t.dark }) + "}\n"
}

func rules(of func(tone) string) string {
	var out strings.Builder
	rule := func(selector, format string, tones ...tone) {
		values := make([]any, len(tones))
		for i, t := range tones {
			values[i] = of(t)
		}
		fmt.Fprintf(&out, selector+"{"+format+"}\n", values...)
	}
	rule(".ground", "fill:%s", ground)
	rule(".ink", "fill:%s", ink)
	rule(".faint", "fill:%s", faint)
	rule(".region", "fill:none;stroke:%s;stroke-dasharray:6 4", faint)
	rule(".vpc", "fill:none;stroke:%s;stroke-width:1.5", ways)
	rule(".zone", "fill:none;stroke:%s;stroke-dasharray:3 3", faint)
	rule(".card", "fill:%s;stroke:%s", card, edge)
	rule(".panel", "fill:none;stroke:%s", edge)
	rule(".pill", "fill:%s;stroke:%s", card, ways)
	rule(".way", "fill:none;stroke:%s;stroke-width:1.5", ways)
	rule(".tip", "fill:%s", ways)
	rule(".badge", "fill:%s", faint)
	rule(".onbadge", "fill:%s", ground)
	for _, lane := range grounds {
		rule("."+class(string(lane.area)), "fill:%s;stroke:%s", lane.fill, lane.stroke)
	}
	for _, hue := range hues {
		rule(".is-"+string(hue.look), "fill:%s", hue.tone)
	}
	for _, mark := range marks() {
		sign := signs[mark]
		rule("."+string(mark)+">.face.vpc", "fill:none;stroke:%s;stroke-width:2.5", sign.stroke)
		rule("."+string(mark)+">.face", "fill:%s;stroke:%s;stroke-width:2", sign.fill, sign.stroke)
		rule(".sign-"+string(mark), "fill:%s", sign.stroke)
		rule(".onsign-"+string(mark), "fill:%s", ground)
	}
	rule(".left>.face", "stroke-dasharray:5 3")
	return out.String()
}

// class returns a name as a CSS class.
func class(name string) string { return strings.ReplaceAll(name, " ", "-") }
