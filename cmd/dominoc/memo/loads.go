package memo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"sync"

	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Loads is the loaded environments of a repository: what the digest of an environment's
// sources loads to. It implements load.Kept.
//
// Its file has a line for each: the digest, a checksum, and the environment as JSON. The
// checksum covers the program and the repository as well, so that a line that was cut off,
// edited, moved to another digest or copied from elsewhere is not believed. Nothing of
// the file is believed that has no right checksum, so a reader needs no lock.
type Loads struct {
	file string
	key  []byte // of the program and the repository

	mu    sync.Mutex
	lines map[source.Digest][]byte // what follows the digest in its line
	order []source.Digest          // of the lines as they were read
	used  map[source.Digest]bool
	fresh bool // the file lacks something of the lines
}

// mostUnused bounds the environments in the file beside those of the last run that did
// not load all of the fleet.
const mostUnused = 10_000

// OpenLoads reads the loads of the repository at root from a folder of caches; nil
// if nothing can be kept.
func OpenLoads(caches, root string) *Loads {
	file, program, root := place(caches, root)
	if file == "" {
		return nil
	}
	key := sha256.Sum256(fmt.Appendf(nil, "%q %q", program, root))
	l := &Loads{file: file + ".loads", key: key[:], lines: map[source.Digest][]byte{}, used: map[source.Digest]bool{}}
	text, _ := os.ReadFile(l.file) // of what cannot be read nothing is known
	l.read(text)
	return l
}

// read takes the lines of a file. Whether a line is right is found out when it is used.
func (l *Loads) read(text []byte) {
	for line := range bytes.Lines(text) {
		digits, rest, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
		var digest source.Digest
		if len(digits) != hex.EncodedLen(len(digest)) {
			continue
		}
		if _, err := hex.Decode(digest[:], digits); err != nil || l.lines[digest] != nil {
			continue
		}
		l.lines[digest] = rest
		l.order = append(l.order, digest)
	}
}

// Environment returns the environment that sources of a digest load to; nil if it is
// unknown.
func (l *Loads) Environment(digest source.Digest) *v1alpha1.Environment {
	l.mu.Lock()
	line := l.lines[digest]
	l.mu.Unlock()
	sum, text, _ := bytes.Cut(line, []byte(" "))
	if line == nil || !bytes.Equal(sum, l.sum(digest, text)) {
		return nil
	}
	environment, err := decoded(text)
	if err != nil {
		return nil
	}
	l.mu.Lock()
	l.used[digest] = true
	l.mu.Unlock()
	return environment
}

// Keep keeps an environment for the next run, once it is saved. One that its text does not
// carry exactly is not kept.
func (l *Loads) Keep(digest source.Digest, environment *v1alpha1.Environment) {
	text, err := json.Marshal(environment)
	if err != nil {
		return
	}
	if again, err := decoded(text); err != nil || !reflect.DeepEqual(environment, again) {
		return
	}
	line := slices.Concat(l.sum(digest, text), []byte(" "), text)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines[digest], l.used[digest], l.fresh = line, true, true
}

// sum returns the checksum of a text under its digest.
func (l *Loads) sum(digest source.Digest, text []byte) []byte {
	h := sha256.New()
	h.Write(l.key)
	h.Write(digest[:])
	h.Write(text)
	return hex.AppendEncode(nil, h.Sum(nil))
}

// Save writes the file if it lacks something. After a load of the whole fleet, it keeps
// only what this run has used; else the rest too, up to a bound. A failed write of the
// cache is not an error.
func (l *Loads) Save(whole bool) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var unused []source.Digest
	if !whole {
		unused = slices.DeleteFunc(slices.Clone(l.order), func(d source.Digest) bool { return l.used[d] })
		unused = unused[:min(len(unused), mostUnused)]
	}
	if !l.fresh && (!whole || len(l.used) == len(l.order)) {
		return
	}
	used := make([]source.Digest, 0, len(l.used))
	for d := range l.used {
		used = append(used, d)
	}
	slices.SortFunc(used, func(a, b source.Digest) int { return bytes.Compare(a[:], b[:]) })
	l.order = slices.Concat(used, unused)
	var text []byte
	for _, d := range l.order {
		text = append(append(append(hex.AppendEncode(text, d[:]), ' '), l.lines[d]...), '\n')
	}
	l.fresh = write(l.file, text) != nil
}

// decoded returns the environment of a text. The schema leaves the configuration of
// an add-on open: its numbers are integers where they can be, as load decodes them.
func decoded(text []byte) (*v1alpha1.Environment, error) {
	var environment v1alpha1.Environment
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&environment); err != nil {
		return nil, err
	}
	for _, addon := range environment.Cluster.Addons {
		for name, value := range addon.Configuration {
			addon.Configuration[name] = numbers(value)
		}
	}
	return &environment, nil
}

// numbers returns a value of JSON with Go's numbers in place of their texts.
func numbers(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = numbers(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = numbers(inner)
		}
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	}
	return value
}
