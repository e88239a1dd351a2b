package change

import (
	"bytes"
	"cmp"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/dominoc/dominoc/schema/source"
)

// memory is a file system in memory: its files, folders and links, by path. Links lead where
// they would on a disk on which the memory is a repository.
type memory map[string]*node

// node is a file, a folder or a link. It is what fs.FileInfo and fs.DirEntry say of it.
type node struct {
	name    string
	mode    fs.FileMode
	content []byte
	size    int64  // may be more than the content
	target  string // of a link, with slashes
	entries []*node
}

func (n *node) Name() string               { return n.name }
func (n *node) Size() int64                { return n.size }
func (n *node) Mode() fs.FileMode          { return n.mode }
func (n *node) Type() fs.FileMode          { return n.mode.Type() }
func (n *node) IsDir() bool                { return n.mode.IsDir() }
func (n *node) ModTime() time.Time         { return time.Time{} }
func (n *node) Sys() any                   { return nil }
func (n *node) Info() (fs.FileInfo, error) { return n, nil }

// newMemory returns a memory with an empty folder.
func newMemory() memory {
	return memory{".": {name: ".", mode: fs.ModeDir | 0o755}}
}

// folder returns a folder, which is made with those above it if there is none.
func (m memory) folder(name string) (*node, error) {
	n := m[name]
	switch {
	case n == nil:
		n = &node{mode: fs.ModeDir | 0o755}
		return n, m.add(name, n)
	case !n.IsDir():
		return nil, &fs.PathError{Op: "mkdir", Path: name, Err: syscall.ENOTDIR}
	}
	return n, nil
}

// add adds a node at a path. A commit made by hand may have paths that no work tree can.
func (m memory) add(name string, n *node) error {
	if !fs.ValidPath(name) || m[name] != nil {
		return &fs.PathError{Op: "add", Path: name, Err: fs.ErrInvalid}
	}
	dir, err := m.folder(path.Dir(name))
	if err != nil {
		return err
	}
	n.name, m[name] = path.Base(name), n
	at, _ := slices.BinarySearchFunc(dir.entries, n.name, func(e *node, name string) int { return cmp.Compare(e.name, name) })
	dir.entries = slices.Insert(dir.entries, at, n)
	return nil
}

// mostLinks is how many links a path may lead through, as for os.Root.
const mostLinks = 8

// find returns the node at a path. A link at its end is followed only if that is asked for.
func (m memory) find(op, name string, follow bool) (*node, error) {
	fail := func(err error) (*node, error) { return nil, &fs.PathError{Op: op, Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	links := 0
	for parts, i := strings.Split(name, "/"), 0; ; {
		if i == len(parts) {
			return m[path.Join(".", path.Join(parts...))], nil
		}
		n := m[path.Join(parts[:i+1]...)]
		switch {
		case parts[i] == "" || parts[i] == ".":
			parts = slices.Delete(parts, i, i+1)
		case parts[i] == ".." && i == 0:
			return fail(source.ErrOutside)
		case parts[i] == "..":
			i--
			parts = slices.Delete(parts, i, i+2)
		case n == nil:
			return fail(syscall.ENOENT)
		case n.mode.Type() == fs.ModeSymlink && (follow || i < len(parts)-1):
			if links++; links > mostLinks {
				return fail(syscall.ELOOP)
			}
			if path.IsAbs(n.target) {
				return fail(source.ErrOutside)
			}
			parts = slices.Concat(parts[:i], strings.Split(n.target, "/"), parts[i+1:])
		case i < len(parts)-1 && !n.IsDir():
			return fail(syscall.ENOTDIR)
		default:
			i++
		}
	}
}

func (m memory) Lstat(name string) (fs.FileInfo, error) { return m.info("lstat", name, false) }
func (m memory) Stat(name string) (fs.FileInfo, error)  { return m.info("stat", name, true) }

func (m memory) info(op, name string, follow bool) (fs.FileInfo, error) {
	n, err := m.find(op, name, follow)
	if err != nil {
		return nil, err
	}
	return n, nil
}

func (m memory) ReadLink(name string) (string, error) {
	n, err := m.find("readlink", name, false)
	switch {
	case err != nil:
		return "", err
	case n.mode.Type() != fs.ModeSymlink:
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return n.target, nil
}

func (m memory) Open(name string) (fs.File, error) {
	n, err := m.find("open", name, true)
	if err != nil {
		return nil, err
	}
	return &reading{node: n, Reader: bytes.NewReader(n.content)}, nil
}

// reading is an open file or folder.
type reading struct {
	*node
	*bytes.Reader
	next int // entry
}

func (r *reading) Stat() (fs.FileInfo, error) { return r.node, nil }
func (r *reading) Close() error               { return nil }
func (r *reading) Size() int64                { return r.node.size }

func (r *reading) Read(p []byte) (int, error) {
	if r.IsDir() {
		return 0, &fs.PathError{Op: "read", Path: r.name, Err: syscall.EISDIR}
	}
	return r.Reader.Read(p)
}

func (r *reading) ReadDir(n int) ([]fs.DirEntry, error) {
	if !r.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: r.name, Err: syscall.ENOTDIR}
	}
	left := r.entries[r.next:]
	if n > 0 {
		if len(left) == 0 {
			return nil, io.EOF
		}
		left = left[:min(n, len(left))]
	}
	r.next += len(left)
	all := make([]fs.DirEntry, len(left))
	for i, e := range left {
		all[i] = e
	}
	return all, nil
}
