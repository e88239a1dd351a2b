package emit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Below returns the path of name below base, for a caller that writes there. A symbolic
// link on the way is an error: with one, a repository could redirect the write. An
// absolute name, and one that leaves base, are the caller's own choice.
func Below(base, name string) (string, error) {
	if !filepath.IsLocal(name) {
		if filepath.IsAbs(name) {
			return name, nil
		}
		return filepath.Join(base, name), nil
	}
	at := base
	for part := range strings.SplitSeq(filepath.ToSlash(filepath.Clean(name)), "/") {
		at = filepath.Join(at, part)
		info, err := os.Lstat(at)
		if err != nil {
			if missing(err) == nil {
				break // it will be made
			}
			return "", err
		}
		if info.Mode()&os.ModeSymlink != 0 {
			return "", fmt.Errorf("%s is a symbolic link: dominoc writes through none", at)
		}
	}
	return filepath.Join(base, name), nil
}

// Create writes a new file below base, in full. An existing file is an error.
func Create(base, name string, content []byte) error {
	file, err := Below(base, name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	open, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = open.Write(content)
	if err = errors.Join(err, open.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

// Replace writes a file below base in one step, so that a reader sees the whole old file
// or the whole new one.
func Replace(base, name string, write func(io.Writer) error) (err error) {
	file, err := Below(base, name)
	if err != nil {
		return err
	}
	if info, err := os.Lstat(file); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is %s where a file belongs: move it away", name, sort(info.Mode()))
	}
	staged, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if pathError := (*fs.PathError)(nil); errors.As(err, &pathError) {
		pathError.Path = name // the temporary file means nothing to the user
	}
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(staged.Name())
		}
	}()
	if err := errors.Join(write(staged), staged.Sync(), staged.Chmod(plainFile), staged.Close()); err != nil {
		return err
	}
	return os.Rename(staged.Name(), file)
}
