package upgrade

import (
	"slices"

	"github.com/dominoc/dominoc/cmd/dominoc/edit"
	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// Edits drafts the next step of each environment, in the order of the reports. With write it
// makes all of these edits or, if a step is blocked or a person has to make it, none, and
// reports that it refused.
func Edits(l *load.Loader, root string, results []load.Result, reports []Report, write bool) (refused bool, err error) {
	files := make([]*edit.Edited, len(reports))
	for i := range reports {
		files[i] = reports[i].draft(l, results[i])
		refused = refused || write && (len(reports[i].Blocked) > 0 || files[i] == nil && reports[i].Next() != nil)
	}
	if refused || !write {
		return refused, nil
	}
	for i, file := range files {
		if file == nil {
			continue
		}
		if err := file.Write(root); err != nil {
			return false, err
		}
		reports[i].Edit.Written = true
	}
	return false, nil
}

// draft adds the edit of the next step to a report, and what dominoc vet says of the
// environment only after it: errors block the step. The file is nil if there is no edit,
// or a person has to make it.
func (r *Report) draft(l *load.Loader, before load.Result) *edit.Edited {
	next := r.Next()
	if next == nil {
		return nil
	}
	var file *edit.Edited
	if r.Edit, file = edit.DraftOf(l, before, next.Changes...); file == nil {
		return nil
	}
	refused, warned := edit.News(found(before), found(file.Result))
	for _, text := range refused {
		r.Blocked = append(r.Blocked, "after this step dominoc vet refuses "+text)
	}
	for _, text := range warned {
		r.Notes = append(r.Notes, "after this step dominoc vet warns: "+text)
	}
	return file
}

// found is what dominoc vet says of an environment alone.
func found(r load.Result) diag.List {
	in := compositions.Input{Environment: r.Environment, At: r.Source.At}
	return append(slices.Clone(r.Diagnostics), compositions.Check([]compositions.Input{in}, nil)...).Sorted()
}
