package edit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/dominoc/dominoc/compositions/emit"
)

// ReplaceAll writes files below root, all or none, if they are still those that were read,
// with their contents before and after by name.
func ReplaceAll(root string, before, after map[string][]byte) error {
	names := slices.Sorted(maps.Keys(after))
	for i, name := range names {
		err := Replace(root, name, before[name], after[name])
		if err == nil {
			continue
		}
		for _, written := range names[:i] {
			err = errors.Join(err, Replace(root, written, after[written], before[written]))
		}
		return err
	}
	return nil
}

// Replace writes a file below root in one step, if it is still the one that was read. Its
// mode stays.
func Replace(root, name string, before, content []byte) error {
	file := filepath.Join(root, filepath.FromSlash(name))
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	now, err := os.ReadFile(file)
	switch {
	case err != nil:
		return err
	case !bytes.Equal(now, before):
		return fmt.Errorf("%s changed since it was read: run the command again", name)
	}
	if err := emit.Replace(root, name, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}); err != nil {
		return err
	}
	return os.Chmod(file, info.Mode().Perm())
}
