package promote

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/edit"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/rewrite"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Carried is the edit of one environment by which it decides some fields as another one
// does; without a File a person has to make it.
type Carried struct {
	Environment string
	Lines       []edit.Line // none if it decides them so already
	Refused     error
	File        *edit.Edited
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
	for _, f := range fields {
		changes = append(changes, edit.Changes(f, edit.Value(to.Environment, f), edit.Value(from.Environment, f))...)
	}
	if len(changes) == 0 {
		return c
	}
	file, err := edit.Of(w.Loader, to, changes...)
	if refusal := (*edit.Refusal)(nil); errors.As(err, &refusal) {
		c.Refused, c.Lines = refusal, refusal.Lines
		return c
	}
	if _, found := w.Plans([]load.Result{file.Result}); found.HasErrors() {
		for _, d := range found {
			if d.Severity == diag.Error {
				c.Lines = file.Lines
				c.Refused = fmt.Errorf("%s: the environment would be wrong: %s: %s [%s]", d.Pos, d.Path, d.Message, d.Code)
				return c
			}
		}
	}
	c.File, c.Lines = file, file.Lines
	return c
}

// within reports whether a path is a field or below it.
func within(field, p diag.Path) bool {
	return len(field) <= len(p) && slices.Equal(p[:len(field)], field)
}

// Known returns an error for a field that none of the environments has.
func Known(fields []diag.Path, results []load.Result) error {
	for _, f := range fields {
		if !slices.ContainsFunc(results, func(r load.Result) bool { return edit.Value(r.Environment, f) != nil }) {
			return &workspace.Mistake{Err: fmt.Errorf("%s: no environment of either ring states this field", f)}
		}
		if len(f) == 1 && slices.Contains([]string{"name", "account", "region", "ring", "ids", "accept", "provider", "domain"}, f[0]) {
			return &workspace.Mistake{Err: fmt.Errorf("%s: is of each environment alone and is not carried", strings.Join(f, "."))}
		}
	}
	return nil
}

// From returns the environments whose values are carried to the ring at a place in the order:
// the one of a name or, without a name, those of the ring before. The error is a
// *workspace.Mistake.
func From(results []load.Result, rings []v1alpha1.Ring, place int, name string) ([]load.Result, error) {
	mistake := func(format string, args ...any) ([]load.Result, error) {
		return nil, &workspace.Mistake{Err: fmt.Errorf(format, args...)}
	}
	if name != "" {
		for _, r := range results {
			if r.Environment.Name == name {
				return []load.Result{r}, nil
			}
		}
		return mistake("--from %q: no environment of the fleet has this name", name)
	}
	if place == 0 {
		return mistake("no ring comes before the first: name an environment with --from")
	}
	before := rings[place-1].Name
	from := In(results, before)
	if len(from) == 0 {
		return mistake("ring %s has no environment: name one with --from", before)
	}
	return from, nil
}
