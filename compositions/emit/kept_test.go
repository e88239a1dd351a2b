package emit

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// edited is a set whose files people may edit.
func edited(files ...string) Set {
	s := set(files...)
	s.Hand = KeepEdits
	return s
}

func write(t *testing.T, dir string, s Set) Result {
	t.Helper()
	r, err := Write(dir, s)
	require.NoError(t, err)
	return r
}

// reasons are why paths were kept.
func reasons(r Result) map[string]Reason {
	all := map[string]Reason{}
	for _, k := range r.Kept {
		all[k.Path] = k.Reason
	}
	return all
}

func TestAnEditStaysAndIsTold(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, edited("a=1", "b=1"))
	put(t, dir, "a", "mine")
	require.Equal(t, []Kept{{"a", Edited, false, []byte("mine"), []byte("1")}}, write(t, dir, edited("a=1")).Kept, "it misses nothing yet")

	for range 2 {
		r := write(t, dir, edited("a=2", "b=2"))
		require.Equal(t, []Kept{{"a", Edited, true, []byte("mine"), []byte("2")}}, r.Kept)
	}
	require.Equal(t, map[string]string{"a": "mine", "b": "2"}, tree(t, dir))

	put(t, dir, "a", "2")
	require.Empty(t, write(t, dir, edited("a=2", "b=2")).Kept, "edited to what it would be")
	require.Empty(t, write(t, dir, edited("a=3", "b=2")).Kept, "and so it is ours again")
	require.Equal(t, map[string]string{"a": "3", "b": "2"}, tree(t, dir))
}

func TestWhatNoRunWroteStaysUnlessItIsToBeOverwritten(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a", "foreign")
	require.Equal(t, map[string]Reason{"a": Foreign}, reasons(write(t, dir, edited("a=1", "b=1"))))
	require.Equal(t, map[string]Reason{"a": Foreign}, reasons(write(t, dir, edited("a=1", "b=1"))))
	require.Equal(t, map[string]string{"a": "foreign", "b": "1"}, tree(t, dir))

	put(t, dir, "b", "mine")
	all := edited("a=1", "b=1")
	all.Hand = OverwriteEdits
	require.Empty(t, write(t, dir, all).Kept)
	require.Equal(t, map[string]string{"a": "1", "b": "1"}, tree(t, dir))
}

func TestWhatIsNoLongerMadeGoesUnlessItWasEdited(t *testing.T) {
	for _, hand := range []Hand{KeepEdits, OverwriteEdits} {
		dir := t.TempDir()
		write(t, dir, edited("a=1", "b=1", "c=1"))
		put(t, dir, "a", "mine")
		next := edited("c=1")
		next.Hand = hand
		r := write(t, dir, next)
		require.Equal(t, []string{"b"}, r.Removed)
		require.Equal(t, map[string]Reason{"a": NoLongerMade}, reasons(r))
		require.Equal(t, map[string]string{"a": "mine", "c": "1"}, tree(t, dir))
		require.Empty(t, write(t, dir, next).Kept, "told once: from then on it is nobody's but the person's")
	}
}

func TestARemovalStandsWhereAFileIsOptional(t *testing.T) {
	dir := t.TempDir()
	s := edited("needed=1", "wanted=1")
	s.Files[1].Optional = true
	write(t, dir, s)
	require.NoError(t, os.Remove(filepath.Join(dir, "needed")))
	require.NoError(t, os.Remove(filepath.Join(dir, "wanted")))

	r := write(t, dir, s)
	require.Equal(t, []string{"needed"}, r.Written)
	require.Equal(t, []Kept{{"wanted", Deleted, false, nil, []byte("1")}}, r.Kept)
	s.Files[1].Content = []byte("2")
	r = write(t, dir, s)
	require.Empty(t, r.Written)
	require.Equal(t, []Kept{{"wanted", Deleted, true, nil, []byte("2")}}, r.Kept)
	s.Hand = OverwriteEdits
	require.Equal(t, []string{"wanted"}, write(t, dir, s).Written)
}

func TestWhatIsGivenOnceIsNeverTouchedAgain(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "taken", "foreign")
	s := edited("a=1", "sample=1", "taken=1")
	s.Files[1].Once, s.Files[2].Once = true, true
	r := write(t, dir, s)
	require.Equal(t, []string{"a", "sample"}, r.Written)
	require.Equal(t, []Kept{{"taken", Taken, true, []byte("foreign"), []byte("1")}}, r.Kept)

	s.Hand = OverwriteEdits
	s.Files[1].Content = []byte("2")
	require.Equal(t, Result{Unchanged: 1}, write(t, dir, s))
	require.NoError(t, os.Remove(filepath.Join(dir, "sample")))
	require.Equal(t, Result{Unchanged: 1}, write(t, dir, s))
	require.Equal(t, map[string]string{"a": "1", "taken": "foreign"}, tree(t, dir))
	require.Equal(t, Result{Removed: []string{"a"}}, write(t, dir, edited()), "and an older version's is not removed")
}

func TestAProgramCanBeRun(t *testing.T) {
	dir := t.TempDir()
	s := set("hook=#!/bin/sh")
	s.Files[0].Executable = true
	s.Header = "# A header.\n"
	write(t, dir, s)
	info, err := os.Stat(filepath.Join(dir, "hook"))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o755), info.Mode().Perm())
	list, err := os.ReadFile(filepath.Join(dir, manifest))
	require.NoError(t, err)
	require.Regexp(t, `^# A header\.\n[0-9a-f]{64}  hook\n$`, string(list))
}

func TestAPreviewIsWhatAWriteDoes(t *testing.T) {
	dir := t.TempDir()
	absent, err := Preview(filepath.Join(dir, "absent"), edited("a=1", "b=1"))
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, absent.Written)
	require.NoDirExists(t, filepath.Join(dir, "absent"))

	write(t, dir, edited("a=1", "b=1", "c=1"))
	put(t, dir, "a", "mine")
	before := tree(t, dir)
	next := edited("a=2", "b=2")
	preview, err := Preview(dir, next)
	require.NoError(t, err)
	require.Equal(t, before, tree(t, dir))
	require.Equal(t, write(t, dir, next), preview)
}
