package emit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
)

// The work folder during a write. Files are numbered by their change.
const (
	journalFile = workFolder + "/journal"
	newFiles    = workFolder + "/new"
	oldFiles    = workFolder + "/old"
)

func numbered(dir string, i int) string { return dir + "/" + strconv.Itoa(i) }

// apply makes the changes, or undoes them and says why.
func (f *folder) apply(changes []change) error {
	err := f.stage(changes)
	if err == nil {
		err = f.swap(changes)
	}
	if err == nil {
		err = f.remove(journalFile) // the commit
	}
	if err != nil {
		return errors.Join(err, f.rollBack())
	}
	for _, c := range changes {
		if !c.New {
			f.prune(c.Path)
		}
	}
	return f.remove(workFolder)
}

// Permissions of what is written.
const (
	plainFile fs.FileMode = 0o644
	program   fs.FileMode = 0o755
)

func (c change) mode() fs.FileMode {
	if c.executable {
		return program
	}
	return plainFile
}

// stage writes the new files and then the journal, whole or not at all.
func (f *folder) stage(changes []change) error {
	if err := errors.Join(f.mkdir(newFiles), f.mkdir(oldFiles)); err != nil {
		return err
	}
	for i, c := range changes {
		if !c.New {
			continue
		}
		if err := f.create(numbered(newFiles, i), c.content, c.mode(), false); err != nil {
			return err
		}
	}
	text, err := json.Marshal(changes)
	if err != nil {
		return err
	}
	const draft = journalFile + ".draft"
	if err := f.create(draft, text, plainFile, true); err != nil {
		return err
	}
	return f.rename(draft, journalFile)
}

// swap moves the old files aside and the new ones in.
func (f *folder) swap(changes []change) error {
	for i, c := range changes {
		if c.Old {
			if err := f.rename(c.Path, numbered(oldFiles, i)); err != nil {
				return err
			}
		}
		if !c.New {
			continue
		}
		if err := f.moveIn(numbered(newFiles, i), c.Path); err != nil {
			return err
		}
	}
	return nil
}

func (f *folder) moveIn(from, to string) error {
	if dir := path.Dir(to); !f.exists(dir) {
		if err := f.mkdir(dir); err != nil {
			return err
		}
	}
	return f.rename(from, to)
}

// rollBack undoes a write that did not commit, if there is one. It may itself
// be interrupted: undoing twice is undoing once.
func (f *folder) rollBack() error {
	if err := f.lookAtDir(workFolder); err != nil {
		return missing(err)
	}
	text, err := f.root.ReadFile(journalFile)
	if err == nil {
		err = f.undo(text)
	}
	if missing(err) != nil {
		return fmt.Errorf("an interrupted write could not be undone: %w", err)
	}
	return f.remove(workFolder)
}

func (f *folder) undo(journal []byte) error {
	var changes []change
	if err := json.Unmarshal(journal, &changes); err != nil {
		return fmt.Errorf("%s: %w", journalFile, err)
	}
	for i, c := range slices.Backward(changes) {
		if err := f.undoChange(i, c); err != nil {
			return err
		}
	}
	return f.remove(journalFile)
}

// undoChange tells from the work folder how far the change had come.
func (f *folder) undoChange(i int, c change) error {
	if old := numbered(oldFiles, i); f.exists(old) {
		return f.rename(old, c.Path)
	}
	if c.Old || f.exists(numbered(newFiles, i)) || !f.exists(c.Path) {
		return nil
	}
	err := f.remove(c.Path)
	f.prune(c.Path)
	return err
}
