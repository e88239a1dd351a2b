package load

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/cue/parser"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/syntax"
)

// Digest stands for all that loading a folder reads: two folders with one digest
// load to the same environment. It is that of one release of dominoc: another one
// may read the same files otherwise.
type Digest [sha256.Size]byte

// Digests returns the digest of each folder, in their order, by so many workers at
// once. Nothing is evaluated.
func (l *Loader) Digests(folders []Folder, workers int) []Digest {
	digests := make([]Digest, len(folders))
	each(len(folders), workers, func(i int) { digests[i] = l.digest(folders[i]) })
	return digests
}

// digest covers what Load reads: the environment's file, those beside and above
// it, what of them could not be read, the module by whose name imports are found,
// and the packages that are imported, by whatever they import.
func (l *Loader) digest(f Folder) Digest {
	d := l.newDigester()
	d.text("folder", d.name(f.Dir), strings.Join(f.Files, "/"))
	read := l.gather(f)
	for _, bad := range read.found {
		d.text("unread", d.name(bad.Pos.File), bad.Code, bad.Message)
	}
	d.files(l.module(f.Dir), read.files)
	return d.sum()
}

type digester struct {
	loader *Loader
	hash   hash.Hash
	seen   map[string]bool // imports
}

func (l *Loader) newDigester() *digester {
	return &digester{loader: l, hash: sha256.New(), seen: map[string]bool{}}
}

func (d *digester) sum() Digest { return Digest(d.hash.Sum(nil)) }

// files adds files that are evaluated together, and what they import.
func (d *digester) files(m *module, files []file) {
	d.text("module", d.name(m.root), m.name)
	for _, f := range files {
		d.file(f)
	}
	for _, f := range files {
		d.imports(m, f)
	}
}

// text adds texts, each with its length, so that no two lists of them are alike.
func (d *digester) text(parts ...string) {
	for _, part := range parts {
		fmt.Fprintf(d.hash, "%d:%s", len(part), part)
	}
}

func (d *digester) file(f file) {
	d.text("file", d.name(f.name), string(f.content))
}

// name is a path relative to the root, also of what lies above it: a copy of the
// tree elsewhere has the same.
func (d *digester) name(path string) string {
	if path == "" {
		return ""
	}
	root := d.loader.reads().start
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	if rel, err := filepath.Rel(root, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return path
}

// imports adds the packages of the user's module that a file imports.
func (d *digester) imports(m *module, f file) {
	if m.name == "" || filepath.Ext(f.name) != ".cue" || !mayHold(f.content, m.name) {
		return
	}
	file, err := parser.ParseFile(f.name, f.content, parser.ImportsOnly)
	if file == nil {
		d.text("unparsed", fmt.Sprint(err))
		return
	}
	for spec := range file.ImportSpecs() {
		name := syntax.Text(spec.Path)
		if canonical(name) != schema.ImportPath && m.own(name) && !d.seen[name] {
			d.seen[name] = true
			d.imported(m, name)
		}
	}
}

// imported adds the files of a package, as module.pkg reads them.
func (d *digester) imported(m *module, name string) {
	d.text("package", name)
	_, candidates, err := m.sources(name)
	if err != nil {
		d.text("missing")
		return
	}
	var files []file
	for _, candidate := range candidates {
		f, bad := candidate.read()
		if f != nil {
			files = append(files, *f)
		}
		if bad != nil {
			d.text("unread", d.name(candidate.name), bad.Code, bad.Message)
		}
	}
	for _, f := range files {
		d.file(f)
	}
	for _, f := range files {
		d.imports(m, f)
	}
}

// Below returns the environments in a folder and below it, none when there is no
// such folder. Unlike Find it takes none for no mistake.
func (l *Loader) Below(dir string) ([]Folder, error) {
	s, err := l.search()
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.walk(dir, dir)
}

// At returns the environment in a folder itself, in a list of one or of none.
func (l *Loader) At(dir string) ([]Folder, error) {
	s, err := l.search()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(s.one(dir), l.foreign), nil
}
