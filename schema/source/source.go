// Package source finds, reads and parses the files that users write.
//
// In go a root, patterns and folders. Out come the folders of environments, the files
// that are evaluated together (Package) with their syntax, their imports and a digest of
// them, and diagnostics of what cannot be read or parsed. What the syntax means is left to
// package load; the commands in cmd/dominoc call both.
//
// The files of package environment in a folder and in its parents, up to the root of the
// module (the folder with cue.mod, else the repository, else the root that was given), are
// one package, as in CUE. An environment in YAML or JSON holds the same content without the
// field environment around it, and has the shared values of the parents too. Files of the
// fleet are those of one package in one folder.
//
// Files are assumed hostile: none outside the repository is read, nor what is not a
// regular file; their size, number and depth are bounded.
package source

import (
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dominoc/dominoc/schema/diag"
)

// A Tree reads the files of a run, each shared file once: make a new one after an edit.
// Its methods may be called from several goroutines.
//
// It reads nothing outside the repository that a file is in: no link leads out of it. The
// repository of a path is the working tree of Git around the root of the run, else the CUE
// module around it (the folder with cue.mod), else the root itself. A path that the caller
// gives outside of that tree is in the same of its own folder. How the tree is reached
// does not matter: a linked folder above it is followed.
type Tree struct {
	// Root is the folder that paths in diagnostics are relative to, absolute, and the end
	// of the search for shared values where there is neither cue.mod nor a repository.
	Root string

	files   Files
	home    string         // the repository that the root is in
	opened  once[opened]   // repositories by their folder
	marked  once[string]   // answers of method above
	modules once[string]   // names of CUE modules by their file
	folders once[[]member] // files that can be of package environment, by their folder
	finding sync.Mutex     // held while folders are found
	all     []Folder       // below the root, once it was walked
	walked  bool
}

// opened is a repository, or why there is none.
type opened struct {
	files fs.FS
	err   error
}

// Open returns the tree below a root on this machine.
func Open(root string) *Tree { return In(disk{}, root) }

// In returns the tree below a root among files.
func In(files Files, root string) *Tree {
	if abs, err := filepath.Abs(root); err == nil {
		root = abs
	}
	t := &Tree{Root: root, files: files}
	t.home = t.enclosing(root)
	return t
}

// once has a value for each key, which is computed once.
type once[V any] struct {
	mu     sync.Mutex
	values map[string]func() V
}

func (o *once[V]) of(key string, compute func() V) V {
	o.mu.Lock()
	value, ok := o.values[key]
	if !ok {
		if o.values == nil {
			o.values = map[string]func() V{}
		}
		value = sync.OnceValue(compute)
		o.values[key] = value
	}
	o.mu.Unlock()
	return value()
}

// Text returns the content of a file for an excerpt in a report, nil where it cannot be
// read or is larger than the files of an environment may be. The name is relative to
// Root, or absolute.
func (t *Tree) Text(name string) []byte {
	content, _ := t.read(t.abs(name), name, MaxBytes)
	return content
}

// abs is a path for the file system, which is relative to the root.
func (t *Tree) abs(p string) string {
	if p = filepath.FromSlash(p); filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(t.Root, p)
}

// Shown returns a path for the reader: relative to the root, with slashes; absolute when
// it lies outside.
func (t *Tree) Shown(p string) string {
	rel, err := filepath.Rel(t.Root, p)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		rel = p
	}
	return filepath.ToSlash(rel)
}

// trouble is a mistake in a file as a whole.
func trouble(name, code, message string) *diag.Diagnostic {
	return &diag.Diagnostic{Severity: diag.Error, Code: code, Pos: diag.Pos{File: name}, Message: message}
}
