package emit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"
	"sync"
)

// way is how a reader of many files goes through the output folder: each folder from
// the output folder to that of the last file is open, so that a file beside or below
// it needs no way of its own. Nothing may change meanwhile.
type way struct {
	folder *folder
	open   []opened
}

// opened is a folder on the way.
type opened struct {
	path string
	root *os.Root
}

func (f *folder) way() *way { return &way{folder: f} }

// ways looks at n files, which are sorted by path, on every processor: each takes a
// part of them and goes its own way.
func (f *folder) ways(n int, look func(w *way, i int)) {
	_ = inParts(n, 1, func(_, from, to int) error {
		w := f.way()
		defer w.end()
		for i := from; i < to; i++ {
			look(w, i)
		}
		return nil
	})
}

// inParts gives each processor its part of n things, from and to which, or all to the
// caller's where there are fewer than twice the least that are worth it.
func inParts(n, least int, do func(part, from, to int) error) error {
	parts := max(1, min(n/least, runtime.GOMAXPROCS(0)))
	if parts == 1 {
		return do(0, 0, n)
	}
	failures := make([]error, parts)
	var workers sync.WaitGroup
	for part := range parts {
		workers.Go(func() { failures[part] = do(part, part*n/parts, (part+1)*n/parts) })
	}
	workers.Wait()
	return errors.Join(failures...)
}

// end closes the folders on the way.
func (w *way) end() { w.back("") }

// back closes the folders that are not at or above dir.
func (w *way) back(dir string) {
	for n := len(w.open) - 1; n >= 0; n-- {
		if at := w.open[n].path; dir == at || strings.HasPrefix(dir, at+"/") {
			return
		}
		w.open[n].root.Close()
		w.open = w.open[:n]
	}
}

// dir opens a folder. Anything but a folder on the way to it is an error.
func (w *way) dir(name string) (*os.Root, error) {
	if name == "." {
		return w.folder.root, nil
	}
	w.back(name)
	if n := len(w.open); n > 0 && w.open[n-1].path == name {
		return w.open[n-1].root, nil
	}
	above, err := w.dir(path.Dir(name))
	if err != nil {
		return nil, err
	}
	info, err := above.Lstat(path.Base(name))
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, notFolder(name, info)
	}
	root, err := above.OpenRoot(path.Base(name))
	if err == nil {
		w.open = append(w.open, opened{name, root})
	}
	return root, err
}

// file finds a regular file in real folders, and the open folder that it is in; nil
// where nothing is.
func (w *way) file(name string) (*os.Root, fs.FileInfo, error) {
	in, err := w.dir(path.Dir(name))
	if err != nil {
		return nil, nil, missing(err)
	}
	info, err := in.Lstat(path.Base(name))
	if err != nil {
		return nil, nil, missing(err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%s is %s where a file belongs: move it away", name, sort(info.Mode()))
	}
	return in, info, nil
}

func (w *way) content(name string) ([]byte, bool, error) {
	in, info, err := w.file(name)
	if info == nil {
		return nil, false, err
	}
	data, err := in.ReadFile(path.Base(name))
	return data, err == nil, err
}
