package source

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/dominoc/dominoc/schema/diag"
)

// MaxBytes bounds a file, and all files of one environment together.
const MaxBytes = 1 << 20

// errOutside is the error for a path that leads out of its repository.
var errOutside = errors.New("leads out of the repository, and dominoc reads nothing outside of it")

var errIrregular = errors.New("not a regular file")

// boundary is the folder of the repository that a path is in; folder is that of the
// path where it lies outside the run's.
func (t *Tree) boundary(path, folder string) string {
	if within(t.home, path) {
		return t.home
	}
	return enclosing(folder)
}

// enclosing is the repository around a folder.
func enclosing(dir string) string {
	for _, mark := range []string{".git", "cue.mod"} {
		if top := above(dir, mark, ""); top != "" {
			return top
		}
	}
	return dir
}

// repository opens the repository of an absolute path and gives the path within it.
func (t *Tree) repository(path string) (*os.Root, string, error) {
	dir := t.boundary(path, filepath.Dir(path))
	o := t.opened.of(dir, func() opened {
		root, err := os.OpenRoot(dir)
		return opened{root, err}
	})
	if o.err != nil {
		return nil, "", o.err
	}
	rel, err := filepath.Rel(dir, path)
	return o.root, rel, err
}

// stat describes what a path leads to.
func (t *Tree) stat(path string) (fs.FileInfo, error) {
	root, rel, err := t.repository(path)
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(rel)
	return info, outside(err)
}

// entries are those of a folder, sorted by name.
func (t *Tree) entries(dir string) ([]fs.DirEntry, error) {
	info, err := t.stat(dir)
	switch {
	case err != nil:
		return nil, err
	case !info.IsDir(): // to open a pipe would wait for a writer
		return nil, &fs.PathError{Op: "read", Path: dir, Err: syscall.ENOTDIR}
	}
	root, rel, err := t.repository(dir)
	if err != nil {
		return nil, err
	}
	all, err := fs.ReadDir(root.FS(), filepath.ToSlash(rel))
	return all, outside(err)
}

// open opens a regular file. What is not one is not opened: reading a pipe would wait
// for a writer, and opening a device may do something.
func (t *Tree) open(path string) (*os.File, fs.FileInfo, error) {
	root, rel, err := t.repository(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := root.Stat(rel)
	if err != nil || !info.Mode().IsRegular() {
		return nil, info, cmp.Or(outside(err), errIrregular)
	}
	f, err := root.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, outside(err)
	}
	if info, err = f.Stat(); err != nil || !info.Mode().IsRegular() { // it may be another file by now
		f.Close()
		return nil, nil, cmp.Or(err, errIrregular)
	}
	return f, info, nil
}

// outside names the error by which os.Root refuses a path. That error has no name of
// its own; a test holds its text.
func outside(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) && p.Err != nil && p.Err.Error() == "path escapes from parent" {
		return errOutside
	}
	return err
}

// read reads a regular file of at most so many bytes; a larger one is refused before
// it is read.
func (t *Tree) read(path, name string, limit int64) ([]byte, *diag.Diagnostic) {
	f, info, err := t.open(path)
	if err != nil {
		return nil, unreadable(name, err)
	}
	defer f.Close()
	return rest(f, info, []byte{}, name, limit) // an empty file has a content, unlike one that cannot be read
}

// rest reads what follows the head of a file.
func rest(f *os.File, info fs.FileInfo, head []byte, name string, limit int64) ([]byte, *diag.Diagnostic) {
	if info.Size() > limit {
		return nil, tooLarge(name, limit)
	}
	more, err := io.ReadAll(io.LimitReader(f, limit+1-int64(len(head))))
	switch content := append(head, more...); {
	case err != nil:
		return nil, unreadable(name, err)
	case int64(len(content)) > limit:
		return nil, tooLarge(name, limit)
	default:
		return content, nil
	}
}

func tooLarge(name string, left int64) *diag.Diagnostic {
	d := trouble(name, "file-too-large", fmt.Sprintf("the files of an environment may have %d KiB together", MaxBytes>>10))
	if left < MaxBytes {
		d.Hint = fmt.Sprintf("the files before it have %d KiB", (MaxBytes-left)>>10)
	}
	return d
}

// unreadable is what is wrong with a file that is not read. It quotes nothing of it.
func unreadable(name string, err error) *diag.Diagnostic {
	switch p := (*fs.PathError)(nil); {
	case errors.Is(err, errOutside):
		d := trouble(name, "outside-repository", errOutside.Error())
		d.Hint = "put the file itself here; a link may lead only to what is in the repository, by a relative path"
		return d
	case errors.Is(err, errIrregular):
		return trouble(name, "unreadable-file", errIrregular.Error())
	case errors.As(err, &p):
		err = p.Err
	}
	return trouble(name, "unreadable-file", "cannot be read: "+err.Error())
}

// above is the nearest folder from dir upwards that holds mark, "" where none does up
// to the folder last, or up to the root of the file system where last is "".
func above(dir, mark, last string) string {
	for {
		if _, err := os.Lstat(filepath.Join(dir, mark)); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir || dir == last {
			return ""
		}
		dir = up
	}
}

func within(root, dir string) bool {
	rel, err := filepath.Rel(root, dir)
	return err == nil && !slices.Contains(strings.Split(rel, string(filepath.Separator)), "..")
}
