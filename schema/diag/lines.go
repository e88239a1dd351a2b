package diag

import (
	"bytes"
	"unicode/utf8"
)

// lines gives the lines of the files that diagnostics name.
type lines struct {
	read  func(string) []byte
	files map[string][][]byte
}

func newLines(o Options) *lines { return &lines{o.Source, map[string][][]byte{}} }

// at is the line of a place, nil when it is not known.
func (l *lines) at(p Pos) []byte {
	if l.read == nil || p.Line < 1 {
		return nil
	}
	file, ok := l.files[p.File]
	if !ok {
		file = bytes.Split(l.read(p.File), []byte("\n"))
		l.files[p.File] = file
	}
	if p.Line > len(file) {
		return nil
	}
	return bytes.TrimRight(file[p.Line-1], "\r")
}

// inCharacters is the list with columns that count characters in place of
// bytes, as formats for other programs want them. Where the line is not known
// they stay.
func (l *lines) inCharacters(list List) List {
	out := make(List, 0, len(list))
	for _, d := range list {
		line := l.at(d.Pos)
		d.Pos.Column, d.End = characters(line, d.Pos.Column), characters(line, d.End)
		notes := make([]Note, 0, len(d.Notes))
		for _, n := range d.Notes {
			n.Pos.Column = characters(l.at(n.Pos), n.Pos.Column)
			notes = append(notes, n)
		}
		d.Notes = notes
		out = append(out, d)
	}
	return out
}

func characters(line []byte, column int) int {
	if column < 1 || column > len(line)+1 {
		return column
	}
	return utf8.RuneCount(line[:column-1]) + 1
}
