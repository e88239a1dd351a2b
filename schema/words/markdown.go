package words

import (
	"html"
	"strings"
)

// unseen separates two characters that GitHub and GitLab would otherwise take
// together for a mention, a reference or an emoji. They look for these in the
// text that Markdown has made, where Markdown has removed backslashes; a comment is not.
const unseen = "<!-- -->"

// Markdown returns s as the text of a paragraph in GitHub flavoured Markdown: on
// one line, and rendered as it is.
func Markdown(s string) string {
	var b strings.Builder
	s = Line(s)
	for i, r := range s {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '\\', '`', '*', '_', '[', ']', '|', '~', '#', '$':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '+', '-', '=', '.', ')', ':':
			if begins(s[:i]) || r == '.' && strings.HasSuffix(strings.ToLower(s[:i]), "www") || strings.HasPrefix(s[i:], "://") {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		case ' ':
			blank(&b, s, i)
		default:
			b.WriteRune(r)
		}
		if refers(r, s[i+len(string(r)):]) {
			b.WriteString(unseen)
		}
	}
	return b.String()
}

// blank writes a space. One at either end of a line would be dropped.
func blank(b *strings.Builder, s string, i int) {
	if i == 0 || i == len(s)-1 || strings.TrimLeft(s[:i], " ") == "" || strings.TrimRight(s[i:], " ") == "" {
		b.WriteString("&#32;")
		return
	}
	b.WriteByte(' ')
}

// begins reports whether text before a sign leaves it the first of its line, or
// the end of a list's number.
func begins(before string) bool { return strings.Trim(before, " 0123456789-+=") == "" }

// refers reports whether r and what follows it would be linked or replaced.
func refers(r rune, after string) bool {
	if after == "" {
		return false
	}
	switch r {
	case '@':
		return after[0] != ' '
	case '#', '!':
		return '0' <= after[0] && after[0] <= '9'
	case ':':
		end := strings.IndexByte(after, ':')
		return end > 0 && strings.Trim(after[:end], "abcdefghijklmnopqrstuvwxyz0123456789_+-") == ""
	}
	return false
}

// Code returns s as a code span of Markdown, which shows it as it is; empty for
// an empty text, which Markdown cannot show.
func Code(s string) string {
	if s == "" {
		return ""
	}
	s = Line(s)
	ticks := "`"
	for strings.Contains(s, ticks) {
		ticks += "`"
	}
	if strings.Trim(s, " ") != "" && (strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ")) {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// HTML returns s as text or an attribute of HTML within Markdown.
func HTML(s string) string {
	var b strings.Builder
	s = Line(s)
	for i, r := range s {
		b.WriteString(html.EscapeString(string(r)))
		if refers(r, s[i+len(string(r)):]) {
			b.WriteString(unseen)
		}
	}
	return b.String()
}
