// Package memo keeps the shares of a fleet's environments for the next run on this
// machine. In go the digests of environments' sources and their shares; out comes the
// share of the environment whose sources have a digest. Which files a share spares is
// left to package workspace, which calls it.
//
// The same program makes equal shares of equal sources, so a kept share is never stale.
// Shares are kept in the user's cache folder and not in the repository, where a merge
// could combine what no build has seen, and a pull request could write them. Without
// them everything is compiled.
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
	root, err := filepath.Abs(root)
	program := program()
	if caches == "" || program == "" || err != nil {
		return m
	}
	m.program = fmt.Sprintf("%s %+v", program, provider)
	of := sha256.Sum256([]byte(root))
	m.file = filepath.Join(caches, "dominoc", hex.EncodeToString(of[:8])+".json")
	var k kept
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

// Keep keeps the shares of a fleet whose environments have the digests. A concurrent
// reader gets either all old or all new shares. The file is not flushed to the disk: a file
// that a power failure truncates is not JSON, and is ignored.
func (m *Memo) Keep(digests []source.Digest, shares output.Shares) error {
	k := kept{Program: m.program, Digests: make([]string, len(digests)), Shares: shares}
	for i, d := range digests {
		k.Digests[i] = hex.EncodeToString(d[:])
	}
	text, err := json.Marshal(k)
	if err != nil || bytes.Equal(text, m.text) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(m.file), 0o700); err != nil {
		return err
	}
	staged, err := os.CreateTemp(filepath.Dir(m.file), filepath.Base(m.file)+".*")
	if err != nil {
		return err
	}
	_, err = staged.Write(text)
	if err = errors.Join(err, staged.Close()); err == nil {
		err = os.Rename(staged.Name(), m.file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(staged.Name()))
	}
	return nil
}
