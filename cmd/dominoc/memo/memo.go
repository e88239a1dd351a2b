// Package memo keeps what a run finds out about a fleet's environments for the next run
// on this machine: what they load to, what is found of each alone, and their shares of the
// output. In go digests and results; out comes the result for what has the digest. Which
// work that spares, and of what a digest is, is left to packages load and workspace.
//
// The same program makes equal results of equal sources, so what is kept is never stale.
// It is kept in the user's cache folder and not in the repository, where a merge could
// combine what no build has seen, and a pull request could write it. Without it everything
// is loaded and compiled.
package memo

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"

	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Memo is what is kept of a repository; nothing if it is the zero value.
type Memo struct {
	Loads    *Store[v1alpha1.Environment] // what environments load to
	Alone    *Store[check.Alone]          // what is found of each without the others
	Shares   *Store[output.Share]         // their shares of the output
	Composed *Store[output.Composed]      // the Compositions of the shares
}

// Open returns what is kept of the repository at root in a folder of caches. Nothing is read
// yet.
func Open(caches, root string) Memo {
	root, err := filepath.Abs(root)
	name := program()
	if caches == "" || name == "" || err != nil {
		return Memo{}
	}
	of := sha256.Sum256([]byte(root))
	file := filepath.Join(caches, "dominoc", hex.EncodeToString(of[:8]))
	return Memo{
		Loads:    openStore[v1alpha1.Environment](file+".loads", name, root),
		Alone:    openStore[check.Alone](file+".alone", name, root),
		Shares:   openStore[output.Share](file+".shares", name, root),
		Composed: openStore[output.Composed](file+".composed", name, root),
	}
}

// write writes a file of the cache: a concurrent reader gets the old one or the new one.
func write(file string, content func(*bufio.Writer)) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	staged, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(staged)
	content(w)
	if err = errors.Join(w.Flush(), staged.Close()); err == nil { // it has the first error of a write
		err = os.Rename(staged.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(staged.Name()))
	}
	return nil
}
