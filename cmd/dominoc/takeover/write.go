package takeover

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/dominoc/dominoc/cmd/dominoc/edit"
	"github.com/dominoc/dominoc/compositions/emit"
)

// Write writes the files, all or none, and returns their names.
func (t *Takeover) Write(root string) ([]string, error) {
	names := slices.Sorted(maps.Keys(t.Files))
	if t.before != nil {
		return names, edit.ReplaceAll(root, t.before, t.Files)
	}
	for i, name := range names {
		if err := emit.Create(root, name, t.Files[name]); err != nil {
			return nil, errors.Join(err, remove(root, names[:i]))
		}
	}
	return names, nil
}

// remove takes files back that were made.
func remove(root string, names []string) error {
	var all []error
	for _, name := range names {
		all = append(all, os.Remove(filepath.Join(root, filepath.FromSlash(name))))
	}
	return errors.Join(all...)
}
