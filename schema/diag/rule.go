package diag

import "cmp"

// Rule is what a code of a diagnostic means: sentences for a reader, an example of
// what is refused or warned of, and how to mend it.
type Rule struct {
	Code    string
	Means   string
	Example string // a line of a file, or of a command
	Mend    string
	Anchor  string // of its heading in the documentation; empty for the code itself
}

// documentation is where every code has a heading of its own.
const documentation = "https://github.com/dominoc/dominoc/blob/main/DIAGNOSTICS.md"

// Page is the address of a code's documentation.
func (r Rule) Page() string { return documentation + "#" + cmp.Or(r.Anchor, r.Code) }
