package diff

import (
	"maps"
	"slices"
	"strings"
)

// Accepted is what an environment's file accepts of its dangers.
type Accepted struct {
	Reasons map[string]string // by the ID of the danger
	By      map[string]string // what the file says that accepts it, by the ID of the danger
	Refused []string          // that only the fleet's policy accepts, sorted
	Unused  []string          // that nothing in this change needs, sorted
	Expired []string          // that were accepted before this change, sorted
}

// Accept compares dangers with what an environment's file accepts: a code for all
// dangers of its sort, or a code with a subject. A file accepts only what disturbs
// its own environment (Own). An entry that the file had before the change, with the
// same reason, was for an earlier change and no longer counts; before is nil where
// there was no file.
func Accept(dangers []Danger, now, before map[string]string) Accepted {
	a := Accepted{Reasons: map[string]string{}, By: map[string]string{}}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		reason, again := before[id]
		needed, refused := false, false
		switch {
		case !IsCode(id):
			continue // a warning's, of which vet tells
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

// Is reports whether a danger is meant by a code, or by a code with a subject or the
// beginning of one.
func (d Danger) Is(id string) bool {
	return d.ID() == id || strings.HasPrefix(d.ID(), id+"/")
}
