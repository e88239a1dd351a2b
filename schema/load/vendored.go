package load

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// Vendored compares a repository's copy of the schema with that of the binary, which
// environments are checked against. A copy that differs is what plain cue and an editor
// go by, so they judge otherwise than dominoc. Without a copy there is nothing to say.
func (l *Loader) Vendored() diag.List {
	dir := l.vendorFolder()
	entries, err := l.reads().entries(dir)
	switch {
	case errors.Is(err, errOutside):
		return diag.List{*unreadable(l.show(dir), err)}
	case err != nil:
		return nil
	}
	files, err := schema.Files()
	if err != nil {
		return nil
	}
	var changed []string
	for _, f := range files {
		if l.copied(path.Base(f.Name)) == "" {
			changed = append(changed, path.Base(f.Name))
		}
	}
	for _, e := range entries {
		known := slices.ContainsFunc(files, func(f schema.File) bool { return path.Base(f.Name) == e.Name() })
		if !known && strings.HasSuffix(e.Name(), ".cue") {
			changed = append(changed, e.Name())
		}
	}
	if len(changed) == 0 {
		return nil
	}
	return diag.List{{
		Severity: diag.Warning,
		Code:     "schema-vendored",
		Pos:      diag.Pos{File: l.show(dir)},
		Message:  fmt.Sprintf("%s from the schema of this dominoc, the first is %q; cue and editors go by the copy and may judge otherwise", words.CountOf(len(changed), "file of this copy differs", "files of this copy differ"), changed[0]),
		Hint:     "run dominoc init and commit what it writes; or, where the copy is the newer one, use the dominoc that .dominoc.sha256 names",
	}}
}

// vendorFolder is where the repository's copy of the schema is, if there is one.
func (l *Loader) vendorFolder() string {
	root := l.reads().start
	return filepath.Join(above(root, "cue.mod", l.reads().boundary(root, root)), filepath.FromSlash(schema.VendorFolder), "schema", schema.Package)
}

// copied is the path of a file of that copy for the reader, empty where there is none,
// or where it differs from the binary's.
func (l *Loader) copied(name string) string {
	own, known := schemaText()[path.Join(schema.Module, "schema", schema.Package, name)]
	file := filepath.Join(l.vendorFolder(), name)
	content, bad := l.reads().read(file, name, maxBytes)
	if !known || bad != nil || !bytes.Equal(content, own) {
		return ""
	}
	return l.show(file)
}
