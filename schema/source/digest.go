package source

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"path/filepath"

	"cuelang.org/go/cue/parser"
	"golang.org/x/sync/errgroup"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
)

// Digest stands for all that loading a package reads: two with one digest load to the
// same value. It is that of one release of dominoc: another one may read the same files
// otherwise.
type Digest [sha256.Size]byte

// Digest covers the files of the package, what of them could not be read, the module by
// whose path imports are found, and the packages that are imported, by whatever they
// import. Nothing is evaluated.
func (p *Package) Digest() Digest {
	d := digester{p.module, sha256.New(), map[string]bool{}}
	d.text("package", p.Name, d.name(p.Dir), d.name(p.root), p.path)
	d.add(p.Files, p.Found)
	return Digest(d.Sum(nil))
}

// Digests returns the digest of each folder's environment, in their order, by so many
// workers at once.
func (t *Tree) Digests(folders []Folder, workers int) []Digest {
	digests := make([]Digest, len(folders))
	var reading errgroup.Group
	reading.SetLimit(workers)
	for i, f := range folders {
		reading.Go(func() error { digests[i] = t.Environment(f).Digest(); return nil })
	}
	_ = reading.Wait()
	return digests
}

type digester struct {
	module
	hash.Hash
	seen map[string]bool // imports
}

// text adds texts, each with its length, so that no two lists of them are alike.
func (d *digester) text(parts ...string) {
	for _, part := range parts {
		fmt.Fprintf(d, "%d:%s", len(part), part)
	}
}

// name is a path relative to the root, also of what lies above it: a copy of the
// tree elsewhere has the same.
func (d *digester) name(path string) string {
	if rel, err := filepath.Rel(d.files.Root, d.files.abs(path)); err == nil && path != "" {
		return filepath.ToSlash(rel)
	}
	return path
}

// add adds files that are read together, and the packages of the user's module that they
// import.
func (d *digester) add(files []File, unread diag.List) {
	for _, bad := range unread {
		d.text("unread", d.name(bad.Pos.File), bad.Code, bad.Message)
	}
	for _, f := range files {
		d.text("file", d.name(f.Name), string(f.Content))
	}
	for _, f := range files {
		if d.path == "" || filepath.Ext(f.Name) != ".cue" || !mayHold(f.Content, d.path) {
			continue
		}
		parsed, err := parser.ParseFile(f.Name, f.Content, parser.ImportsOnly)
		if parsed == nil {
			d.text("unparsed", fmt.Sprint(err))
			continue
		}
		for spec := range parsed.ImportSpecs() {
			if name := syntax.Text(spec.Path); !IsSchema(name) && d.owns(name) && !d.seen[name] {
				d.seen[name] = true
				_, more, unread, err := d.sources(name)
				d.text("package", name, fmt.Sprint(err == nil))
				d.add(more, unread)
			}
		}
	}
}
