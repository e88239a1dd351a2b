package promote

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/edit"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/rewrite"
)

// Carried is the edit of one environment by which it decides some fields as another one
// does; without a File a person has to make it.
type Carried struct {
	Environment string
	Lines       []edit.Line // none if it decides them so already
	Refused     error
	File        *edit.File
}

// In returns the environments of a ring.
func In(results []load.Result, ring string) []load.Result {
	return slices.DeleteFunc(slices.Clone(results), func(r load.Result) bool { return r.Environment == nil || r.Environment.Ring != ring })
}

// Decisions returns the edits by which environments decide fields as others do, which must
// agree. A field is a value or a group of values, such as cluster.version, addons or
// pools.default. The error is a *workspace.Mistake.
func Decisions(w *workspace.Workspace, from, to []load.Result, fields []diag.Path) ([]Carried, error) {
	for _, other := range from[1:] {
		for _, e := range diff.Edits(from[0].Environment, other.Environment) {
			if slices.ContainsFunc(fields, func(f diag.Path) bool { return within(f, e.Path) || within(e.Path, f) }) {
				return nil, &workspace.Mistake{Err: fmt.Errorf("%s differs between %s and %s: name one of them with --from", e.Path, from[0].Environment.Name, other.Environment.Name)}
			}
		}
	}
	all := make([]Carried, len(to))
	for i, r := range to {
		all[i] = carry(w, from[0], r, fields)
	}
	return all, nil
}

// carry drafts the edit of one environment.
func carry(w *workspace.Workspace, from, to load.Result, fields []diag.Path) Carried {
	c := Carried{Environment: to.Environment.Name}
	var changes []rewrite.Change
	var list diag.Path
	for _, e := range diff.Edits(to.Environment, from.Environment) {
		if !slices.ContainsFunc(fields, func(f diag.Path) bool { return within(f, e.Path) || within(e.Path, f) }) {
			continue
		}
		for _, leaf := range leaves(e) {
			if slices.ContainsFunc(fields, func(f diag.Path) bool { return within(f, leaf.Path) }) {
				c.Lines = append(c.Lines, edit.Line{Pos: to.Source.At(leaf.Path), Path: leaf.Path, Old: leaf.Old, New: leaf.New})
				changes = append(changes, rewrite.Change{Path: leaf.Path, Value: leaf.New})
				if inList(leaf) {
					list = leaf.Path
				}
			}
		}
	}
	switch {
	case len(changes) == 0:
		return c
	case list != nil:
		c.Refused = &edit.Refusal{Pos: to.Source.At(list), Reason: list.String() + " is in a list, which dominoc does not edit", Lines: c.Lines}
		return c
	}
	file, err := edit.Of(w.Loader, to, changes...)
	if refusal := (*edit.Refusal)(nil); errors.As(err, &refusal) {
		c.Refused = refusal
		return c
	}
	if _, found := w.Plans([]load.Result{file.Result}); found.HasErrors() {
		for _, d := range found {
			if d.Severity == diag.Error {
				c.Refused = fmt.Errorf("%s: the environment would be wrong: %s: %s [%s]", d.Pos, d.Path, d.Message, d.Code)
				return c
			}
		}
	}
	c.File, c.Lines = file, file.Lines
	return c
}

// leaves returns an edit of a group of fields as edits of its values.
func leaves(e diff.Edit) []diff.Edit {
	old, _ := e.Old.(map[string]any)
	now, _ := e.New.(map[string]any)
	if old == nil && now == nil {
		return []diff.Edit{e}
	}
	var all []diff.Edit
	for name, value := range ordered.All(old) {
		all = append(all, leaves(diff.Edit{Path: e.Path.Child(name), Old: value})...)
	}
	for name, value := range ordered.All(now) {
		all = append(all, leaves(diff.Edit{Path: e.Path.Child(name), New: value})...)
	}
	return all
}

// inList reports whether an edit is one of a list, or of an element.
func inList(e diff.Edit) bool {
	_, old := e.Old.([]any)
	_, now := e.New.([]any)
	return old || now || slices.ContainsFunc(e.Path, func(label string) bool { _, element := diag.IndexOf(label); return element })
}

// within reports whether a path is a field or below it.
func within(field, p diag.Path) bool {
	return len(field) <= len(p) && slices.Equal(p[:len(field)], field)
}

// Known returns an error for a field that none of the environments has.
func Known(fields []diag.Path, results []load.Result) error {
	for _, f := range fields {
		if !slices.ContainsFunc(results, func(r load.Result) bool { return has(r, f) }) {
			return &workspace.Mistake{Err: fmt.Errorf("%s: no environment of either ring states this field", f)}
		}
		if len(f) == 1 && slices.Contains([]string{"name", "account", "region", "ring", "ids", "accept", "provider", "domain"}, f[0]) {
			return &workspace.Mistake{Err: fmt.Errorf("%s: is of each environment alone and is not carried", strings.Join(f, "."))}
		}
	}
	return nil
}

func has(r load.Result, p diag.Path) bool {
	text, err := json.Marshal(r.Environment)
	var value any
	if err != nil || json.Unmarshal(text, &value) != nil {
		return false
	}
	for _, label := range p {
		fields, _ := value.(map[string]any)
		if value = fields[label]; value == nil {
			return false
		}
	}
	return true
}
