package change

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/source"
)

// planted returns a diagnostic for each file that the manifest of the output in the work
// tree lists although the fleet does not compile to it, unless the base has the same file:
// then the build after an edit has not run yet. A pull request that adds a file to the
// output can add its line to the manifest as well.
func (c *sinceCommit) planted(of *output.Output) (diag.List, error) {
	dir, err := emit.Below(c.now.Root, c.out)
	if err != nil {
		return nil, err
	}
	given, err := of.Paths()
	if err != nil {
		return nil, workspace.Bug(err)
	}
	listed, err := emit.Listed(dir, source.Manifest, given)
	if err != nil {
		return nil, err
	}
	var found diag.List
	for _, name := range listed {
		if e := c.written.entries[name]; e.ID != "" && e.ID == blobOf(dir, name, len(e.ID)) {
			continue
		}
		found = append(found, diag.Diagnostic{
			Severity: diag.Error, Code: "foreign-file", Pos: diag.Pos{File: path.Join(filepath.ToSlash(c.out), name)},
			Message: fmt.Sprintf("%s lists this file, which is new or changed since the base, but dominoc does not write it", source.Manifest),
			Hint:    "run dominoc build: it removes the file",
		})
	}
	return found, nil
}
