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
	for i, name := range names {
		if err := t.write(root, name); err != nil {
			return nil, errors.Join(err, t.undo(root, names[:i]))
		}
	}
	return names, nil
}

func (t *Takeover) write(root, name string) error {
	if t.before == nil {
		return emit.Create(root, name, t.Files[name])
	}
	return edit.Replace(root, name, t.before[name], t.Files[name])
}

// undo takes files back that were written.
func (t *Takeover) undo(root string, names []string) error {
	var all []error
	for _, name := range names {
		if t.before != nil {
			all = append(all, edit.Replace(root, name, t.Files[name], t.before[name]))
		} else {
			all = append(all, os.Remove(filepath.Join(root, filepath.FromSlash(name))))
		}
	}
	return errors.Join(all...)
}
