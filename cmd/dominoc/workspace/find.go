package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/source"
)

// Selection is the environments of a run, sorted by path: those that patterns choose, and
// possibly the others of the fleet.
type Selection struct {
	Folders []source.Folder
	chosen  map[string]bool // by folder
}

// Of returns the selection of folders, all of them chosen.
func Of(folders []source.Folder) Selection {
	s := Selection{Folders: folders, chosen: map[string]bool{}}
	for _, f := range folders {
		s.chosen[f.Dir] = true
	}
	return s
}

// has reports whether the patterns choose a folder.
func (s Selection) has(f source.Folder) bool { return s.chosen[f.Dir] }

// split returns the folders that are chosen, and the others.
func (s Selection) split() (chosen, others []source.Folder) {
	for _, f := range s.Folders {
		if s.has(f) {
			chosen = append(chosen, f)
		} else {
			others = append(others, f)
		}
	}
	return chosen, others
}

// Find returns the environments that the patterns name; without patterns those of the
// fleet, which may be empty.
func (w *Workspace) Find(patterns []string) (Selection, error) {
	if err := w.Exists(); err != nil {
		return Selection{}, err
	}
	ofFleet := len(patterns) == 0
	if ofFleet {
		patterns = []string{fleetPattern}
		if !w.HasFleet() {
			return Selection{}, &Mistake{errors.New("no folder \"" + Fleet + "\" here: name environments, or the repository with -C")}
		}
	}
	folders, err := w.Loader.Find(patterns)
	if none := (*source.NoMatch)(nil); ofFleet && errors.As(err, &none) {
		return Selection{}, nil
	}
	return Of(folders), Sought(err)
}

// FindWithFleet returns the environments that the patterns name, and all others of the
// fleet.
func (w *Workspace) FindWithFleet(patterns []string) (Selection, error) {
	s, err := w.Find(patterns)
	if err != nil || len(patterns) == 0 || !w.HasFleet() {
		return s, err
	}
	fleet, err := w.Loader.Find([]string{fleetPattern})
	if empty := (*source.NoMatch)(nil); errors.As(err, &empty) {
		return s, nil // the patterns are elsewhere
	}
	for _, f := range fleet {
		if !s.has(f) {
			s.Folders = append(s.Folders, f)
		}
	}
	slices.SortFunc(s.Folders, func(a, b source.Folder) int { return strings.Compare(a.Dir, b.Dir) })
	return s, Sought(err)
}

// One returns the single environment that a pattern names.
func (w *Workspace) One(command, pattern string) (source.Folder, error) {
	s, err := w.Find([]string{pattern})
	if err != nil {
		return source.Folder{}, err
	}
	if len(s.Folders) > 1 {
		return source.Folder{}, &Mistake{fmt.Errorf("%q matches %s; %s takes one", pattern, source.Some(s.Folders), command)}
	}
	return s.Folders[0], nil
}

// Sought classifies the error of a search for environments: a wrong pattern is a Mistake,
// an unreadable folder is not.
func Sought(err error) error {
	if unreadable := (*fs.PathError)(nil); err == nil || errors.As(err, &unreadable) {
		return err
	}
	return &Mistake{err}
}

// HasFleet reports whether there is a folder of the fleet.
func (w *Workspace) HasFleet() bool {
	info, err := os.Stat(w.inFleet(""))
	return err == nil && info.IsDir()
}

// Names are the names of the fleet's folders, as a shell completes them.
func (w *Workspace) Names() ([]string, error) {
	s, err := w.Find(nil)
	var names []string
	for _, f := range s.Folders {
		names = append(names, filepath.Base(f.Dir))
	}
	return names, err
}
