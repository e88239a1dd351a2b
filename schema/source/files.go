package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Files is what a tree reads: the files of this machine, or others as if they were there.
// All paths are absolute.
type Files interface {
	// Lstat describes a file. A link is not followed, except in the folders above it.
	Lstat(path string) (fs.FileInfo, error)

	// ReadDir returns the entries of a folder, sorted by name.
	ReadDir(path string) ([]fs.DirEntry, error)

	// Repository returns the files of a repository. Links in it are followed; the error of
	// one that leads out of it is ErrOutside.
	Repository(dir string) (fs.FS, error)
}

// ErrOutside is the error of a path that leads out of its repository.
var ErrOutside = errors.New("leads out of the repository, and dominoc reads nothing outside of it")

// disk is the files of this machine.
type disk struct{}

func (disk) Lstat(path string) (fs.FileInfo, error)     { return os.Lstat(path) }
func (disk) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

func (disk) Repository(dir string) (fs.FS, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return confined{root}, nil
}

// confined is the files of a folder of this machine.
type confined struct{ root *os.Root }

// Open does not wait for the writer of a pipe.
func (c confined) Open(name string) (fs.File, error) {
	f, err := c.root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, outside(err)
	}
	return f, nil
}

func (c confined) Stat(name string) (fs.FileInfo, error) {
	info, err := c.root.Stat(filepath.FromSlash(name))
	return info, outside(err)
}

// outside names the error by which os.Root refuses a path. That error has no name of
// its own; a test holds its text.
func outside(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) && p.Err != nil && p.Err.Error() == "path escapes from parent" {
		return ErrOutside
	}
	return err
}

// Mounted returns the files of a repository as if they were in a folder, where nothing else
// is on the machine.
func Mounted(dir string, repository fs.ReadLinkFS) Files { return mounted{dir, repository} }

type mounted struct {
	dir   string
	files fs.ReadLinkFS
}

func (m mounted) Lstat(path string) (fs.FileInfo, error) {
	name, err := m.name("lstat", path)
	if err != nil {
		return nil, err
	}
	return m.files.Lstat(name)
}

func (m mounted) ReadDir(path string) ([]fs.DirEntry, error) {
	name, err := m.name("open", path)
	if err != nil {
		return nil, err
	}
	return fs.ReadDir(m.files, name)
}

func (m mounted) Repository(dir string) (fs.FS, error) {
	if dir != m.dir {
		return nil, &fs.PathError{Op: "open", Path: dir, Err: syscall.ENOENT}
	}
	return m.files, nil
}

// name returns the name of a path in the repository.
func (m mounted) name(op, path string) (string, error) {
	name, err := filepath.Rel(m.dir, path)
	if err != nil || !filepath.IsLocal(name) {
		return "", &fs.PathError{Op: op, Path: path, Err: syscall.ENOENT}
	}
	return filepath.ToSlash(name), nil
}
