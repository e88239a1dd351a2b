package diag

import (
	"fmt"
	"io"

	"github.com/dominoc/dominoc/schema/words"
)

// Format is how a list is printed.
type Format string

// The formats: Text is for people, JSON and SARIF are one document each,
// GitHub is a workflow command per diagnostic.
const (
	Text   Format = "text"
	JSON   Format = "json"
	SARIF  Format = "sarif"
	GitHub Format = "github"
)

// Formats are all formats, in the order in which help lists them.
func Formats() []Format { return []Format{Text, JSON, SARIF, GitHub} }

// Options change how Print writes. Source gives the bytes of a file that a
// diagnostic names, nil for one that it does not have; without it the source
// line is left out.
type Options struct {
	Color   bool
	Source  func(file string) []byte
	Version string // of dominoc, stated in SARIF

	// Explain gives what a code means, for the rules of SARIF; nil for nothing.
	Explain func(code string) (Rule, bool)
}

// Print writes the sorted list. It fails on an unknown format and when w does.
func Print(w io.Writer, l List, f Format, o Options) error {
	l = l.Sorted()
	switch f {
	case Text:
		return printText(w, l.told(), o)
	case JSON:
		return printJSON(w, l)
	case SARIF:
		return printSARIF(w, newLines(o).inCharacters(l), o)
	case GitHub:
		return printGitHub(w, newLines(o).inCharacters(l))
	}
	return fmt.Errorf("unknown format %q: must be one of %v", f, Formats())
}

// Summary is the line that ends a report in text: "3 errors, 1 warning in 2
// files". It is empty for an empty list.
func Summary(l List) string {
	l = l.Sorted()
	if len(l) == 0 {
		return ""
	}
	s := ""
	if n := l.Errors(); n > 0 {
		s = words.Count(n, "error")
	}
	if n := l.Warnings(); n > 0 {
		if s != "" {
			s += ", "
		}
		s += words.Count(n, "warning")
	}
	if n := files(l); n > 0 {
		s += " in " + words.Count(n, "file")
	}
	return s
}

func files(l List) int {
	seen := map[string]bool{}
	for _, d := range l {
		if d.Pos.IsValid() {
			seen[d.Pos.File] = true
		}
	}
	return len(seen)
}
