package scaffold

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
)

// Acceptance has the reasons for which a new environment accepts diagnostics, by code.
type Acceptance map[string]string

// Set takes code=reason.
func (a Acceptance) Set(s string) error {
	code, reason, ok := strings.Cut(s, "=")
	code, reason = strings.TrimSpace(code), strings.TrimSpace(reason)
	if !ok || code == "" || reason == "" {
		return errors.New("must be a code and the reason why it does not matter here, such as \"region-unknown=AWS lists it\"")
	}
	a[code] = reason
	return nil
}

// inFile matches the advice of a message to accept a code in a file.
var inFile = regexp.MustCompile(`\baccept: "([a-z0-9-]+)": "…"`)

// byFlag replaces that advice by the flag, for a file that does not exist yet.
func byFlag(text string) string { return inFile.ReplaceAllString(text, `--accept "$1=…"`) }

// AcceptedByFlag returns diagnostics whose advice names the flag instead of a field of the
// unwritten file.
func AcceptedByFlag(found diag.List) diag.List {
	told := slices.Clone(found)
	for i := range told {
		told[i].Message, told[i].Hint = byFlag(told[i].Message), byFlag(told[i].Hint)
	}
	return told
}
