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

// ParsePath reads a path as String writes it. A name with a hyphen, and *, need no
// quotes. The empty text is the empty path.
func ParsePath(text string) (Path, bool) {
	var p Path
	for rest := text; rest != ""; {
		if inner, ok := strings.CutPrefix(rest, "["); ok {
			digits, after, closed := strings.Cut(inner, "]")
			i, err := strconv.ParseUint(digits, 10, 31)
			if !closed || err != nil {
				return nil, false
			}
			p, rest = p.Index(int(i)), after
			continue
		}
		if len(p) > 0 {
			if !strings.HasPrefix(rest, ".") {
				return nil, false
			}
			rest = rest[1:]
		}
		label, after, ok := cutLabel(rest)
		if !ok {
			return nil, false
		}
		p, rest = p.Child(label), after
	}
	return p, true
}

// cutLabel cuts the label off with which a path begins.
func cutLabel(path string) (label, rest string, ok bool) {
	if quoted, err := strconv.QuotedPrefix(path); err == nil {
		label, err = strconv.Unquote(quoted)
		return label, path[len(quoted):], err == nil && quoted[0] == '"'
	}
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		end = len(path)
	}
	label = path[:end]
	bare := isIdentifier(strings.ReplaceAll(label, "-", "_")) || isIdentifier("_"+label) && strings.Contains(label, "-")
	return label, path[end:], label == "*" || bare
}

// Child is the path of a field below p; p is not changed.
func (p Path) Child(labels ...string) Path {
	child := make(Path, 0, len(p)+len(labels))
	return append(append(child, p...), labels...)
}

// Index is the path of an element of the list at p, counted from 0; p is not
// changed.
func (p Path) Index(i int) Path { return p.Child(element + strconv.Itoa(i)) }

// IndexOf returns the index that a label of a path stands for; ok is false for the
// name of a field.
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
