package replace

import (
	"fmt"
	"slices"
	"sort"

	"github.com/dominoc/dominoc/cmd/dominoc/edit"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/rewrite"
)

// draft makes the edit of the steps and adds what dominoc vet says of the environment only
// after it. Where the successors do not fit beside the pools before them, they get the
// largest maximum that does. The file is nil if a person has to make the edit.
func (r *replacement) draft(changes []rewrite.Change) *edit.Edited {
	before := r.Judge(r.Before)
	news := func(file *edit.Edited) (refused, warned []string) { return edit.News(before, r.Judge(file.Result)) }
	draft, file := r.edited(changes)
	r.report.Edit = draft
	switch {
	case draft.Code == "pool-name" && r.Name == "":
		r.block("%s; choose one with --name", draft.Refused)
	case draft.Code != "":
		r.block("%s", draft.Refused)
	}
	if file == nil {
		return nil
	}
	refused, warned := news(file)
	if len(refused) > 0 {
		if less, fits := r.fitting(changes, func(f *edit.Edited) bool { none, _ := news(f); return len(none) == 0 }); fits {
			draft, file = r.edited(changes)
			r.report.Edit = draft
			refused, warned = news(file)
			r.report.Notes = append(r.report.Notes, less...)
		}
	}
	for _, text := range refused {
		r.block("after this step dominoc vet refuses %s", text)
	}
	for _, text := range warned {
		r.note("after this step dominoc vet warns: %s", text)
	}
	return file
}

// edited returns the file with the changes, and with the fields that its successors lack.
// Where the text of a pool cannot be repeated, a successor states what it has.
func (r *replacement) edited(changes []rewrite.Change) (*edit.Draft, *edit.Edited) {
	draft, file := r.completed(changes)
	if file != nil || len(r.wanted) == 0 {
		return draft, file
	}
	var stated []rewrite.Change
	for _, c := range changes {
		if _, added := r.wanted[c.Path[1]]; !added {
			stated = append(stated, c)
		}
	}
	for name, want := range ordered.All(r.wanted) {
		stated = append(append(stated, want.stated(name)...), r.raised[name]...)
	}
	if other, file := r.completed(stated); file != nil || draft.Code == "" {
		return other, file
	}
	return draft, nil
}

// completed returns the file with the changes and with the fields that its successors lack,
// which are seen once the file is loaded.
func (r *replacement) completed(changes []rewrite.Change) (*edit.Draft, *edit.Edited) {
	all := slices.Clone(changes)
	for {
		draft, file := edit.DraftOf(r.Loader, r.Before, all...)
		if file == nil {
			return draft, nil
		}
		lacking := r.lacking(file.Result)
		switch {
		case len(lacking) == 0:
			return draft, file
		case len(all) > len(changes): // they were stated, and came to something else
			draft.Refused = fmt.Sprintf("%s would not be as asked", lacking[0].Path)
			return draft, nil
		}
		all = append(all, lacking...)
	}
}

// lacking are the changes that make the successors what they should be.
func (r *replacement) lacking(got load.Result) []rewrite.Change {
	var changes []rewrite.Change
	for name, want := range ordered.All(r.wanted) {
		path := diag.Path{"pools", name}
		old, _ := want["replaces"].(string)
		for _, c := range edit.Changes(path, edit.Value(got.Environment, path), map[string]any(want)) {
			if c.Value != nil || !r.taken(old) { // what AWS decides of the old pool, a default decides
				changes = append(changes, c)
			}
		}
	}
	return changes
}

// fitting lowers the maximum of each successor, by the same share, to the most that fits, and
// returns a note for each; false if not even the least fits.
func (r *replacement) fitting(changes []rewrite.Change, fits func(*edit.Edited) bool) (notes []string, found bool) {
	const shares = 64
	whole := map[string]size{}
	for name, want := range r.wanted {
		whole[name] = want.size()
	}
	take := func(share int64) {
		for name, s := range whole {
			r.wanted[name].resize(s, max(s.max*share/shares, r.groups(name)))
		}
	}
	lowered := func(share int) bool {
		take(int64(share))
		_, file := r.edited(changes)
		return file != nil && fits(file)
	}
	// The first share that does not fit; no larger one does.
	share := sort.Search(shares, func(i int) bool { return !lowered(i) }) - 1
	if share < 0 {
		take(shares)
		return nil, false
	}
	take(int64(share))
	for name, s := range ordered.All(whole) {
		if now := r.wanted[name].size().max; now < s.max {
			notes = append(notes, fmt.Sprintf("size.max of %s is %d, not %d: with both pools there is no room for more; raise it when the other is removed", name, now, s.max))
		}
	}
	return notes, true
}

// groups is how many node groups a successor has, one for each zone. EKS wants a maximum of
// 1 or more of each.
func (r *replacement) groups(name string) int64 {
	if own, _ := r.wanted[name]["zones"].([]any); len(own) > 0 {
		return int64(len(own))
	}
	return int64(len(r.env.Zones))
}

// size is that of a pool.
type size struct{ min, max, desired int64 }

// size returns the size of a pool. Defaults are filled in, so that each number is there.
func (p pool) size() size {
	fields, _ := p["size"].(map[string]any)
	number := func(name string) int64 { n, _ := fields[name].(float64); return int64(n) }
	return size{number("min"), number("max"), number("desired")}
}

// resize gives a pool of a size a lower maximum, though not below its minimum.
func (p pool) resize(from size, most int64) {
	most = min(max(most, from.min), from.max)
	p["size"] = map[string]any{"min": float64(from.min), "max": float64(most), "desired": float64(min(from.desired, most))}
}
