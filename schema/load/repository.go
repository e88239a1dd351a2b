package load

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/dominoc/dominoc/schema/diag"
)

// repositories opens the files that a run reads, and nothing outside the repository
// that each is in: no link leads out of it, and nothing but regular files is read.
//
// The repository of a path is the working tree of Git around the root of the run,
// else the CUE module around it (the folder with cue.mod), else the root itself. A
// path that the caller gives outside of that tree is in the same of its own folder.
// How the tree is reached does not matter: a linked folder above it is followed.
type repositories struct {
	start string // absolute, the root of the run
	home  string // the repository that it is in

	mu      sync.Mutex
	known   map[string]*repository   // by their folder
	modules map[string]func() string // names of CUE modules, by their file
}

// repository is one tree.
type repository struct {
	dir  string // absolute, as the caller reaches it
	root *os.Root
}

func newRepositories(root string) *repositories {
	if abs, err := filepath.Abs(root); err == nil {
		root = abs
	}
	return &repositories{start: root, home: enclosing(root), known: map[string]*repository{}, modules: map[string]func() string{}}
}

// errOutside is the error for a path that leads out of its repository.
var errOutside = errors.New("leads out of the repository, and dominoc reads nothing outside of it")

// boundary is the folder of the repository that a path is in; folder is that of the
// path where it lies outside the run's.
func (r *repositories) boundary(path, folder string) string {
	if within(r.home, path) {
		return r.home
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

// tree opens the repository of an absolute path and gives the path within it.
func (r *repositories) tree(path string) (*os.Root, string, error) {
	dir := r.boundary(path, filepath.Dir(path))
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.known[dir]
	if !ok {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, "", err
		}
		found = &repository{dir: dir, root: root}
		r.known[dir] = found
	}
	rel, err := filepath.Rel(found.dir, path)
	return found.root, rel, err
}

// stat describes what a path leads to.
func (r *repositories) stat(path string) (fs.FileInfo, error) {
	root, rel, err := r.tree(path)
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(rel)
	return info, outside(err)
}

// entries are those of a folder, sorted by name.
func (r *repositories) entries(dir string) ([]fs.DirEntry, error) {
	info, err := r.stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: dir, Err: syscall.ENOTDIR}
	}
	root, rel, err := r.tree(dir)
	if err != nil {
		return nil, err
	}
	f, err := root.Open(rel)
	if err != nil {
		return nil, outside(err)
	}
	defer f.Close()
	all, err := f.ReadDir(-1)
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, err
}

// small is the content of a regular file, nil for one that has none, that cannot be
// read, or that is larger than the beginning of a file; a link is none.
func (r *repositories) small(path string) []byte {
	root, rel, err := r.tree(path)
	if err != nil {
		return nil
	}
	info, err := root.Lstat(rel)
	if err != nil || !info.Mode().IsRegular() || info.Size() >= mostBeginning {
		return nil
	}
	f, err := root.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK, 0) // it may be another file by now
	if err != nil {
		return nil
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	content := make([]byte, min(info.Size()+1, mostBeginning))
	n, err := io.ReadFull(f, content)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return content[:n]
}

// open opens a regular file. What is not one is not opened: reading a pipe would wait
// for a writer, and opening a device may do something.
func (r *repositories) open(path string) (*os.File, fs.FileInfo, error) {
	info, err := r.stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errIrregular
	}
	root, rel, err := r.tree(path)
	if err != nil {
		return nil, nil, err
	}
	f, err := root.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK, 0) // it may be another file by now
	if err != nil {
		return nil, nil, outside(err)
	}
	info, err = f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errIrregular
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

var errIrregular = errors.New("not a regular file")

// outside names the error by which os.Root refuses a path. That error has no name of
// its own; a test holds its text.
func outside(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) && p.Err != nil && p.Err.Error() == "path escapes from parent" {
		return errOutside
	}
	return err
}

// read reads a regular file of at most so many bytes; a larger one is refused before
// it is read.
func (r *repositories) read(path, name string, limit int64) ([]byte, *diag.Diagnostic) {
	f, info, err := r.open(path)
	if err != nil {
		return nil, unreadable(name, err)
	}
	defer f.Close()
	if info.Size() > limit {
		return nil, tooLarge(name, limit)
	}
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, unreadable(name, err)
	case int64(len(content)) > limit:
		return nil, tooLarge(name, limit)
	}
	return content, nil
}

// unreadable is what is wrong with a file that is not read. It quotes nothing of it.
func unreadable(name string, err error) *diag.Diagnostic {
	switch {
	case errors.Is(err, errOutside):
		d := trouble(name, "outside-repository", "%v", errOutside)
		d.Hint = "put the file itself here; a link may lead only to what is in the repository, by a relative path"
		return &d
	case errors.Is(err, errIrregular):
		d := trouble(name, "unreadable-file", "%v", errIrregular)
		return &d
	}
	reason := err
	var p *fs.PathError
	if errors.As(err, &p) {
		reason = p.Err
	}
	d := trouble(name, "unreadable-file", "cannot be read: %v", reason)
	return &d
}

// Text is the content of a file for an excerpt in a report, nil where it cannot be
// read or is larger than the files of an environment may be. The name is relative to
// Root, or absolute.
func (l *Loader) Text(name string) []byte {
	file := filepath.FromSlash(name)
	if !filepath.IsAbs(file) {
		file = filepath.Join(l.reads().start, file)
	}
	content, bad := l.reads().read(file, name, maxBytes)
	if bad != nil {
		return nil
	}
	return content
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

// leaves is the error of a pattern that names what is outside the repository.
func leaves(pattern string, err error) error {
	if errors.Is(err, errOutside) {
		return fmt.Errorf("%q %w", pattern, errOutside)
	}
	return err
}
