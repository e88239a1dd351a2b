package words

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"unicode/utf8"
)

// NewWriter returns a writer that passes text to w with each hidden character
// replaced, but for line breaks, tabs, and the sequences that set a colour. It
// is behind every printer: a value that a printer does not pass
// through Line still reaches no terminal as an escape sequence. A writer that the
// function returned is returned as it is.
func NewWriter(w io.Writer) io.Writer {
	if _, ok := w.(*Writer); ok || w == nil {
		return w
	}
	return &Writer{to: w}
}

// Writer is the writer that NewWriter returns.
type Writer struct {
	to   io.Writer
	rest []byte // the first bytes of a character whose others were not written yet
}

// Unwrap returns the underlying writer.
func (w *Writer) Unwrap() io.Writer { return w.to }

// Write fails as the writer behind does.
func (w *Writer) Write(p []byte) (int, error) {
	text := append(w.rest, p...)
	whole := len(text) - unfinished(text)
	w.rest = bytes.Clone(text[whole:])
	if _, err := w.to.Write(Colored(text[:whole])); err != nil {
		return 0, err
	}
	return len(p), nil
}

// unfinished is the number of bytes at the end that begin a character.
func unfinished(p []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(p); n++ {
		if tail := p[len(p)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// color is a sequence that selects how characters look (ECMA-48, SGR).
var color = regexp.MustCompile("\x1b\\[[0-9;]{0,12}m")

// Colored is Lines for text in which the printer has set colours.
func Colored(text []byte) []byte {
	if !bytes.ContainsRune(text, 0x1b) {
		return []byte(Lines(string(text)))
	}
	var b bytes.Buffer
	for {
		at := color.FindIndex(text)
		if at == nil {
			b.WriteString(Lines(string(text)))
			return b.Bytes()
		}
		b.WriteString(Lines(string(text[:at[0]])))
		b.Write(text[at[0]:at[1]])
		text = text[at[1]:]
	}
}

// JSON returns a JSON document in which hidden characters, and the bracket of a
// command, are written by their number, as \u202e: it holds the same values. Invalid
// UTF-8 becomes U+FFFD, as encoding/json has it.
func JSON(document []byte) []byte {
	document = bytes.ReplaceAll(document, []byte(command), []byte(`##\u005b`))
	if !bytes.ContainsFunc(document, func(r rune) bool { return hidden(r) && r != '\n' && r != '\t' }) {
		return document
	}
	var b bytes.Buffer
	for _, r := range string(document) {
		switch {
		case r == '\n' || r == '\t' || r == '\r' || !hidden(r) || r == utf8.RuneError:
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16(r)
			number(&b, high)
			number(&b, low)
		default:
			number(&b, r)
		}
	}
	return b.Bytes()
}

// utf16 is the surrogate pair of a character.
func utf16(r rune) (high, low rune) {
	r -= 0x10000
	return 0xd800 + r>>10, 0xdc00 + r&0x3ff
}

func number(b *bytes.Buffer, r rune) {
	const digits = "0123456789abcdef"
	b.WriteString(`\u`)
	for shift := 12; shift >= 0; shift -= 4 {
		b.WriteByte(digits[r>>shift&0xf])
	}
}

// WriteJSON writes a value as indented JSON in which no character is hidden. It
// fails when the value has no JSON, or w fails.
func WriteJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(JSON(b.Bytes()))
	return err
}
