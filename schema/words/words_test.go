package words_test

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	unsafe "github.com/yuin/goldmark/renderer/html"

	"github.com/dominoc/dominoc/schema/words"
)

func TestHiddenCharactersAreReplacedAndLettersStay(t *testing.T) {
	for _, hidden := range []string{
		"\x00", "\x07", "\x1b", "\r", "\x7f", "\u0085", "\u009b", "\u00ad", "\u061c", "\u200b", "\u200d", "\u200e",
		"\u2028", "\u2029", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\u3164", "\ufeff", "\ufff9", "\ufffe",
		"\U000e0001", "\U000e0041", "\U000e0100", "\xff", "\xc3", "\xed\xa0\x80",
	} {
		for _, cleaned := range []string{words.Line("a" + hidden + "b"), words.Lines("a" + hidden + "b")} {
			require.Equal(t, "ab", strings.ReplaceAll(cleaned, "\ufffd", ""), "%q", hidden)
			require.False(t, words.Hides(cleaned), "%q", hidden)
		}
		require.True(t, words.Hides(hidden), "%q", hidden)
	}
	for _, visible := range []string{"Größe", "環境", "среда", "بيئة", "सेवा", "日本語テキスト", "e\u0301", "☃️", "→ ± …", "a b", "\ufffd"} {
		require.Equal(t, visible, words.Line(visible))
		require.False(t, words.Hides(visible))
	}
	require.Equal(t, "a\ufffdb\ufffdc", words.Line("a\nb\tc"))
	require.Equal(t, "a\nb\tc\n", words.Lines("a\r\nb\tc\n"))
}

// A runner of GitHub workflows obeys what it finds in its log.
func TestNoCommandIsLeftForARunner(t *testing.T) {
	const evil = "a ##[stop-commands]x\n ::error::b"
	for name, text := range map[string]string{
		"line": words.Line(evil), "lines": words.Lines(evil), "markdown": words.Markdown(evil), "code": words.Code(evil), "html": words.HTML(evil),
		"json": string(words.JSON([]byte(strconv.Quote(evil)))), "colored": string(words.Colored([]byte(evil))), "indented": words.Indented(evil),
	} {
		require.NotContains(t, text, "##[", name)
	}
	for text, want := range map[string]string{
		"::error::b": "\ufffd:error::b", " \u3000::stop-commands::b": " \u3000\ufffd:stop-commands::b", "::error file=a,line=1::": "\ufffd:error file=a,line=1::",
		"a ::error::b": "a ::error::b", "::/0": "::/0", "2001:db8::/32": "2001:db8::/32", "::": "::",
	} {
		require.Equal(t, want, words.Line(text))
	}
	require.Equal(t, "a #\ufffd[stop-commands]x\n   \ufffd:error::b", words.Indented(evil))
	var back string
	require.NoError(t, json.Unmarshal(words.JSON([]byte(strconv.Quote(evil))), &back))
	require.Equal(t, evil, back)
}

func TestURLsLoseTheirCredentials(t *testing.T) {
	for text, want := range map[string]string{
		"https://user:secret@host:6443/x@y":                  "https://host:6443/x@y",
		"Get \"https://tok@a\", 'ssh://git:p%40@b/c.git'":    "Get \"https://a\", 'ssh://b/c.git'",
		"https://host/path?mail=a@b":                         "https://host/path?mail=a@b",
		"write ssh://git@github.com/o/r, not ssh://git:pw@h": "write ssh://git@github.com/o/r, not ssh://h",
		"mail a@b, git@github.com:o/r":                       "mail a@b, git@github.com:o/r",
	} {
		require.Equal(t, want, words.WithoutCredentials(text))
	}
}

func TestURLsThatMayHoldASecretAreTold(t *testing.T) {
	for text, want := range map[string]bool{
		`url: "https://user:secret@host/x"`:     true,
		`url: "https://host/x?token=secret"`:    true,
		`url: "https://host/x#secret"`:          true,
		`url: "ssh://git@host/x"`:               false,
		`url: "https://host/x" // why? no.`:     false,
		`issuerURL: "https://host/x", a: "b?c"`: false,
	} {
		require.Equal(t, want, words.MayHoldSecret(text), text)
	}
}

func TestCountAgreesWithItsNoun(t *testing.T) {
	for want, got := range map[string]string{
		"0 files":        words.Count(0, "file"),
		"1 file":         words.Count(1, "file"),
		"2 files":        words.Count(2, "file"),
		"1 policy":       words.Count(1, "policy"),
		"3 policies":     words.Count(3, "policy"),
		"2 days":         words.Count(2, "day"),
		"2 addresses":    words.Count(2, "address"),
		"1 id is":        words.CountOf(1, "id is", "ids are"),
		"2 ids are":      words.CountOf(2, "id is", "ids are"),
		"2 NAT gateways": words.Count(2, "NAT gateway"),
	} {
		require.Equal(t, want, got)
	}
}

var tag = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>`)

// rendered is what a reader sees of Markdown, and its HTML.
func rendered(t *testing.T, markdown string) (text, document string) {
	t.Helper()
	var b bytes.Buffer
	m := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(unsafe.WithUnsafe()))
	require.NoError(t, m.Convert([]byte(markdown), &b))
	return html.UnescapeString(strings.TrimSuffix(tag.ReplaceAllString(b.String(), ""), "\n")), b.String()
}

// texts are every ASCII character in every place, all pairs of punctuation, and
// what Markdown, GitHub or GitLab make something of.
func texts() []string {
	all := []string{
		"environment's", `say "hello" & <b>go</b>`, "1. first", "1) first", "- item", "+ item", "* item", "> quote", "# heading", "=====", "---", "***",
		"    code", "~~~", "```", "a  ", "  a", "~~gone~~", "**bold** _it_ __b__", "[text](https://example.com)", "![i](x)", "[ref]: x", "[dominoc]: #",
		"https://example.com/a_b", "HTTP://example.com", "www.example.com", "WWW.example.com", "ftp://example.com", "mail@example.com", "@team/all", "see #12", "!34", "GH-12", ":warning: x", "arn:aws:iam::1:role/x",
		"a | b", "| a |", "&#39; &amp; &lt;", "\\*", "<!-- dominoc diff -->", "-->", "<script>alert(1)</script>", "$x^2$", "[^1]: x", "- [ ] task", "Größe 環境", "a\x1b[31mb\u202ec", "a\n\n# b",
	}
	for c := rune(' ' + 1); c < 0x7f; c++ {
		s := string(c)
		all = append(all, s, s+s, s+s+s, s+" x", "x "+s, "x"+s+"y", s+"x"+s, "x "+s+s+" y")
		for d := rune(' ' + 1); d < 0x7f; d++ {
			if strings.Trim(s+string(d), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ023456789") != "" {
				all = append(all, s+string(d), "a"+s+string(d)+"b")
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	const alphabet = "ab1 .:-+=*_~`[]()<>!#&'\"\\|{}$^@/:w\n"
	for range 3000 {
		var b strings.Builder
		for range 1 + random.IntN(12) {
			b.WriteByte(alphabet[random.IntN(len(alphabet))])
		}
		all = append(all, b.String())
	}
	return all
}

func TestMarkdownShowsTheTextThatItWasGiven(t *testing.T) {
	for _, s := range texts() {
		want := words.Line(s)
		got, document := rendered(t, words.Markdown(s))
		require.Equal(t, want, got, "%q became %q and %q", s, words.Markdown(s), document)
		require.Regexp(t, `^<p>|^$`, document, "%q is no paragraph", s)
		for _, element := range []string{"<a ", "<em>", "<strong>", "<code>", "<del>", "<img", "<br"} {
			require.NotContains(t, document, element, "%q", s)
		}

		got, _ = rendered(t, "- **"+"x"+"**: "+words.Markdown(s))
		require.Equal(t, "x: "+want, strings.Trim(got, "\n"), "%q in a list", s)

		if want != "" {
			got, document = rendered(t, "x "+words.Code(s)+" y")
			require.Equal(t, "x "+want+" y", got, "%q as code", s)
			require.Contains(t, document, "<code>", s)
		}

		got, _ = rendered(t, "<details><summary>"+words.HTML(s)+"</summary>\n\n</details>")
		require.Equal(t, want, strings.TrimRight(got, "\n"), "%q as HTML", s)
	}
}

// What GitHub makes of text that Markdown has rendered cannot be tried here: it
// must not find the characters next to each other.
func TestMarkdownMentionsNobody(t *testing.T) {
	for s, want := range map[string]string{
		"ask @team":           "ask @<!-- -->team",
		"fixes #12":           `fixes \#<!-- -->12`,
		"fixes #twelve":       `fixes \#twelve`,
		"merge !7":            "merge !<!-- -->7",
		"a :warning: b":       "a :<!-- -->warning: b",
		"a: b":                "a: b",
		"environment's":       "environment's",
		"data-loss/logs (R5)": "data-loss/logs (R5)",
	} {
		require.Equal(t, want, words.Markdown(s))
	}
	require.Equal(t, "@<!-- -->team &amp; &#39;", words.HTML("@team & '"))
}

func TestTheWriterLetsColoursPassAndNothingElse(t *testing.T) {
	for text, want := range map[string]string{
		"\x1b[1;31merror:\x1b[0m x\n": "\x1b[1;31merror:\x1b[0m x\n",
		"a\x1b]0;title\x07b":          "a\ufffd]0;title\ufffdb",
		"a\x1b[2Jb\x1b[Hc":            "a\ufffd[2Jb\ufffd[Hc",
		"Größe 環境\tx\n":               "Größe 環境\tx\n",
		"a\u202eb\u200bc\rd\xffe":     "a\ufffdb\ufffdc\ufffdd\ufffde",
	} {
		var whole, bits bytes.Buffer
		_, err := io.WriteString(words.NewWriter(&whole), text)
		require.NoError(t, err)
		require.Equal(t, want, whole.String())
		if strings.Contains(text, "\x1b") {
			continue // a sequence is written in one call
		}
		w := words.NewWriter(&bits)
		for i := range len(text) {
			_, err := w.Write([]byte{text[i]})
			require.NoError(t, err)
		}
		require.Equal(t, want, bits.String(), "byte by byte")
	}
	require.Nil(t, words.NewWriter(nil))
	w := words.NewWriter(io.Discard)
	require.Same(t, w, words.NewWriter(w))
}

func TestJSONKeepsItsValues(t *testing.T) {
	for _, s := range []string{"plain", "\u202e\u200b\ufeff", "\U000e0041", "\x1b\x7f\u0085", "Größe 環境 \"q\" \\"} {
		document, err := json.Marshal(map[string]string{"x": s})
		require.NoError(t, err)
		escaped := words.JSON(document)
		require.False(t, words.Hides(string(escaped)), "%s", escaped)
		var back map[string]string
		require.NoError(t, json.Unmarshal(escaped, &back))
		require.Equal(t, s, back["x"])
	}
}

func FuzzNothingHiddenPasses(f *testing.F) {
	f.Add("a\x1b[31m\u202e\xff\n")
	f.Fuzz(func(t *testing.T, s string) {
		require.False(t, words.Hides(words.Line(s)))
		require.True(t, utf8.ValidString(words.Markdown(s)))
		require.False(t, words.Hides(words.Markdown(s)))
		require.False(t, words.Hides(words.HTML(s)))
	})
}
