//go:build unix

package emit

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock keeps two writers out of one folder. The lock is on the folder itself and ends
// with the process.
func (f *folder) lock() (unlock func(), err error) {
	dir, err := os.Open(f.root.Name())
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(fmt.Errorf("another dominoc is writing %s", f.root.Name()), dir.Close())
	}
	return func() { dir.Close() }, nil // a file system without locks has none
}
