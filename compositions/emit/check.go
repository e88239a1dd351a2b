package emit

import (
	"bytes"
	"slices"
	"strings"
)

// Kind is how a path of the folder differs from the set.
type Kind string

// The kinds of difference.
const (
	Missing     Kind = "missing"
	Changed     Kind = "changed"
	LeftOver    Kind = "left over"
	Interrupted Kind = "interrupted" // a write did not commit; the next one completes it
)

// Difference is a path that Write would touch.
type Difference struct {
	Path string
	Kind Kind

	// Line is the first line that differs, from 1, with what the set and the
	// folder have there. Only for Changed.
	Line      int
	Want, Got string
}

// Check returns how dir differs from the set, by path, and changes nothing. Without
// differences Write would do nothing. A file in the way is an error, as it is for Write.
func Check(dir string, s Set) ([]Difference, error) {
	files, err := s.sorted()
	if err != nil {
		return nil, err
	}
	var out []Difference
	there, err := inFolder(dir, func(f *folder) (err error) {
		out, err = f.check(s, files)
		return err
	})
	if !there && err == nil {
		for _, f := range files {
			out = append(out, Difference{Path: f.Path, Kind: Missing})
		}
	}
	return out, err
}

func (f *folder) check(s Set, files []File) ([]Difference, error) {
	d, err := f.difference(s, files)
	if err != nil {
		return nil, err
	}
	var out []Difference
	if f.exists(workFolder) {
		out = append(out, Difference{Path: workFolder, Kind: Interrupted})
	}
	for _, c := range d.changes {
		if c.Path == s.Manifest && len(out) > 0 {
			continue // it differs because the files do
		}
		diff, err := f.describe(c)
		if err != nil {
			return nil, err
		}
		out = append(out, diff)
	}
	slices.SortFunc(out, func(a, b Difference) int { return strings.Compare(a.Path, b.Path) })
	return out, nil
}

func (f *folder) describe(c change) (Difference, error) {
	switch {
	case !c.New:
		return Difference{Path: c.Path, Kind: LeftOver}, nil
	case !c.Old:
		return Difference{Path: c.Path, Kind: Missing}, nil
	}
	have, _, err := f.content(c.Path)
	diff := Difference{Path: c.Path, Kind: Changed}
	diff.Line, diff.Want, diff.Got = firstDifference(c.content, have)
	return diff, err
}

// firstDifference returns the first line in which want and got differ. They are not
// equal.
func firstDifference(want, got []byte) (line int, w, g string) {
	n := 0
	for n < min(len(want), len(got)) && want[n] == got[n] {
		n++
	}
	start := bytes.LastIndexByte(want[:n], '\n') + 1
	line = 1 + bytes.Count(want[:start], []byte("\n"))
	w, g = firstLine(want[start:]), firstLine(got[start:])
	if strings.HasSuffix(w, "\n") && strings.HasSuffix(g, "\n") {
		return line, w[:len(w)-1], g[:len(g)-1]
	}
	return line, w, g // one of them ends here: the line break may be all
}

func firstLine(b []byte) string {
	if end := bytes.IndexByte(b, '\n'); end >= 0 {
		b = b[:end+1]
	}
	return string(b)
}
