package memo

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"reflect"
	"slices"
	"sync"

	"github.com/dominoc/dominoc/schema/source"
)

// Store keeps values of one type, each under the digest of all that it follows from. A nil
// Store keeps nothing. Its methods may be called from several goroutines.
//
// Its file has an entry for each: the digest, a length, a checksum, and the encoded value.
// The checksum covers the program, the repository and the type as well, so that an entry
// that was cut off, edited, moved to another digest or copied from elsewhere is not
// believed. Nothing of the file is believed that has no right checksum, so a reader needs
// no lock.
type Store[T any] struct {
	file string
	key  []byte // of the program, the repository and the type
	read func() // reads the file, once

	mu      sync.Mutex
	entries map[source.Digest][]byte // the checksum and the value
	order   []source.Digest          // of the entries as they were read
	used    map[source.Digest]bool
	fresh   bool // the file lacks something of the entries
}

// mostUnused bounds the entries in the file beside those of the last run that did not
// concern all of the fleet.
const mostUnused = 10_000

const (
	sumSize    = sha256.Size
	headerSize = len(source.Digest{}) + 4 + sumSize // of an entry: digest, length, checksum
)

// openStore returns the store of a file.
func openStore[T any](file, program, root string) *Store[T] {
	key := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", program, root, reflect.TypeFor[T]()))
	s := &Store[T]{file: file, key: key[:], entries: map[source.Digest][]byte{}, used: map[source.Digest]bool{}}
	s.read = sync.OnceFunc(func() {
		text, _ := os.ReadFile(s.file) // of what cannot be read nothing is known
		s.parse(text)
	})
	return s
}

// parse takes the entries of a file. Whether one is right is found out when it is used.
func (s *Store[T]) parse(text []byte) {
	for len(text) >= headerSize {
		digest := source.Digest(text)
		begin := len(digest) + 4
		size := uint64(binary.BigEndian.Uint32(text[len(digest):]))
		if size > uint64(len(text)-headerSize) {
			return
		}
		end := headerSize + int(size)
		if s.entries[digest] == nil {
			s.entries[digest] = text[begin:end:end]
			s.order = append(s.order, digest)
		}
		text = text[end:]
	}
}

// Of returns a new copy of the value under a digest; nil if it is unknown.
func (s *Store[T]) Of(digest source.Digest) *T {
	if s == nil {
		return nil
	}
	s.read()
	s.mu.Lock()
	entry := s.entries[digest]
	s.mu.Unlock()
	if len(entry) < sumSize || !bytes.Equal(entry[:sumSize], s.sum(digest, entry[sumSize:])) {
		return nil
	}
	value, d := new(T), decoder{string(entry[sumSize:])}
	if err := d.value(reflect.ValueOf(value).Elem()); err != nil || d.left != "" {
		return nil
	}
	s.mu.Lock()
	s.used[digest] = true
	s.mu.Unlock()
	return value
}

// Keep keeps a value for the next run, once it is saved. One that is not plain data is not
// kept.
func (s *Store[T]) Keep(digest source.Digest, value *T) {
	if s == nil {
		return
	}
	s.read()
	var e encoder
	if e.value(reflect.ValueOf(value).Elem()); e.err != nil {
		return
	}
	entry := append(s.sum(digest, e.out), e.out...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries[digest], s.used[digest], s.fresh = entry, true, true
}

// sum returns the checksum of a value under its digest.
func (s *Store[T]) sum(digest source.Digest, text []byte) []byte {
	h := sha256.New()
	h.Write(s.key)
	h.Write(digest[:])
	h.Write(text)
	return h.Sum(nil)
}

// Save writes the file if it lacks something. After a run that concerns the whole fleet, it
// keeps only what this run has used; else the rest too, up to a bound. A failed write of
// the cache is not an error.
func (s *Store[T]) Save(whole bool) {
	if s == nil {
		return
	}
	s.read()
	s.mu.Lock()
	defer s.mu.Unlock()
	var unused []source.Digest
	if !whole {
		unused = slices.DeleteFunc(slices.Clone(s.order), func(d source.Digest) bool { return s.used[d] })
		unused = unused[:min(len(unused), mostUnused)]
	}
	if !s.fresh && (!whole || len(s.used) == len(s.order)) {
		return
	}
	used := make([]source.Digest, 0, len(s.used))
	for d := range s.used {
		used = append(used, d)
	}
	slices.SortFunc(used, func(a, b source.Digest) int { return bytes.Compare(a[:], b[:]) })
	s.order = slices.Concat(used, unused)
	s.fresh = write(s.file, func(w *bufio.Writer) {
		for _, d := range s.order {
			entry := s.entries[d]
			w.Write(binary.BigEndian.AppendUint32(d[:], uint32(len(entry)-sumSize)))
			w.Write(entry)
		}
	}) != nil
}
