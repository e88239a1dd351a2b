package change

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// planted are the files that the work tree's manifest of the output lists although
// the fleet does not give them, unless the base has them so: those are left over
// from an edit whose build is to come. The manifest is a file of the repository
// like any other, and whoever adds a file to the output can add its line.
func (c *sinceCommit) planted(fleet *compositions.Fleet) (diag.List, error) {
	dir, err := emit.Below(c.now.root, c.out)
	if err != nil {
		return nil, err
	}
	listed, err := emit.Listed(dir, load.Manifest)
	if err != nil || len(listed) == 0 {
		return nil, err
	}
	files, err := fleet.Files()
	if err != nil {
		return nil, fmt.Errorf("a bug of dominoc: %w", err)
	}
	given := map[string]bool{}
	for _, f := range files {
		given[f.Path] = true
	}
	var found diag.List
	for _, f := range listed {
		if given[f.Path] || c.output.same(f) {
			continue
		}
		found = append(found, diag.Diagnostic{
			Severity: diag.Error, Code: "foreign-file", Pos: diag.Pos{File: path.Join(filepath.ToSlash(c.out), f.Path)},
			Message: fmt.Sprintf("%s lists this file, the base does not have it so, and no environment gives it", load.Manifest),
			Hint:    "run dominoc build, which removes what it no longer gives, and look at what it removes",
		})
	}
	return found, nil
}
