package resource

import (
	"encoding/base64"
	"strings"
)

// Marks around a text of a symbolic plan that is to be encoded in base64, of
// Unicode's private use area as symbols are.
const (
	base64From = "\uE010"
	base64To   = "\uE011"
)

// Base64 is a text in base64, for a field that AWS takes so. That of a symbol is
// known once its value is: the text stays then, marked for package xr, by which the
// function does it.
func Base64(text string) string {
	if strings.ContainsFunc(text, privateUse) {
		return base64From + text + base64To
	}
	return base64.StdEncoding.EncodeToString([]byte(text))
}

// CutBase64 is the text that Base64 marked.
func CutBase64(marked string) (text string, ok bool) {
	rest, ok := strings.CutPrefix(marked, base64From)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, base64To)
}

func privateUse(r rune) bool { return '\uE000' <= r && r <= '\uF8FF' }
