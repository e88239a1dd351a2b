package diff

import (
	"maps"
	"slices"
	"strings"
)

// Accepted is the result of comparing an environment's dangers with its file's
// acceptances.
type Accepted struct {
	Reasons map[string]string // by the ID of the danger
	By      map[string]string // the entry that accepts it, by the ID of the danger
	Refused []string          // entries that only the fleet's policy may have, sorted
	Unused  []string          // entries without a danger in this change, sorted
	Expired []string          // entries of an earlier change, sorted
}

// Accept compares dangers with the entries of an environment's file: a code for all
// dangers of its kind, or a code with a subject. A file may accept only dangers that
// disturb its own environment (Own). An entry that the file had before the change, with
// the same reason, was for an earlier change and no longer counts; before is nil if
// there was no file.
func Accept(dangers []Danger, now, before map[string]string) Accepted {
	a := Accepted{Reasons: map[string]string{}, By: map[string]string{}}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		reason, again := before[id]
		needed, refused := false, false
		switch {
		case !IsCode(id):
			continue // of a warning, which vet reports
		case again && reason == now[id]:
			a.Expired = append(a.Expired, id)
			continue
		}
		for _, d := range dangers {
			switch {
			case d.Is(id) && d.Own():
				a.Reasons[d.ID()], a.By[d.ID()], needed = now[id], id, true
			case d.Is(id):
				refused = true
			}
		}
		switch {
		case refused:
			a.Refused = append(a.Refused, id)
		case !needed:
			a.Unused = append(a.Unused, id)
		}
	}
	return a
}

// Is reports whether an ID denotes the danger: its code, its code and subject, or a code
// with the beginning of the subject.
func (d Danger) Is(id string) bool {
	return d.ID() == id || strings.HasPrefix(d.ID(), id+"/")
}
