package memo

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// fleet is two environments under their digests.
var fleet = map[source.Digest]*v1alpha1.Environment{{1}: environment(1), {2}: environment(2)}

// environment returns a random environment without empty lists and maps where the schema has
// none.
func environment(seed uint64) *v1alpha1.Environment {
	text, err := json.Marshal(random.Environment(random.New(seed)))
	if err != nil {
		panic(err)
	}
	e, err := decoded(text)
	if err != nil {
		panic(err)
	}
	return e
}

// saved returns loads that a run has saved, and their file.
func saved(t *testing.T, caches, root string) (*Loads, string) {
	l := OpenLoads(caches, root)
	require.NotNil(t, l, "the test's program has a name")
	for digest, environment := range fleet {
		l.Keep(digest, environment)
	}
	l.Save(true)
	return l, l.file
}

// believed returns the digests of which a reader believes something, which must be
// right.
func believed(t *testing.T, l *Loads) (all []source.Digest) {
	t.Helper()
	for _, digest := range []source.Digest{{1}, {2}, {3}} {
		if got := l.Environment(digest); got != nil {
			require.Equal(t, fleet[digest], got)
			all = append(all, digest)
		}
	}
	return all
}

func TestALoadIsKnownByTheDigestOfItsSources(t *testing.T) {
	caches, root := t.TempDir(), t.TempDir()
	_, file := saved(t, caches, root)
	l := OpenLoads(caches, root)
	require.Equal(t, []source.Digest{{1}, {2}}, believed(t, l))
	require.NotSame(t, l.Environment(source.Digest{1}), l.Environment(source.Digest{1}), "a user may change his copy")
	require.Empty(t, believed(t, OpenLoads(caches, t.TempDir())), "another repository")
	require.Nil(t, OpenLoads("", root))

	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	info, err = os.Stat(filepath.Dir(file))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	files, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing is left beside the file")
}

func TestOnlyALoadOfTheWholeFleetForgets(t *testing.T) {
	caches, root := t.TempDir(), t.TempDir()
	saved(t, caches, root)
	l := OpenLoads(caches, root)
	require.NotNil(t, l.Environment(source.Digest{1}))
	l.Save(false)
	require.Len(t, believed(t, OpenLoads(caches, root)), 2)
	l.Save(true)
	require.Equal(t, []source.Digest{{1}}, believed(t, OpenLoads(caches, root)))
}

func TestADamagedOrForeignLineIsNotBelieved(t *testing.T) {
	caches, root := t.TempDir(), t.TempDir()
	_, file := saved(t, caches, root)
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	second := bytes.IndexByte(whole, '\n') + 1
	first, last := whole[:second], whole[second:]
	const digits = 64
	_, foreign := saved(t, t.TempDir(), t.TempDir())
	elsewhere, err := os.ReadFile(foreign)
	require.NoError(t, err)
	other, _ := saved(t, t.TempDir(), root)
	other.key[0]++ // as of another program
	other.Keep(source.Digest{1}, fleet[source.Digest{1}])
	other.Save(false)
	program, err := os.ReadFile(other.file)
	require.NoError(t, err)

	for what, c := range map[string]struct {
		text []byte
		left []source.Digest
	}{
		"empty":                         {nil, nil},
		"the end is cut off":            {whole[:len(whole)-10], []source.Digest{{1}}},
		"cut off in the checksum":       {whole[:second+digits+20], []source.Digest{{1}}},
		"cut off in the digest":         {whole[:second+20], []source.Digest{{1}}},
		"cut off between lines":         {first, []source.Digest{{1}}},
		"two halves":                    {slices.Concat(first[:len(first)/2], last), nil},
		"exchanged digests":             {slices.Concat(last[:digits], first[digits:], first[:digits], last[digits:]), nil},
		"exchanged lines":               {slices.Concat(last, first), []source.Digest{{1}, {2}}},
		"exchanged texts":               {slices.Concat(first[:2*digits+2], last[2*digits+2:], last[:2*digits+2], first[2*digits+2:]), nil},
		"of another repository":         {elsewhere, nil},
		"one line of another":           {slices.Concat(elsewhere[:bytes.IndexByte(elsewhere, '\n')+1], last), []source.Digest{{2}}},
		"of another program":            {program[:bytes.IndexByte(program, '\n')+1], nil},
		"null":                          {slices.Concat(first[:2*digits+2], []byte("null\n")), nil},
		"another text of the same size": {bytes.ReplaceAll(whole, []byte(`"region"`), []byte(`"regiom"`)), nil},
	} {
		require.NoError(t, os.WriteFile(file, c.text, 0o600))
		require.Equal(t, c.left, believed(t, OpenLoads(caches, root)), what)
	}
	for at := 0; at < len(whole); at += 7 {
		flipped := slices.Clone(whole)
		flipped[at] ^= 1
		l := &Loads{key: other.key, lines: map[source.Digest][]byte{}, used: map[source.Digest]bool{}}
		l.key = OpenLoads(caches, root).key
		l.read(flipped)
		require.NotEqual(t, 2, len(believed(t, l)), "byte %d", at)
	}

	require.NoError(t, os.Remove(file))
	require.NoError(t, os.Mkdir(file, 0o700))
	l, _ := saved(t, caches, root)
	require.Equal(t, []source.Digest{{1}, {2}}, believed(t, l), "what cannot be written is no mistake")
}

func TestNumbersOfAConfigurationKeepTheirTypes(t *testing.T) {
	caches, root := t.TempDir(), t.TempDir()
	l := OpenLoads(caches, root)
	with := func(configuration map[string]any) *v1alpha1.Environment {
		e := environment(1)
		e.Cluster.Addons = map[string]v1alpha1.Addon{"coredns": {Configuration: configuration}}
		return e
	}
	whole := with(map[string]any{"replicas": 2, "share": 0.5, "of": []any{1, map[string]any{"n": 3, "is": true, "none": nil}}})
	l.Keep(source.Digest{1}, whole)
	l.Keep(source.Digest{2}, with(map[string]any{"replicas": 2.0})) // JSON does not tell it from 2
	l.Save(true)
	l = OpenLoads(caches, root)
	require.Equal(t, whole, l.Environment(source.Digest{1}))
	require.Nil(t, l.Environment(source.Digest{2}))
}

func FuzzLoads(f *testing.F) {
	text, err := json.Marshal(fleet[source.Digest{1}])
	require.NoError(f, err)
	key := make([]byte, 32)
	open := func() *Loads {
		return &Loads{key: key, lines: map[source.Digest][]byte{}, used: map[source.Digest]bool{}}
	}
	f.Add([]byte("0100 0200 {}\n"), text)
	f.Fuzz(func(t *testing.T, file, text []byte) {
		l := open()
		l.read(file)
		for digest := range l.lines {
			require.Nil(t, l.Environment(digest), "nothing else has a checksum")
		}
		digest := source.Digest{1}
		l = open()
		l.lines[digest] = slices.Concat(l.sum(digest, text), []byte(" "), text)
		if got := l.Environment(digest); got != nil { // with a checksum: no panic
			_, err := json.Marshal(got)
			require.NoError(t, err)
		}
	})
}
