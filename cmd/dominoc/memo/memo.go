// Package memo keeps, for the next run on this machine, each environment's share of what
// a fleet has in common.
//
// In come the digests of environments' sources and their shares; out comes the share of
// the environment whose sources have a digest. Equal sources give equal shares as long
// as the program is the same, so an entry is never stale. Which files that spares is left
// to cmd/dominoc/cli, its only caller.
//
// The file is among the user's other caches and not in the repository, where a merge
// could combine entries that no build has seen, and a pull request could write it.
// Without it everything is compiled; nothing else depends on it.
package memo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/load"
)

// Memo is what is kept of one repository.
type Memo struct {
	file     string // "" where nothing can be kept
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

// Open reads what is kept in a folder of caches of the repository at root. That is
// nothing where there is no such folder, or where another program wrote it.
func Open(caches, root string) *Memo {
	m := &Memo{program: program(), shares: map[string]output.Share{}}
	root, err := filepath.Abs(root)
	if caches == "" || m.program == "" || err != nil {
		return m
	}
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

// Keeps reports whether something can be kept.
func (m *Memo) Keeps() bool { return m.file != "" }

// Of are the shares of the environments whose sources have the digests; false where
// one is not known.
func (m *Memo) Of(digests []load.Digest) ([]output.Share, bool) {
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

// Keep keeps the shares of a fleet, whose environments have the digests. Those who
// read it meanwhile have all of the old or all of the new. The file is not flushed to
// the disk: one that a power failure leaves in part is no JSON, and is not read.
func (m *Memo) Keep(digests []load.Digest, shares output.Shares) error {
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
