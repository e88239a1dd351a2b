package memo

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// fleet is two environments under their digests.
var fleet = map[source.Digest]*v1alpha1.Environment{{1}: environment(1), {2}: environment(2)}

func environment(seed uint64) *v1alpha1.Environment { return random.Environment(random.New(seed)) }

type loads = Store[v1alpha1.Environment]

func open(caches, root string) *loads { return Open(caches, root).Loads }

// saved returns loads that a run has saved, and their file.
func saved(t *testing.T, caches, root string) (*loads, string) {
	l := open(caches, root)
	require.NotNil(t, l, "the test's program has a name")
	for digest, environment := range fleet {
		l.Keep(digest, environment)
	}
	l.Save(true)
	return l, l.file
}

// believed returns the digests of which a reader believes something, which must be
// right.
func believed(t *testing.T, l *loads) (all []source.Digest) {
	t.Helper()
	for _, digest := range []source.Digest{{1}, {2}, {3}} {
		if got := l.Of(digest); got != nil {
			require.Equal(t, fleet[digest], got)
			all = append(all, digest)
		}
	}
	return all
}

func TestALoadIsKnownByTheDigestOfItsSources(t *testing.T) {
	caches, root := t.TempDir(), t.TempDir()
	_, file := saved(t, caches, root)
	l := open(caches, root)
	require.Equal(t, []source.Digest{{1}, {2}}, believed(t, l))
	require.NotSame(t, l.Of(source.Digest{1}), l.Of(source.Digest{1}), "a user may change his copy")
	require.Empty(t, believed(t, open(caches, t.TempDir())), "another repository")
	none := open("", root)
	none.Keep(source.Digest{1}, fleet[source.Digest{1}])
	none.Save(true)
	require.Empty(t, believed(t, none))

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

func TestOnlyARunOverTheWholeFleetForgets(t *testing.T) {
	caches, root := t.TempDir(), t.TempDir()
	saved(t, caches, root)
	l := open(caches, root)
	require.NotNil(t, l.Of(source.Digest{1}))
	l.Save(false)
	require.Len(t, believed(t, open(caches, root)), 2)
	l.Save(true)
	require.Equal(t, []source.Digest{{1}}, believed(t, open(caches, root)))
}

func TestADamagedOrForeignEntryIsNotBelieved(t *testing.T) {
	caches, root := t.TempDir(), t.TempDir()
	_, file := saved(t, caches, root)
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	const digest = len(source.Digest{})
	entry := func(text []byte) int { return headerSize + int(binary.BigEndian.Uint32(text[digest:])) }
	second := entry(whole)
	first, last := whole[:second], whole[second:]
	_, foreign := saved(t, t.TempDir(), t.TempDir())
	elsewhere, err := os.ReadFile(foreign)
	require.NoError(t, err)
	other, _ := saved(t, t.TempDir(), root)
	other.key[0]++ // as of another program
	other.Keep(source.Digest{1}, fleet[source.Digest{1}])
	other.Save(false)
	program, err := os.ReadFile(other.file)
	require.NoError(t, err)
	longer := slices.Clone(whole)
	longer[digest+3]++

	for what, c := range map[string]struct {
		text []byte
		left []source.Digest
	}{
		"empty":                   {nil, nil},
		"the end is cut off":      {whole[:len(whole)-10], []source.Digest{{1}}},
		"cut off in the checksum": {whole[:second+digest+20], []source.Digest{{1}}},
		"cut off in the digest":   {whole[:second+20], []source.Digest{{1}}},
		"cut off between entries": {first, []source.Digest{{1}}},
		"two halves":              {slices.Concat(first[:len(first)/2], last), nil},
		"exchanged digests":       {slices.Concat(last[:digest], first[digest:], first[:digest], last[digest:]), nil},
		"exchanged entries":       {slices.Concat(last, first), []source.Digest{{1}, {2}}},
		"exchanged texts":         {slices.Concat(first[:headerSize], last[headerSize:], last[:headerSize], first[headerSize:]), nil},
		"of another repository":   {elsewhere, nil},
		"one entry of another":    {slices.Concat(elsewhere[:entry(elsewhere)], last), []source.Digest{{2}}},
		"of another program":      {program[:entry(program)], nil},
		"without a value":         {slices.Concat(first[:digest], make([]byte, 4), first[digest+4:headerSize]), nil},
		"another length":          {longer, nil},
	} {
		require.NoError(t, os.WriteFile(file, c.text, 0o600))
		require.Equal(t, c.left, believed(t, open(caches, root)), what)
	}
	for at := 0; at < len(whole); at += 7 {
		flipped := slices.Clone(whole)
		flipped[at] ^= 1
		require.NoError(t, os.WriteFile(file, flipped, 0o600))
		require.NotEqual(t, 2, len(believed(t, open(caches, root))), "byte %d", at)
	}

	require.NoError(t, os.Remove(file))
	require.NoError(t, os.Mkdir(file, 0o700))
	l, _ := saved(t, caches, root)
	require.Equal(t, []source.Digest{{1}, {2}}, believed(t, l), "what cannot be written is no mistake")
}

// An entry of one type is none of another, whichever file it is in.
func TestAnEntryIsOfItsType(t *testing.T) {
	caches, root := t.TempDir(), t.TempDir()
	_, file := saved(t, caches, root)
	m := Open(caches, root)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(m.Alone.file, text, 0o600))
	require.Nil(t, m.Alone.Of(source.Digest{1}))
}

// many has each kind of value that is kept.
type many struct {
	Is     bool
	N      int64
	Share  float64
	Text   string
	Lists  [][]string
	Maps   map[string]map[string]*int
	Inside *many
	Any    any
	Open   map[string]any
}

func TestWhatIsKeptIsMadeAgain(t *testing.T) {
	seven := 7
	for _, v := range []many{
		{},
		{Is: true, N: -1 << 62, Share: 0.1, Text: "a\x00\n", Lists: [][]string{nil, {}, {"", "b"}}, Inside: &many{N: 1}},
		{Maps: map[string]map[string]*int{"": nil, "a": {}, "b": {"c": nil, "d": &seven}}},
		{Any: 2, Open: map[string]any{"two": 2.0, "n": nil, "list": []any{1, "a", true, map[string]any{}, []any{}}}},
	} {
		var e encoder
		e.value(reflect.ValueOf(v))
		require.NoError(t, e.err)
		var got many
		d := decoder{string(e.out)}
		require.NoError(t, d.value(reflect.ValueOf(&got).Elem()))
		require.Empty(t, d.left)
		require.Equal(t, v, got)
	}
	for _, v := range []any{
		struct{ hidden int }{1}, make(chan int), many{Any: int64(2)}, many{Any: many{}}, many{Open: map[string]any{"a": []int{1}}},
	} {
		var e encoder
		e.value(reflect.ValueOf(v))
		require.Error(t, e.err, "%T", v)
	}
}

func TestEveryKeptTypeIsPlainData(t *testing.T) {
	m := Open(t.TempDir(), t.TempDir())
	for _, store := range []any{m.Loads, m.Alone, m.Shares, m.Composed} {
		s := reflect.ValueOf(store)
		kept := s.Type().Method(0)
		require.Equal(t, "Keep", kept.Name)
		digest := source.Digest{1}
		s.MethodByName("Keep").Call([]reflect.Value{reflect.ValueOf(digest), reflect.New(kept.Type.In(2).Elem())})
		require.False(t, s.MethodByName("Of").Call([]reflect.Value{reflect.ValueOf(digest)})[0].IsNil(), "%T", store)
	}
}

func FuzzDecoder(f *testing.F) {
	var e encoder
	e.value(reflect.ValueOf(fleet[source.Digest{1}]).Elem())
	f.Add(string(e.out))
	f.Fuzz(func(t *testing.T, text string) { // no panic, and no more memory than a text has
		_ = (&decoder{text}).value(reflect.ValueOf(new(v1alpha1.Environment)).Elem())
		_ = (&decoder{text}).value(reflect.ValueOf(new(many)).Elem())
	})
}
