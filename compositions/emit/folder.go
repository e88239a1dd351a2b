package emit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
)

// folder is the output folder. No method reaches outside it or follows a symbolic link
// inside it.
type folder struct {
	root *os.Root

	// fault is asked before each change to the disk; a test fails there.
	fault func(step string) error
}

func openFolder(dir string) (*folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &folder{root: root, fault: func(string) error { return nil }}, nil
}

// inFolder calls do with a folder if it exists.
func inFolder(dir string, do func(*folder) error) (there bool, err error) {
	f, err := openFolder(dir)
	if err != nil {
		return false, missing(err)
	}
	defer f.root.Close()
	return true, do(f)
}

// content returns the content at name: nil and false if nothing exists. Anything but a
// regular file in real folders is an error.
func (f *folder) content(name string) ([]byte, bool, error) {
	w := f.way()
	defer w.end()
	return w.content(name)
}

func (f *folder) lookAtDir(name string) error {
	info, err := f.root.Lstat(name)
	if err == nil && !info.IsDir() {
		err = notFolder(name, info)
	}
	return err
}

func notFolder(name string, info fs.FileInfo) error {
	return fmt.Errorf("%s is %s where a folder belongs: move it away", name, sort(info.Mode()))
}

// missing turns "does not exist" into no error.
func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func sort(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode.IsDir():
		return "a folder"
	case mode.IsRegular():
		return "a file"
	}
	return "a special file"
}

func (f *folder) exists(name string) bool {
	_, err := f.root.Lstat(name)
	return err == nil
}

func (f *folder) mkdir(name string) error {
	if err := f.fault("mkdir " + name); err != nil {
		return err
	}
	return f.root.MkdirAll(name, 0o755)
}

func (f *folder) rename(from, to string) error {
	if err := f.fault("rename " + from + " " + to); err != nil {
		return err
	}
	return f.root.Rename(from, to)
}

// remove removes a file or an empty folder.
func (f *folder) remove(name string) error {
	if err := f.fault("remove " + name); err != nil {
		return err
	}
	return f.root.Remove(name)
}

// link keeps the file at from under a second name, as a copy if the file system has no
// links.
func (f *folder) link(from, to string) error {
	if err := f.fault("link " + from + " " + to); err != nil {
		return err
	}
	if f.root.Link(from, to) == nil {
		return nil
	}
	content, _, err := f.content(from)
	if err != nil {
		return err
	}
	info, err := f.root.Lstat(from)
	if err != nil {
		return err
	}
	return f.create(f.root, "", to, content, info.Mode().Perm(), false)
}

// list returns the names in a folder; none if it does not exist.
func (f *folder) list(dir string) ([]string, error) {
	if err := f.lookAtDir(dir); err != nil {
		return nil, missing(err)
	}
	open, err := f.root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer open.Close()
	names, err := open.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}

// create writes a new file into the open folder at the path dir. If flushed, the file is
// on the disk when create returns.
func (f *folder) create(into *os.Root, dir, name string, content []byte, mode fs.FileMode, flushed bool) error {
	if err := f.fault("create " + path.Join(dir, name)); err != nil {
		return err
	}
	file, err := into.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Chmod(mode) // whatever the umask
	}
	if err == nil && flushed {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// prune removes the parent folders of name that have become empty.
func (f *folder) prune(name string) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if f.root.Remove(dir) != nil {
			return // not empty, or missing
		}
	}
}
