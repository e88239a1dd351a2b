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

// The work folder during a write. The changes are staged in parts, each in two folders
// of its own, which are numbered; so are the files of a part.
const announced = workFolder + "/manifest"

func newFiles(part int) string { return workFolder + "/new" + strconv.Itoa(part) }
func oldFiles(part int) string { return workFolder + "/old" + strconv.Itoa(part) }

func numbered(dir string, i int) string { return dir + "/" + strconv.Itoa(i) }

// leastStaged is the number of files from which a thread of their own is faster.
const leastStaged = 16

// apply makes the changes, of which the last is the manifest's, or undoes them and
// returns why. Meanwhile the manifest is announcement.
func (f *folder) apply(changes []change, announcement []byte) error {
	if err := f.stage(changes, announcement); err != nil {
		return errors.Join(err, f.cleanUp())
	}
	if err := f.swap(changes); err != nil {
		return errors.Join(err, f.undo(changes))
	}
	for _, c := range changes {
		if !c.New {
			f.prune(c.Path)
		}
	}
	return f.cleanUp()
}

// Permissions of the written files.
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

// stage keeps the old files, writes the new ones next to them, and replaces the manifest
// by the announcement in one step.
func (f *folder) stage(changes []change, announcement []byte) error {
	err := inParts(len(changes), leastStaged, func(part, from, to int) error {
		return f.stagePart(part, changes[from:to])
	})
	if err != nil {
		return err
	}
	if err := f.create(f.root, "", announced, announcement, plainFile, true); err != nil {
		return err
	}
	return f.rename(announced, changes[len(changes)-1].Path)
}

func (f *folder) stagePart(part int, changes []change) error {
	if err := errors.Join(f.mkdir(newFiles(part)), f.mkdir(oldFiles(part))); err != nil {
		return err
	}
	staging, err := f.root.OpenRoot(newFiles(part))
	if err != nil {
		return err
	}
	defer staging.Close()
	for i := range changes {
		c := &changes[i]
		c.staged, c.kept = numbered(newFiles(part), i), numbered(oldFiles(part), i)
		if c.Old {
			if err := f.link(c.Path, c.kept); err != nil {
				return err
			}
		}
		if c.New {
			if err := f.create(staging, newFiles(part), strconv.Itoa(i), c.content, c.mode(), false); err != nil {
				return err
			}
		}
	}
	return nil
}

// swap moves each new file to its place in one step, and removes files that are no
// longer made; the manifest is last.
func (f *folder) swap(changes []change) error {
	last := len(changes) - 1
	err := inParts(last, leastStaged, func(_, from, to int) error { return f.swapPart(changes[from:to]) })
	if err != nil {
		return err
	}
	return f.swapPart(changes[last:])
}

func (f *folder) swapPart(changes []change) error {
	made := "." // a folder that is there
	for i := range changes {
		c := &changes[i]
		c.begun = true
		if !c.New {
			if err := f.remove(c.Path); err != nil {
				return err
			}
			continue
		}
		if err := f.moveIn(c.staged, c.Path, &made); err != nil {
			return err
		}
	}
	return nil
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

// undo restores what the begun changes replaced or removed, and finally the manifest. It
// relies on what this process did, not on the content of files.
func (f *folder) undo(changes []change) error {
	last := len(changes) - 1
	for _, c := range slices.Backward(changes[:last]) {
		if !c.begun {
			continue
		}
		if err := f.undoChange(c); err != nil {
			return err
		}
	}
	return errors.Join(f.undoChange(changes[last]), f.cleanUp())
}

func (f *folder) undoChange(c change) error {
	if c.Old {
		return f.rename(c.kept, c.Path)
	}
	if !f.exists(c.Path) {
		return nil
	}
	err := f.remove(c.Path)
	f.prune(c.Path)
	return err
}

// Names in the work folder of what a write stages: its folders, and its files.
var (
	staging = regexp.MustCompile(`^(new|old)[0-9]*$`)
	number  = regexp.MustCompile(`^[0-9]+$`)
)

// cleanUp removes the work folder with the files of a write, perhaps of one that was
// killed. It neither reads nor removes other files in it.
func (f *folder) cleanUp() error {
	if err := f.lookAtDir(workFolder); err != nil {
		return missing(err)
	}
	names, err := f.list(workFolder)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !staging.MatchString(name) {
			continue
		}
		if err := f.removeStaging(workFolder + "/" + name); err != nil {
			return err
		}
	}
	if err := f.removeStaged(announced); err != nil {
		return err
	}
	names, err = f.list(workFolder)
	if err == nil && len(names) > 0 {
		err = stranger(workFolder + "/" + names[0])
	}
	if err != nil {
		return err
	}
	return f.remove(workFolder)
}

// removeStaging removes a folder of staged files.
func (f *folder) removeStaging(dir string) error {
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
	return f.remove(dir)
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
