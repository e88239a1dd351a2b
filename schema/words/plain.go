package words

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns s on one line: each hidden character, line breaks and tabs
// included, becomes U+FFFD, and no command is left in it.
func Line(s string) string { return begun(withoutCommand(replaced(s, ""))) }

// leading is a command for a GitHub workflow at the beginning of a line, blanks before
// it or not (ActionCommand.TryParseV2), such as ::error::; ::/0 is none.
var leading = regexp.MustCompile(`^[\s\p{Z}]*::.*::`)

// Lines returns s with each hidden character but line breaks and tabs replaced
// by U+FFFD, and no command in it. The line break of Windows counts as one.
func Lines(s string) string {
	return withoutCommand(replaced(strings.ReplaceAll(s, "\r\n", "\n"), "\n\t"))
}

// command begins a command for a GitHub workflow anywhere in a line of its log, such
// as ##[stop-commands]: the runner still takes this form (actions/runner,
// ActionCommand.TryParse).
const command = "##["

func withoutCommand(s string) string { return strings.ReplaceAll(s, command, "#\ufffd[") }

// begun is a line that does not begin with a command.
func begun(line string) string {
	if leading.MatchString(line) {
		return strings.Replace(line, ":", "\ufffd", 1)
	}
	return line
}

// Indented is Lines for what another program said: each further line is indented, and
// none begins with a command.
func Indented(s string) string {
	lines := strings.Split(Lines(s), "\n")
	for i, line := range lines {
		lines[i] = begun(line)
	}
	return strings.Join(lines, "\n  ")
}

func replaced(s, kept string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return hidden(r) && !strings.ContainsRune(kept, r) }) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if hidden(r) && !strings.ContainsRune(kept, r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// Hides reports whether s contains a hidden character.
func Hides(s string) bool {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size > 1 {
				continue // U+FFFD itself is visible
			}
		}
		if hidden(r) {
			return true
		}
	}
	return false
}

// hidden reports whether a reader does not see r. Variation selectors below
// U+FE10 only choose how a visible character is drawn.
func hidden(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r < ' ' || r == 0x7f
	case r == utf8.RuneError: // also what ranging over a string makes of a byte that is not UTF-8
		return true
	case 0xfdd0 <= r && r <= 0xfdef, r&0xfffe == 0xfffe: // noncharacters
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs, unicode.Other_Default_Ignorable_Code_Point) ||
		0xe0100 <= r && r <= 0xe01ef
}

// credentials are the user and the password of a URL, behind its scheme.
var credentials = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*)?://([^/?#\s"'@]*)@`)

// WithoutCredentials returns s without the user and the password of each URL in it:
// those of a kubeconfig, of a remote of git and of a registry are secrets. The user
// of an SSH URL without a password stays: it is part of the address.
func WithoutCredentials(s string) string {
	return credentials.ReplaceAllStringFunc(s, func(url string) string {
		scheme, user, _ := strings.Cut(url, "://")
		if scheme == "ssh" && !strings.Contains(user, ":") {
			return url
		}
		return scheme + "://"
	})
}

// query is the part of a URL behind ? or #, where tokens are given too.
var query = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"'?#]*[?#]`)

// MayHoldSecret reports whether a URL in s has what may be a credential: a user or
// password, or a part behind ? or #.
func MayHoldSecret(s string) bool { return WithoutCredentials(s) != s || query.MatchString(s) }

// Clip returns a quoted value on one line, and no more than its first 60 characters.
func Clip(s string) string {
	const most = 60
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
