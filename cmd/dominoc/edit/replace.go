package edit

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dominoc/dominoc/compositions/emit"
)

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
