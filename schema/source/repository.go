package source

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/dominoc/dominoc/schema/diag"
)

// MaxBytes bounds a file, and all files of one environment together.
const MaxBytes = 1 << 20

var errIrregular = errors.New("not a regular file")

// boundary is the folder of the repository that a path is in; folder is that of the
// path where it lies outside the run's.
func (t *Tree) boundary(path, folder string) string {
	if within(t.home, path) {
		return t.home
	}
	return t.enclosing(folder)
}

// enclosing is the repository around a folder.
func (t *Tree) enclosing(dir string) string {
	for _, mark := range []string{".git", "cue.mod"} {
		if top := t.above(dir, mark, ""); top != "" {
			return top
		}
	}
	return dir
}

// repository opens the repository of an absolute path and gives the name within it.
func (t *Tree) repository(path string) (fs.FS, string, error) {
	dir := t.boundary(path, filepath.Dir(path))
	o := t.opened.of(dir, func() opened {
		files, err := t.files.Repository(dir)
		return opened{files, err}
	})
	if o.err != nil {
		return nil, "", o.err
	}
	rel, err := filepath.Rel(dir, path)
	return o.files, filepath.ToSlash(rel), err
}

// stat describes what a path leads to.
func (t *Tree) stat(path string) (fs.FileInfo, error) {
	files, name, err := t.repository(path)
	if err != nil {
		return nil, err
	}
	return fs.Stat(files, name)
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
	files, name, err := t.repository(dir)
	if err != nil {
		return nil, err
	}
	return fs.ReadDir(files, name)
}

// open opens a regular file. What is not one is not opened: reading a pipe would wait
// for a writer, and opening a device may do something.
func (t *Tree) open(path string) (fs.File, fs.FileInfo, error) {
	files, name, err := t.repository(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := fs.Stat(files, name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, info, cmp.Or(err, errIrregular)
	}
	f, err := files.Open(name)
	if err != nil {
		return nil, nil, err
	}
	if info, err = f.Stat(); err != nil || !info.Mode().IsRegular() { // it may be another file by now
		f.Close()
		return nil, nil, cmp.Or(err, errIrregular)
	}
	return f, info, nil
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
func rest(f io.Reader, info fs.FileInfo, head []byte, name string, limit int64) ([]byte, *diag.Diagnostic) {
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
	case errors.Is(err, ErrOutside):
		d := trouble(name, "outside-repository", ErrOutside.Error())
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
func (t *Tree) above(dir, mark, last string) string {
	return t.marked.of(mark+" "+dir+" "+last, func() string {
		if _, err := t.files.Lstat(filepath.Join(dir, mark)); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir || dir == last {
			return ""
		}
		return t.above(up, mark, last)
	})
}

func within(root, dir string) bool {
	rel, err := filepath.Rel(root, dir)
	return err == nil && !slices.Contains(strings.Split(rel, string(filepath.Separator)), "..")
}
