package diag

import (
	"strconv"
	"strings"
)

// Path names a field of an environment by its labels. Index makes the label of an
// element of a list, so that a field whose name is a number stays a field.
type Path []string

// element marks the label of an element of a list. No name begins with it, for it
// is not UTF-8.
const element = "\xff"

// Locator gives the user's position of a path, or of its nearest ancestor that
// the user wrote.
type Locator func(Path) Pos

// String is the path as CUE writes it: pools."default-gpu".size.min, and
// peers[0].cidr for an element of a list.
func (p Path) String() string {
	var b strings.Builder
	for i, label := range p {
		if n, ok := IndexOf(label); ok {
			b.WriteString("[" + strconv.Itoa(n) + "]")
			continue
		}
		if i > 0 {
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

// Index is the path of an element of the list at p, counted from 0; p is not
// changed.
func (p Path) Index(i int) Path { return p.Child(element + strconv.Itoa(i)) }

// IndexOf is the index that a label of a path stands for; a field's name stands
// for none.
func IndexOf(label string) (i int, ok bool) {
	digits, ok := strings.CutPrefix(label, element)
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(digits)
	return i, err == nil
}

func quoteLabel(label string) string {
	if isIdentifier(label) {
		return label
	}
	return strconv.Quote(label)
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
