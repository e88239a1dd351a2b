// Package memo keeps what a run finds out about a fleet's environments for the next run
// on this machine: what they load to, and their shares of the output. In go the digests of
// environments' sources and the results; out comes the result for the sources that have a
// digest. Which work that spares is left to packages load and workspace.
//
// The same program makes equal results of equal sources, so what is kept is never stale.
// It is kept in the user's cache folder and not in the repository, where a merge could
// combine what no build has seen, and a pull request could write it. Without it everything
// is loaded and compiled.
package memo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/source"
)

// Memo is the kept shares of a repository.
type Memo struct {
	file     string // "" if nothing can be kept
	program  string
	text     []byte // as it was read
	shares   map[string]output.Share
	Composed map[string]output.Composed
}

// kept is a Memo in its file. Digests are those of the environments, in their order.
type kept struct {
	Program string
	Digests []string
	Shares  output.Shares
}

// Open reads the shares of the repository at root, for a management cluster that runs a
// release of provider-aws, from a folder of caches. There are none without such a folder, or
// if another program wrote them or for another release.
func Open(caches, root string, provider catalog.ProviderAWS) *Memo {
	m := &Memo{shares: map[string]output.Share{}}
	file, program, _ := place(caches, root)
	if file == "" {
		return m
	}
	m.file, m.program = file+".json", fmt.Sprintf("%s %+v", program, provider)
	var k kept
	var err error
	m.text, err = os.ReadFile(m.file)
	if err != nil || json.Unmarshal(m.text, &k) != nil || k.Program != m.program || len(k.Digests) != len(k.Shares.Environments) {
		return m
	}
	for i, digest := range k.Digests {
		m.shares[digest] = k.Shares.Environments[i]
	}
	m.Composed = k.Shares.Compositions
	return m
}

// Keeps reports whether shares can be kept.
func (m *Memo) Keeps() bool { return m.file != "" }

// Of returns the shares of the environments whose sources have the digests; false if one
// is unknown.
func (m *Memo) Of(digests []source.Digest) ([]output.Share, bool) {
	shares := make([]output.Share, len(digests))
	for i, d := range digests {
		share, known := m.shares[hex.EncodeToString(d[:])]
		if !known {
			return nil, false
		}
		shares[i] = share
	}
	return shares, true
}

// Keep keeps the shares of a fleet whose environments have the digests. The file is not
// flushed to the disk: a file that a power failure truncates is not JSON, and is ignored.
func (m *Memo) Keep(digests []source.Digest, shares output.Shares) error {
	k := kept{Program: m.program, Digests: make([]string, len(digests)), Shares: shares}
	for i, d := range digests {
		k.Digests[i] = hex.EncodeToString(d[:])
	}
	text, err := json.Marshal(k)
	if err != nil || bytes.Equal(text, m.text) {
		return err
	}
	return write(m.file, text)
}

// place returns where the caches of a repository are, without the ending of a name, the
// name of the program, and that of the repository; nothing if nothing can be kept.
func place(caches, root string) (file, name, repository string) {
	root, err := filepath.Abs(root)
	name = program()
	if caches == "" || name == "" || err != nil {
		return "", "", ""
	}
	of := sha256.Sum256([]byte(root))
	return filepath.Join(caches, "dominoc", hex.EncodeToString(of[:8])), name, root
}

// write writes a file of the cache: a concurrent reader gets the old one or the new one.
func write(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	staged, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	_, err = staged.Write(text)
	if err = errors.Join(err, staged.Close()); err == nil {
		err = os.Rename(staged.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(staged.Name()))
	}
	return nil
}
