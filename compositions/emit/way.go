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

// way is the open folders from the output folder to the last read file, so that a
// file next to it or below needs no lookup of its own. Nothing may change meanwhile.
type way struct {
	folder *folder
	open   []opened
}

// opened is an open folder of a way.
type opened struct {
	path string
	root *os.Root
}

func (f *folder) way() *way { return &way{folder: f} }

// ways reads n files, which are sorted by path, on every processor: each processor reads
// a part of them by its own way.
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

// inParts runs do for a part of n elements on each processor, or for all in the caller's
// goroutine if there are fewer than twice the least number that is worth a goroutine.
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

// end closes the open folders.
func (w *way) end() { w.back("") }

// back closes the folders that are neither dir nor above it.
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

// file returns a regular file and its open folder; nil if nothing exists there. Each
// folder on the way must be a real folder.
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
