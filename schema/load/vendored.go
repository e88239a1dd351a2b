package load

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// Vendored holds a repository's copy of the schema against that of the binary,
// which is the one that environments are checked by. A copy that differs is what
// plain cue and an editor go by, so they judge otherwise than dominoc. Without a
// copy there is nothing to say.
func (l *Loader) Vendored() diag.List {
	root, err := filepath.Abs(l.Root)
	if err != nil {
		return nil
	}
	dir := filepath.Join(above(root, "cue.mod", l.reads().boundary(root, root)), filepath.FromSlash(schema.VendorFolder), "schema", schema.Package)
	switch _, err := l.reads().stat(dir); {
	case errors.Is(err, errOutside):
		return diag.List{*unreadable(l.show(dir), err)}
	case err != nil:
		return nil
	}
	changed, err := l.reads().unlike(dir)
	if err != nil || len(changed) == 0 {
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

// copied is the path of a file of the repository's copy of the schema, empty where
// there is none, or another one than the binary's.
func (l *Loader) copied(name string) string {
	root, err := filepath.Abs(l.Root)
	if err != nil {
		return ""
	}
	dir := filepath.Join(above(root, "cue.mod", l.reads().boundary(root, root)), filepath.FromSlash(schema.VendorFolder), "schema", schema.Package)
	files, err := schema.Files()
	if err != nil {
		return ""
	}
	for _, f := range files {
		if filepath.Base(f.Name) != name {
			continue
		}
		path := filepath.Join(dir, name)
		if content, bad := l.reads().read(path, name, maxBytes); bad == nil && bytes.Equal(content, f.Content) {
			return l.show(path)
		}
	}
	return ""
}

// unlike are the files of a copy that differ from the binary's, lack, or are not
// in it.
func (r *repositories) unlike(dir string) ([]string, error) {
	files, err := schema.Files()
	if err != nil {
		return nil, err
	}
	entries, err := r.entries(dir)
	if err != nil {
		return nil, err
	}
	var all []string
	known := map[string]bool{}
	for _, f := range files {
		name := filepath.Base(f.Name)
		known[name] = true
		content, bad := r.read(filepath.Join(dir, name), name, maxBytes)
		if bad != nil || !bytes.Equal(content, f.Content) {
			all = append(all, name)
		}
	}
	for _, e := range entries {
		if !known[e.Name()] && strings.HasSuffix(e.Name(), ".cue") {
			all = append(all, e.Name())
		}
	}
	return all, nil
}
