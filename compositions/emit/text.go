package emit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSimpleKey is the length above which YAML requires a key to be marked by "? ". The
// limit of the specification is 1024 characters with quotes.
const maxSimpleKey = 1000

// key writes a key and its colon.
func (w *writer) key(k string, indent int) {
	start := len(w.buf)
	w.text(k)
	if len(w.buf)-start <= maxSimpleKey {
		w.buf = append(w.buf, ':')
		return
	}
	w.buf = append(w.buf[:start], "? "...)
	w.text(k)
	w.buf = append(w.buf, '\n')
	w.indent(indent)
	w.buf = append(w.buf, ':')
}

// text writes s on one line: bare if every reader takes it for the text that it is, in
// single quotes if that avoids escapes, else in double quotes.
func (w *writer) text(s string) {
	switch {
	case simple(s):
		w.buf = append(w.buf, s...)
	case strings.Contains(s, command):
		w.double(s)
	case bare(s) && !ambiguous(s):
		w.buf = append(w.buf, s...)
	case strings.ContainsAny(s, `"\`) && printable(s):
		w.single(s)
	default:
		w.double(s)
	}
}

// simple reports whether s needs no closer look, like most texts: letters, digits and
// what joins them, beginning with a letter and longer than any reserved word.
func simple(s string) bool {
	if len(s) <= longestReserved || !letter(s[0]) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !letter(c) && !digit(c) && c != '.' && c != '-' && c != '/' && c != '_' {
			return false
		}
	}
	return true
}

func (w *writer) single(s string) {
	w.buf = append(w.buf, '\'')
	for i := range len(s) {
		if s[i] == '\'' {
			w.buf = append(w.buf, '\'')
		}
		w.buf = append(w.buf, s[i])
	}
	w.buf = append(w.buf, '\'')
}

func (w *writer) double(s string) {
	w.buf = append(w.buf, '"')
	for i, r := range s {
		switch {
		case r == '[' && strings.HasSuffix(s[:i+1], command):
			w.escape(r)
		case r == '"' || r == '\\':
			w.buf = append(w.buf, '\\', byte(r))
		case r == '\n':
			w.buf = append(w.buf, `\n`...)
		case r == '\t':
			w.buf = append(w.buf, `\t`...)
		case r == ' ' || unicode.IsPrint(r):
			w.buf = utf8.AppendRune(w.buf, r)
		default:
			w.escape(r)
		}
	}
	w.buf = append(w.buf, '"')
}

// escape writes r by its number.
func (w *writer) escape(r rune) {
	const hex = "0123456789abcdef"
	form, digits := byte('x'), 2
	switch {
	case r > 0xffff:
		form, digits = 'U', 8
	case r > 0xff:
		form, digits = 'u', 4
	}
	w.buf = append(w.buf, '\\', form)
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		w.buf = append(w.buf, hex[r>>shift&0xf])
	}
}

// command begins a command of GitHub runners at any place in a line of a log. Other
// commands begin the line, after optional blanks.
const command = "##["

// commands reports whether a line of s would be a command if printed unquoted.
func commands(s string) bool {
	if strings.Contains(s, command) {
		return true
	}
	for line := range strings.Lines(s) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			return true
		}
	}
	return false
}

// literal writes s as a block, each line as it is.
func (w *writer) literal(s string, indent int) {
	w.buf = append(w.buf, '|')
	if !strings.HasSuffix(s, "\n") {
		w.buf = append(w.buf, '-')
	}
	w.buf = append(w.buf, '\n')
	for line := range strings.Lines(s) {
		if line != "\n" {
			w.indent(indent)
		}
		w.buf = append(w.buf, line...)
	}
	if !strings.HasSuffix(s, "\n") {
		w.buf = append(w.buf, '\n')
	}
}

// literal reports whether s has lines and survives as a block: nothing that
// the eye or an editor loses (tabs, blanks at the end of a line), no question
// about where its indent begins or how many line breaks end it, no command.
func literal(s string) bool {
	if !strings.Contains(s, "\n") || s[0] == '\n' || s[0] == ' ' || strings.HasSuffix(s, "\n\n") {
		return false
	}
	return !strings.Contains(s, " \n") && s[len(s)-1] != ' ' && printableLines(s) && !commands(s)
}

func printable(s string) bool { return !strings.Contains(s, "\n") && printableLines(s) }

// printableLines reports whether s is valid text of visible characters, blanks
// and line breaks.
func printableLines(s string) bool {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\n' || c == 0x7f {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || !unicode.IsPrint(r) {
			return false
		}
		i += n
	}
	return true
}

// bare reports whether s, unquoted, is one scalar: it has no indicator in front, no
// "key: value", no " # comment".
func bare(s string) bool {
	if s == "" || s[len(s)-1] == ' ' || s[len(s)-1] == ':' || !bareStart(s) || !printable(s) {
		return false
	}
	return !strings.Contains(s, ": ") && !strings.Contains(s, " #")
}

// bareStart checks the first character. A dash may begin an option such as --debug, but
// neither a list nor a document.
func bareStart(s string) bool {
	switch s[0] {
	case ' ', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`':
		return false
	case '-':
		option := strings.TrimPrefix(s[1:], "-")
		return option != "" && (letter(option[0]) || digit(option[0]))
	}
	return !strings.HasPrefix(s, "...")
}

// ambiguous reports whether YAML 1.1 or 1.2 would read a bare s as something other than
// text: a null, a bool, a number, a date, a merge key.
func ambiguous(s string) bool {
	switch c := s[0]; {
	case digit(c) || c == '.' || c == '+' || c == '-':
		return numeric(s) || date(s)
	case c == '<' || c == '=' || c == '~':
		return s == "<<" || s == "=" || s == "~"
	}
	return len(s) <= longestReserved && reserved(strings.ToLower(s))
}

// longestReserved is the length of "false".
const longestReserved = 5

func reserved(lower string) bool {
	switch lower {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return true
	}
	return false
}

// numeric reports whether s is a number of either version: signs, underscores, other
// bases, base 60, exponents, infinities.
func numeric(s string) bool {
	if s[0] == '+' || s[0] == '-' {
		s = s[1:]
	}
	switch strings.ToLower(s) {
	case "", ".", ".inf", ".nan":
		return true
	}
	if len(s) > 2 && s[0] == '0' && strings.ContainsRune("xXoObB", rune(s[1])) {
		return only(s[2:], "0123456789abcdefABCDEF_")
	}
	if at := strings.IndexAny(s, "eE"); at > 0 && exponent(s[at+1:]) {
		s = s[:at]
	}
	return strings.Count(s, ".") <= 1 && only(s, "0123456789_.:")
}

func exponent(s string) bool {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	return s != "" && only(s, "0123456789_")
}

// date reports whether s begins as YYYY-M-D does.
func date(s string) bool {
	return len(s) >= 8 && only(s[:4], "0123456789") && s[4] == '-' && digit(s[5]) &&
		strings.Contains(s[6:min(8, len(s))], "-")
}

func only(s, set string) bool { return strings.Trim(s, set) == "" }

func digit(c byte) bool { return '0' <= c && c <= '9' }

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
