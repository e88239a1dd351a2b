// Package edit changes an environment in its user's files.
//
// In go a loaded environment and changes of fields; out come its files with the changes and
// every other byte as it was, and the environment as it will be. The files are loaded
// again before they are written, all or none: the environment must differ in just these
// fields, else nothing is edited, and the Refusal says why and what to edit by hand. So is a
// value that the environment's own files do not state, but share with others, import or
// compute.
//
// What should change is decided by the callers, such as package upgrade; how the text of a
// file is changed, by package rewrite.
package edit

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/rewrite"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Edited is an environment with edited files, not yet written.
type Edited struct {
	Lines    []Line            // what was edited
	Result   load.Result       // the environment as it will be
	Contents map[string][]byte // of the files, by their names for the reader, relative to the root

	before map[string][]byte
}

// Line is an edit for the reader.
type Line struct {
	Pos      diag.Pos // where the field is; without a line for one that is nowhere yet
	Path     diag.Path
	Old, New any // nil where the field is absent

	// Like is the field whose text the new one repeats, or nil.
	Like diag.Path
}

// String is the line as dominoc diff prints it.
func (l Line) String() string {
	s := l.Pos.String() + ": " + l.Path.String() + ": "
	switch {
	case l.Like != nil:
		return s + "+ the text of " + l.Like.String()
	case l.Old == nil:
		return s + "+ " + data(l.New)
	case l.New == nil:
		if _, group := l.Old.(map[string]any); group {
			return s + "- {…}"
		}
		return s + "- " + data(l.Old)
	}
	return s + data(l.Old) + " -> " + data(l.New)
}

// Refusal is why an environment's file is not edited, and what to edit by hand.
type Refusal struct {
	Pos    diag.Pos
	Reason string
	Lines  []Line

	// Code is the code of the error that the environment would have; empty where a person can
	// make the edit.
	Code string
}

func (r *Refusal) Error() string { return r.Pos.String() + ": " + r.Reason }

// Of returns the environment's files with changes. The error is a *Refusal.
func Of(l *load.Loader, r load.Result, changes ...rewrite.Change) (*Edited, error) {
	f := &Edited{Lines: linesOf(r, changes), Contents: map[string][]byte{}, before: map[string][]byte{}}
	refuse := func(at diag.Pos, format string, args ...any) error {
		return &Refusal{Pos: at, Reason: fmt.Sprintf(format, args...), Lines: f.Lines}
	}
	own := path.Join(r.Folder.Shown, r.Folder.Files[0])
	in := map[string][]rewrite.Change{}
	for i, line := range f.Lines {
		name := own
		if line.Old != nil && r.Source.States(line.Path) {
			name = line.Pos.File
		}
		if path.Dir(name) != r.Folder.Shown {
			return nil, refuse(line.Pos, "%s is stated here, in a file that other environments read too", line.Path)
		}
		in[name] = append(in[name], changes[i])
	}
	for name, some := range ordered.All(in) {
		f.before[name] = r.Source.Content(name)
		var err error
		if f.Contents[name], err = rewrite.Apply(name, f.before[name], some...); err != nil {
			refusal := &rewrite.Refusal{}
			errors.As(err, &refusal)
			return nil, refuse(refusal.Pos, "%s", refusal.Reason)
		}
	}
	f.Result = l.Edited(r.Folder, f.Contents)
	if f.Result.Environment == nil {
		for _, d := range f.Result.Diagnostics {
			if d.Severity == diag.Error {
				return nil, &Refusal{Pos: d.Pos, Reason: fmt.Sprintf("the edited file would be wrong: %s: %s", d.Path, d.Message), Lines: f.Lines, Code: d.Code}
			}
		}
	}
	switch other, exact := differs(r.Environment, f.Result.Environment, changes); {
	case exact:
	case at(plain(f.Result.Environment), other) != nil && slices.ContainsFunc(changes, func(c rewrite.Change) bool { return c.Value == nil && c.From == nil && slices.Equal(c.Path, other) }):
		return nil, refuse(f.Result.Source.At(other), "%s is stated here too", other)
	default:
		return nil, refuse(r.Source.At(other), "the edited file would change %s", other)
	}
	for i, line := range f.Lines {
		if line.New != nil || line.Like != nil {
			f.Lines[i].Pos = f.Result.Source.At(line.Path)
		}
	}
	return f, nil
}

// Write replaces the files, all or none, if they are still those that were read. Their modes
// stay.
func (f *Edited) Write(root string) error {
	return ReplaceAll(root, f.before, f.Contents)
}

// linesOf are changes for the reader, at the places of the file as it is.
func linesOf(r load.Result, changes []rewrite.Change) []Line {
	whole := plain(r.Environment)
	lines := make([]Line, len(changes))
	for i, c := range changes {
		lines[i] = Line{Pos: r.Source.At(c.Path), Path: c.Path, Old: at(whole, c.Path), New: c.Value, Like: c.From}
	}
	return lines
}

// differs returns a field in which two environments differ other than by the changes, or
// in which they should and do not; true if there is none.
func differs(before, after *v1alpha1.Environment, changes []rewrite.Change) (diag.Path, bool) {
	whole := plain(after)
	for _, c := range changes {
		if got := at(whole, c.Path); c.From == nil && data(got) != data(c.Value) {
			return c.Path, false
		}
	}
	for _, e := range diff.Edits(before, after) {
		if !asked(e, changes) {
			return e.Path, false
		}
	}
	return nil, true
}

// asked reports whether an edit is one of the changes, a part of one, or a group of fields
// that came or went with one.
func asked(e diff.Edit, changes []rewrite.Change) bool {
	for _, c := range changes {
		n := min(len(e.Path), len(c.Path))
		switch {
		case !slices.Equal(e.Path[:n], c.Path[:n]):
		case n == len(c.Path) || e.Old == nil || e.New == nil:
			return true
		}
	}
	return false
}

// plain is an environment as plain data.
func plain(env *v1alpha1.Environment) map[string]any {
	var out map[string]any
	if err := json.Unmarshal([]byte(data(env)), &out); err != nil {
		panic("an environment is an object: " + err.Error())
	}
	return out
}

// at is the value at a path of plain data, or nil.
func at(value any, p diag.Path) any {
	for _, label := range p {
		fields, _ := value.(map[string]any)
		value = fields[label]
	}
	return value
}

// data is a value as JSON.
func data(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic("an environment is plain data: " + err.Error())
	}
	return string(text)
}
