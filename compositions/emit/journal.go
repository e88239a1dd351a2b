package emit

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
)

// The work folder during a write. Files are numbered by their change.
const (
	newFiles  = workFolder + "/new"
	oldFiles  = workFolder + "/old"
	announced = workFolder + "/manifest"
)

func numbered(dir string, i int) string { return dir + "/" + strconv.Itoa(i) }

// apply makes the changes, of which the last is that of the manifest, or undoes
// them and says why. Meanwhile the manifest is announcement.
func (f *folder) apply(changes []change, announcement []byte) error {
	if err := f.stage(changes, announcement); err != nil {
		return errors.Join(err, f.cleanUp())
	}
	if begun, err := f.swap(changes); err != nil {
		return errors.Join(err, f.undo(changes, begun))
	}
	for _, c := range changes {
		if !c.New {
			f.prune(c.Path)
		}
	}
	return f.cleanUp()
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

// stage keeps the old files, writes the new ones next to them, and puts the
// announcement in the place of the manifest, whole or not at all.
func (f *folder) stage(changes []change, announcement []byte) error {
	if err := errors.Join(f.mkdir(newFiles), f.mkdir(oldFiles)); err != nil {
		return err
	}
	staging, err := f.root.OpenRoot(newFiles)
	if err != nil {
		return err
	}
	defer staging.Close()
	for i, c := range changes {
		if c.Old {
			if err := f.link(c.Path, numbered(oldFiles, i)); err != nil {
				return err
			}
		}
		if c.New {
			if err := f.create(staging, newFiles, strconv.Itoa(i), c.content, c.mode(), false); err != nil {
				return err
			}
		}
	}
	if err := f.create(f.root, "", announced, announcement, plainFile, true); err != nil {
		return err
	}
	return f.rename(announced, changes[len(changes)-1].Path)
}

// swap puts each new file in its place in one step, and removes what is no longer
// made. begun is how many of the changes were begun.
func (f *folder) swap(changes []change) (begun int, err error) {
	made := "." // a folder that is there
	for i, c := range changes {
		if c.New {
			err = f.moveIn(numbered(newFiles, i), c.Path, &made)
		} else {
			err = f.remove(c.Path)
		}
		if err != nil {
			return i + 1, err
		}
	}
	return len(changes), nil
}

func (f *folder) moveIn(from, to string, made *string) error {
	if dir := path.Dir(to); dir != *made {
		if !f.exists(dir) {
			if err := f.mkdir(dir); err != nil {
				return err
			}
		}
		*made = dir
	}
	return f.rename(from, to)
}

// undo puts back what the changes that were begun replaced or removed, and at last
// the manifest. It knows what this process did: no file is asked about it.
func (f *folder) undo(changes []change, begun int) error {
	last := len(changes) - 1
	for i, c := range slices.Backward(changes[:min(begun, last)]) {
		if err := f.undoChange(i, c); err != nil {
			return err
		}
	}
	return errors.Join(f.undoChange(last, changes[last]), f.cleanUp())
}

func (f *folder) undoChange(i int, c change) error {
	if c.Old {
		return f.rename(numbered(oldFiles, i), c.Path)
	}
	if !f.exists(c.Path) {
		return nil
	}
	err := f.remove(c.Path)
	f.prune(c.Path)
	return err
}

// number is the name of a file that a write stages.
var number = regexp.MustCompile(`^[0-9]+$`)

// cleanUp removes the work folder with the files that a write, perhaps one that was
// killed, puts there. Anything else in it was put there by others: it is neither
// read nor removed.
func (f *folder) cleanUp() error {
	if err := f.lookAtDir(workFolder); err != nil {
		return missing(err)
	}
	for _, dir := range []string{newFiles, oldFiles} {
		names, err := f.list(dir)
		if err != nil {
			return err
		}
		for _, name := range names {
			if !number.MatchString(name) {
				return stranger(dir + "/" + name)
			}
			if err := f.removeStaged(dir + "/" + name); err != nil {
				return err
			}
		}
		if err := missing(f.remove(dir)); err != nil {
			return err
		}
	}
	if err := f.removeStaged(announced); err != nil {
		return err
	}
	names, err := f.list(workFolder)
	if err == nil && len(names) > 0 {
		err = stranger(workFolder + "/" + names[0])
	}
	if err != nil {
		return err
	}
	return f.remove(workFolder)
}

func (f *folder) removeStaged(name string) error {
	info, err := f.root.Lstat(name)
	if err != nil {
		return missing(err)
	}
	if !info.Mode().IsRegular() {
		return stranger(name)
	}
	return f.remove(name)
}

func stranger(name string) error {
	return fmt.Errorf("%s was not written by dominoc: remove it; the folder is only there while dominoc writes", name)
}
