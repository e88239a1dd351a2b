package emit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const manifest = "list.sha256"

// set makes a Set of "path=content" lines.
func set(files ...string) Set {
	s := Set{Manifest: manifest}
	for _, f := range files {
		name, content, _ := strings.Cut(f, "=")
		s.Files = append(s.Files, File{Path: name, Content: []byte(content)})
	}
	return s
}

// tree is everything below dir but the manifest: contents by path, links and
// empty folders marked.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		if rel != manifest {
			out[filepath.ToSlash(rel)] = string(data)
		}
		return err
	}))
	return out
}

func put(t *testing.T, dir, name, content string) {
	t.Helper()
	name = filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(content), 0o644))
}

func mustWrite(t *testing.T, dir string, s Set) Result {
	t.Helper()
	r, err := Write(dir, s)
	require.NoError(t, err)
	differences, err := Check(dir, s)
	require.NoError(t, err)
	require.Empty(t, differences)
	return r
}

func TestWriteReplacesAddsAndRemoves(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rendered")
	first := mustWrite(t, dir, set("platform/a=1", "environments/x/b=1", "environments/y/c=1"))
	require.Equal(t, []string{"environments/x/b", "environments/y/c", "platform/a"}, first.Written)
	put(t, dir, "environments/y/mine", "foreign")
	put(t, dir, "README", "foreign")

	second := mustWrite(t, dir, set("platform/a=1", "environments/x/b=2", "sync/d=1"))
	require.Equal(t, Result{Written: []string{"environments/x/b", "sync/d"}, Removed: []string{"environments/y/c"}, Unchanged: 1}, second)
	require.Equal(t, map[string]string{
		"platform/a": "1", "environments/x/b": "2", "sync/d": "1", "environments/y/mine": "foreign", "README": "foreign",
	}, tree(t, dir))
	info, err := os.Stat(filepath.Join(dir, "sync/d"))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o644), info.Mode().Perm())
}

func TestAFolderThatBecomesEmptyGoes(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, set("environments/x/y/b=1", "a=1"))
	mustWrite(t, dir, set("a=1"))
	require.NoDirExists(t, filepath.Join(dir, "environments"))
}

func TestWriteLeavesEqualFilesAlone(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, set("a=1"))
	before, err := os.Stat(filepath.Join(dir, "a"))
	require.NoError(t, err)
	require.Equal(t, Result{Unchanged: 1}, mustWrite(t, dir, set("a=1")))
	after, err := os.Stat(filepath.Join(dir, "a"))
	require.NoError(t, err)
	require.Equal(t, before.ModTime(), after.ModTime())
	require.True(t, os.SameFile(before, after))
}

func TestWhatTheRunDoesNotOwnStaysAndStaysListed(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, set("environments/x/b=1", "environments/y/c=1"))
	onlyX := set("environments/x/d=1")
	onlyX.Owns = func(path string) bool { return strings.HasPrefix(path, "environments/x/") }
	mustWrite(t, dir, onlyX)
	require.Equal(t, map[string]string{"environments/x/d": "1", "environments/y/c": "1"}, tree(t, dir))
	mustWrite(t, dir, set("environments/x/d=1"))
	require.Equal(t, map[string]string{"environments/x/d": "1"}, tree(t, dir))
}

func TestNothingIsWrittenWhenSomethingIsInTheWay(t *testing.T) {
	outside := t.TempDir()
	for name, c := range map[string]struct {
		prepare func(dir string) error
		want    string
	}{
		"a foreign file":   {func(dir string) error { return os.WriteFile(dir+"/b", []byte("mine"), 0o644) }, "b exists and was not written by dominoc"},
		"a folder":         {func(dir string) error { return os.Mkdir(dir+"/b", 0o755) }, "b is a folder where a file belongs"},
		"a link":           {func(dir string) error { return os.Symlink(outside+"/x", dir+"/b") }, "b is a symbolic link where a file belongs"},
		"a file as folder": {func(dir string) error { return os.WriteFile(dir+"/c", nil, 0o644) }, "c is a file where a folder belongs"},
		"a link as folder": {func(dir string) error { return os.Symlink(outside, dir+"/c") }, "c is a symbolic link where a folder belongs"},
		"a linked list":    {func(dir string) error { return os.Symlink(outside+"/m", dir+"/"+manifest) }, manifest + " is a symbolic link"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, c.prepare(dir))
			_, err := Write(dir, set("a=1", "b=1", "c/d/e=1"))
			require.ErrorContains(t, err, c.want)
			_, err = Check(dir, set("a=1", "b=1", "c/d/e=1"))
			require.ErrorContains(t, err, c.want)
			require.NoFileExists(t, dir+"/a")
			entries, err := os.ReadDir(outside)
			require.NoError(t, err)
			require.Empty(t, entries)
		})
	}
}

func TestPathsThatLeaveTheFolderAreRefused(t *testing.T) {
	for _, name := range []string{"../a", "/a", "a/../../b", "", ".", "a//b", `a\b`, "a\nb", manifest, workFolder + "/journal"} {
		_, err := Write(t.TempDir(), set(name+"=1"))
		require.Error(t, err, "%q", name)
	}
	_, err := Write(t.TempDir(), set("a=1", "a=2"))
	require.EqualError(t, err, "two files for a")
	_, err = Write(t.TempDir(), set("a=1", "a/b=2"))
	require.EqualError(t, err, "a is a file and the folder of a/b")
}

func TestAManifestCannotRemoveOutsideTheFolder(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "victim", "precious")
	put(t, dir, "elsewhere/f", "precious")
	out := filepath.Join(dir, "out")
	mustWrite(t, out, set("a=1", "link/f=1"))
	require.NoError(t, os.RemoveAll(filepath.Join(out, "link")))
	require.NoError(t, os.Symlink("../elsewhere", filepath.Join(out, "link")))
	list, err := os.ReadFile(filepath.Join(out, manifest))
	require.NoError(t, err)
	put(t, out, manifest, string(list)+strings.Repeat("0", 64)+"  ../victim\n")
	mustWrite(t, out, set("a=2"))
	require.FileExists(t, filepath.Join(dir, "victim"))
	require.FileExists(t, filepath.Join(dir, "elsewhere/f"))
}

func TestAMergeConflictInTheManifestHeals(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, set("a=1", "b=1"))
	list, err := os.ReadFile(filepath.Join(dir, manifest))
	require.NoError(t, err)
	lines := strings.SplitAfter(string(list), "\n")
	put(t, dir, manifest, lines[0]+lines[1]+"<<<<<<< ours\n"+lines[2]+"=======\n"+lines[3]+">>>>>>> theirs\n")
	mustWrite(t, dir, set("c=1"))
	require.Equal(t, map[string]string{"c": "1"}, tree(t, dir))
}

func TestTwoWritersDoNotMix(t *testing.T) {
	dir := t.TempDir()
	f, err := openFolder(dir)
	require.NoError(t, err)
	unlock, err := f.lock()
	require.NoError(t, err)
	_, err = Write(dir, set("a=1"))
	require.ErrorContains(t, err, "another dominoc is writing")
	unlock()
	mustWrite(t, dir, set("a=1"))
}

func TestCheckTellsTheFirstLineThatDiffers(t *testing.T) {
	dir := t.TempDir()
	want := set("same=1", "changed=a\nb\nc\n", "gone=1", "cut=a\nb\n", "end=a\n")
	mustWrite(t, dir, set("same=1", "changed=a\nx\nc\n", "old=1", "cut=a\n", "end=a"))
	got, err := Check(dir, want)
	require.NoError(t, err)
	require.Equal(t, []Difference{
		{Path: "changed", Kind: Changed, Line: 2, Want: "b", Got: "x"},
		{Path: "cut", Kind: Changed, Line: 2, Want: "b\n", Got: ""},
		{Path: "end", Kind: Changed, Line: 1, Want: "a\n", Got: "a"},
		{Path: "gone", Kind: Missing},
		{Path: "old", Kind: LeftOver},
	}, got)

	got, err = Check(filepath.Join(dir, "nowhere"), set("a=1"))
	require.NoError(t, err)
	require.Equal(t, []Difference{{Path: "a", Kind: Missing}}, got)
	require.NoDirExists(t, filepath.Join(dir, "nowhere"))
}

func TestCheckSeesAManifestThatIsWrongAlone(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, set("a=1"))
	require.NoError(t, os.Remove(filepath.Join(dir, manifest)))
	got, err := Check(dir, set("a=1"))
	require.NoError(t, err)
	require.Equal(t, []Difference{{Path: manifest, Kind: Missing}}, got)
}

var errFault = errors.New("the disk failed")

// crash is what a test panics with: the process is gone, nothing is put right.
type crash struct{}

// writeWithFault calls fault before each change to the disk.
func writeWithFault(t *testing.T, dir string, s Set, fault func(step int) error) (err error) {
	t.Helper()
	f, err := openFolder(dir)
	require.NoError(t, err)
	defer f.root.Close()
	defer func() {
		if r := recover(); r != nil && r != (crash{}) {
			panic(r)
		}
	}()
	step := 0
	f.fault = func(string) error {
		step++
		return fault(step)
	}
	_, err = f.write(s)
	return err
}

var (
	before = []string{"a=1", "b=1", "c/d=1", "same=1"}
	after  = []string{"a=2", "c/e=2", "f/g/h=2", "same=1"}
)

// prepared is a folder that holds the set before, and a foreign file.
func prepared(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	mustWrite(t, dir, set(before...))
	put(t, dir, "c/foreign", "mine")
	return dir
}

// states are the two trees that may be seen, and how many steps a write takes.
func states(t *testing.T) (old, new map[string]string, steps int) {
	t.Helper()
	dir := prepared(t)
	old = tree(t, dir)
	require.NoError(t, writeWithFault(t, dir, set(after...), func(step int) error { steps = step; return nil }))
	return old, tree(t, dir), steps
}

func TestAnErrorAtAnyStepLeavesTheOldOutput(t *testing.T) {
	old, complete, steps := states(t)
	require.Greater(t, steps, 15)
	for k := 1; k <= steps; k++ {
		dir := prepared(t)
		err := writeWithFault(t, dir, set(after...), func(step int) error {
			if step == k {
				return errFault
			}
			return nil
		})
		require.ErrorIs(t, err, errFault)
		if k < steps {
			require.Equal(t, old, tree(t, dir), "step %d", k)
		}
		mustWrite(t, dir, set(after...))
		require.Equal(t, complete, tree(t, dir), "step %d", k)
	}
}

func TestACrashAtAnyStepIsUndoneByTheNextRun(t *testing.T) {
	old, complete, steps := states(t)
	for k := 1; k <= steps; k++ {
		for j := 1; j < 12; j++ { // the undoing crashes too, at its step j
			dir := prepared(t)
			crashAt := func(n int) func(int) error {
				return func(step int) error {
					if step == n {
						panic(crash{})
					}
					return nil
				}
			}
			require.NoError(t, writeWithFault(t, dir, set(after...), crashAt(k)))
			crashed := tree(t, dir)
			_ = writeWithFault(t, dir, set(before...), crashAt(j))
			f, err := openFolder(dir)
			require.NoError(t, err)
			require.NoError(t, f.rollBack())
			require.NoError(t, f.root.Close())
			got := tree(t, dir)
			if fmt.Sprint(got) != fmt.Sprint(complete) {
				require.Equal(t, old, got, "steps %d, %d, after the crash: %v", k, j, crashed)
			}
			mustWrite(t, dir, set(before...))
			require.Equal(t, old, tree(t, dir))
		}
	}
}

func TestADiskThatStaysBrokenIsPutRightByTheNextRun(t *testing.T) {
	old, complete, steps := states(t)
	for k := 1; k <= steps; k++ {
		dir := prepared(t)
		err := writeWithFault(t, dir, set(after...), func(step int) error {
			if step >= k {
				return errFault
			}
			return nil
		})
		require.ErrorIs(t, err, errFault)
		_, err = Check(dir, set(after...))
		require.NoError(t, err)
		f, err := openFolder(dir)
		require.NoError(t, err)
		require.NoError(t, f.rollBack())
		require.NoError(t, f.root.Close())
		if k < steps {
			require.Equal(t, old, tree(t, dir), "step %d", k)
			continue
		}
		require.Equal(t, complete, tree(t, dir))
	}
}

func TestCheckSeesAnInterruptedWrite(t *testing.T) {
	_, _, steps := states(t)
	dir := prepared(t)
	require.NoError(t, writeWithFault(t, dir, set(after...), func(step int) error {
		if step == steps-1 { // the commit
			panic(crash{})
		}
		return nil
	}))
	got, err := Check(dir, set(after...))
	require.NoError(t, err)
	require.Equal(t, []Difference{{Path: workFolder, Kind: Interrupted}}, got)
}

func TestTheManifestIsReadable(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, set("b=1", "a/c=2"))
	got, err := os.ReadFile(filepath.Join(dir, manifest))
	require.NoError(t, err)
	golden(t, "testdata/manifest.sha256", got)
}

func BenchmarkWriteThreeThousandFiles(b *testing.B) {
	s := Set{Manifest: manifest}
	for i := range 3000 {
		s.Files = append(s.Files, File{Path: fmt.Sprintf("environments/e%d/%d", i/3, i), Content: make([]byte, 3000)})
	}
	for b.Loop() {
		if _, err := Write(b.TempDir()+"/x", s); err != nil {
			b.Fatal(err)
		}
	}
}
