package diag

import (
	"strconv"
	"strings"
)

// Path names a field of an environment by its labels; an element of a list is
// labelled by its index in decimal.
type Path []string

// Locator gives the user's position of a path, or of its nearest ancestor that
// the user wrote.
type Locator func(Path) Pos

// String is the path as CUE writes it: pools."default-gpu".size.min, and
// peers[0].cidr for an element of a list. A label that is a number is taken
// for an index.
func (p Path) String() string {
	var b strings.Builder
	for i, label := range p {
		switch {
		case isIndex(label):
			b.WriteString("[" + label + "]")
			continue
		case i > 0:
			b.WriteByte('.')
		}
		b.WriteString(quoteLabel(label))
	}
	return b.String()
}

// Child is the path of a field below p; p is not changed.
func (p Path) Child(labels ...string) Path {
	child := make(Path, 0, len(p)+len(labels))
	return append(append(child, p...), labels...)
}

func quoteLabel(label string) string {
	if isIdentifier(label) {
		return label
	}
	return strconv.Quote(label)
}

func isIndex(label string) bool {
	for _, r := range label {
		if r < '0' || r > '9' {
			return false
		}
	}
	return label != ""
}

func isIdentifier(label string) bool {
	for i, r := range label {
		letter := r == '_' || r == '$' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return label != ""
}
