package source

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// Vendored compares a repository's copy of the schema with that of the binary, which
// environments are checked against. A copy that differs is what plain cue and an editor
// go by, so they judge otherwise than dominoc. Without a copy there is nothing to say.
func (t *Tree) Vendored() diag.List {
	dir := t.vendorFolder()
	entries, err := t.entries(dir)
	switch {
	case errors.Is(err, ErrOutside):
		return diag.List{*unreadable(t.Shown(dir), err)}
	case err != nil:
		return nil
	}
	var changed []string
	for _, f := range schema.Files() {
		if t.Copied(path.Base(f.Name)) == "" {
			changed = append(changed, path.Base(f.Name))
		}
	}
	for _, e := range entries {
		if schema.Content(inModule(e.Name())) == nil && strings.HasSuffix(e.Name(), ".cue") {
			changed = append(changed, e.Name())
		}
	}
	if len(changed) == 0 {
		return nil
	}
	return diag.List{{
		Severity: diag.Warning,
		Code:     "schema-vendored",
		Pos:      diag.Pos{File: t.Shown(dir)},
		Message:  fmt.Sprintf("%s from the schema of this dominoc, the first is %q; cue and editors go by the copy and may judge otherwise", words.CountOf(len(changed), "file of this copy differs", "files of this copy differ"), changed[0]),
		Hint:     "run dominoc init and commit what it writes; or, where the copy is the newer one, use the dominoc that .dominoc.sha256 names",
	}}
}

// vendorFolder is where the repository's copy of the schema is, if there is one.
func (t *Tree) vendorFolder() string {
	return filepath.Join(t.above(t.Root, "cue.mod", t.boundary(t.Root, t.Root)), filepath.FromSlash(schema.VendorFolder), "schema", schema.Package)
}

// inModule is the name of a file of the schema in its module.
func inModule(name string) string { return path.Join("schema", schema.Package, name) }

// Copied returns the path of a file of that copy for the reader, empty where there is none,
// or where it differs from the binary's.
func (t *Tree) Copied(name string) string {
	file := filepath.Join(t.vendorFolder(), name)
	content, bad := t.read(file, name, MaxBytes)
	if own := schema.Content(inModule(name)); own == nil || bad != nil || !bytes.Equal(content, own) {
		return ""
	}
	return t.Shown(file)
}
