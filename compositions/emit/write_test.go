package emit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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
	for _, name := range []string{"../a", "/a", "a/../../b", "", ".", "a//b", `a\b`, "a\nb", manifest, workFolder + "/new/1", ".git/config", "a/.GIT/x", "git~1/x", ".git./x"} {
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

// states are the two trees that may be seen, how many steps a write takes, and which
// of them is the commit.
func states(t *testing.T) (old, new map[string]string, steps, commit int) {
	t.Helper()
	dir := prepared(t)
	old = tree(t, dir)
	f, err := openFolder(dir)
	require.NoError(t, err)
	defer f.root.Close()
	f.fault = func(step string) error {
		steps++
		if strings.HasPrefix(step, "rename ") && strings.HasSuffix(step, " "+manifest) {
			commit = steps
		}
		return nil
	}
	_, err = f.write(set(after...))
	require.NoError(t, err)
	require.Greater(t, steps, 20)
	require.Less(t, commit, steps)
	return old, tree(t, dir), steps, commit
}

func TestAnErrorAtAnyStepLeavesTheOldOutput(t *testing.T) {
	old, complete, steps, commit := states(t)
	for k := 1; k <= steps; k++ {
		dir := prepared(t)
		err := writeWithFault(t, dir, set(after...), func(step int) error {
			if step == k {
				return errFault
			}
			return nil
		})
		require.ErrorIs(t, err, errFault)
		if k <= commit {
			require.Equal(t, old, tree(t, dir), "step %d", k)
		}
		mustWrite(t, dir, set(after...))
		require.Equal(t, complete, tree(t, dir), "step %d", k)
	}
}

// Many files are staged and swapped by several threads, each in its own folders.
func TestAnErrorAtAnyOfManyFilesLeavesTheOldOutput(t *testing.T) {
	many := func(content string) Set {
		var files []string
		for i := range 4 * leastStaged {
			files = append(files, fmt.Sprintf("d%d/%02d=%s", i%7, i, content))
		}
		return set(files...)
	}
	prepared := func() string {
		dir := t.TempDir()
		mustWrite(t, dir, many("1"))
		return dir
	}
	dir := prepared()
	old := tree(t, dir)
	for _, step := range []string{`^create .*/new\d/3$`, `^link d6/62 `, `^create .*/manifest$`, `^rename .*/new0/5 `, `^rename .*/new\d/9 `} {
		f, err := openFolder(dir)
		require.NoError(t, err)
		f.fault = func(at string) error {
			if regexp.MustCompile(step).MatchString(at) {
				return errFault
			}
			return nil
		}
		_, err = f.write(many("2"))
		require.ErrorIs(t, err, errFault, step)
		require.NoError(t, f.root.Close())
		require.Equal(t, old, tree(t, dir), step)
		require.NoDirExists(t, filepath.Join(dir, workFolder))
	}
	mustWrite(t, dir, many("2"))
	want := map[string]string{}
	for name := range old {
		want[name] = "2"
	}
	require.Equal(t, want, tree(t, dir))
}

// crashAt is a process that is killed at a step.
func crashAt(n int) func(int) error {
	return func(step int) error {
		if step == n {
			panic(crash{})
		}
		return nil
	}
}

func TestACrashAtAnyStepIsHealedByTheNextRun(t *testing.T) {
	old, complete, steps, _ := states(t)
	for k := 1; k <= steps; k++ {
		for j := 1; j < 12; j++ { // the healing crashes too, at its step j
			dir := prepared(t)
			require.NoError(t, writeWithFault(t, dir, set(after...), crashAt(k)))
			require.FileExists(t, filepath.Join(dir, "c/foreign"))
			_ = writeWithFault(t, dir, set(before...), crashAt(j))
			mustWrite(t, dir, set(before...))
			require.Equal(t, old, tree(t, dir), "steps %d, %d", k, j)

			dir = prepared(t)
			require.NoError(t, writeWithFault(t, dir, set(after...), crashAt(k)))
			_ = writeWithFault(t, dir, set(before...), crashAt(j))
			mustWrite(t, dir, set(after...))
			require.Equal(t, complete, tree(t, dir), "steps %d, %d", k, j)
		}
	}
}

// No file is ever missing or half written: each is the old one or the new one.
func TestACrashLeavesEachFileWhole(t *testing.T) {
	old, complete, steps, _ := states(t)
	for k := 1; k <= steps; k++ {
		dir := prepared(t)
		require.NoError(t, writeWithFault(t, dir, set(after...), crashAt(k)))
		got := tree(t, dir)
		for name, content := range old {
			if _, stays := complete[name]; stays {
				require.Contains(t, []string{content, complete[name]}, got[name], "step %d, %s", k, name)
			}
		}
	}
}

// What a person did is still theirs after a run that was killed, and what was to be
// given is given.
func TestACrashTakesNothingFromAPerson(t *testing.T) {
	first := func() Set {
		s := edited("a=1", "edited=1", "gone=1", "sample=1", "taken=1")
		s.Files[2].Optional, s.Files[3].Once = true, true
		return s
	}
	steps := 0
	require.NoError(t, writeWithFault(t, t.TempDir(), first(), func(step int) error { steps = step; return nil }))
	for k := 1; k <= steps; k++ {
		dir := t.TempDir()
		put(t, dir, "taken", "mine")
		require.NoError(t, writeWithFault(t, dir, first(), crashAt(k)))
		write(t, dir, first())
		require.Equal(t, map[string]string{"a": "1", "edited": "1", "gone": "1", "sample": "1", "taken": "mine"}, tree(t, dir), "step %d", k)

		put(t, dir, "edited", "mine")
		next := first()
		next.Files[0].Content = []byte("2")
		require.NoError(t, writeWithFault(t, dir, next, crashAt(k)))
		write(t, dir, next)
		require.Equal(t, map[string]string{"a": "2", "edited": "mine", "gone": "1", "sample": "1", "taken": "mine"}, tree(t, dir), "step %d", k)
	}
}

func TestADiskThatStaysBrokenIsPutRightByTheNextRun(t *testing.T) {
	_, complete, steps, _ := states(t)
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
		mustWrite(t, dir, set(after...))
		require.Equal(t, complete, tree(t, dir), "step %d", k)
	}
}

// Whoever writes into the repository writes the work folder and the manifest too:
// neither may lead a run to what it did not write.
func TestWhatStandsInTheRepositoryIsNotBelieved(t *testing.T) {
	const journal = `[{"path":".git","old":false,"new":true},{"path":"mine","old":false,"new":true},{"path":"../out","old":true,"new":true}]`
	head := "ref: refs/heads/main\n"
	for name, c := range map[string]struct {
		files map[string]string
		links map[string]string
		want  string // of the error; nothing when the run goes on
	}{
		"a journal":                  {files: map[string]string{workFolder + "/journal": journal, workFolder + "/old/2": "x"}, want: "journal was not written by dominoc"},
		"a staged folder":            {files: map[string]string{workFolder + "/new/1/x": "x"}, want: "new/1 was not written by dominoc"},
		"a staged name":              {files: map[string]string{workFolder + "/old/x": "x"}, want: "old/x was not written by dominoc"},
		"a work folder that leads":   {links: map[string]string{workFolder: ".git"}, want: workFolder + " is a symbolic link"},
		"a staging folder that does": {files: map[string]string{workFolder + "/x": ""}, links: map[string]string{workFolder + "/old": "../.git"}, want: "old is a symbolic link"},
		"a staged file that leads":   {files: map[string]string{workFolder + "/new/2": ""}, links: map[string]string{workFolder + "/new/1": "../../mine"}, want: "new/1 was not written by dominoc"},
		"a manifest": {files: map[string]string{manifest: interrupted +
			checksum([]byte(head)) + "  .git/HEAD\n" + checksum([]byte(head)) + "  .GIT/HEAD\n" + checksum([]byte("x")) + "  ../out\n"}},
	} {
		for _, hand := range []Hand{Ours, KeepEdits, OverwriteEdits} {
			t.Run(fmt.Sprint(name, hand), func(t *testing.T) {
				parent := t.TempDir()
				dir := filepath.Join(parent, "folder")
				put(t, parent, "out", "x")
				put(t, dir, ".git/HEAD", head)
				put(t, dir, ".git/1", "precious")
				put(t, dir, "mine", "precious")
				for file, content := range c.files {
					put(t, dir, file, content)
				}
				for link, to := range c.links {
					require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, link)), 0o755))
					require.NoError(t, os.Symlink(to, filepath.Join(dir, link)))
				}
				s := set("a=1")
				s.Hand = hand
				_, err := Write(dir, s)
				if c.want != "" {
					require.ErrorContains(t, err, c.want)
				} else {
					require.NoError(t, err)
				}
				require.FileExists(t, filepath.Join(parent, "out"))
				for file, want := range map[string]string{".git/HEAD": head, ".git/1": "precious", "mine": "precious"} {
					got, err := os.ReadFile(filepath.Join(dir, file))
					require.NoError(t, err)
					require.Equal(t, want, string(got))
				}
			})
		}
	}
}

func TestCheckSeesAnInterruptedWrite(t *testing.T) {
	_, _, _, commit := states(t)
	dir := prepared(t)
	require.NoError(t, writeWithFault(t, dir, set(after...), func(step int) error {
		if step == commit {
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

// Of a file that is to stay as it is the sum is enough; where it is not as it was, nothing
// is written, for there is no content to write.
func TestAFileMayBeKnownByItsSum(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, set("a=1", "b/c=1"))
	known := set("a=2")
	known.Files = append(known.Files, File{Path: "b/c", Sum: checksum([]byte("1"))})
	require.Equal(t, Result{Written: []string{"a"}, Unchanged: 1}, mustWrite(t, dir, known))
	list, err := os.ReadFile(filepath.Join(dir, manifest))
	require.NoError(t, err)
	require.Contains(t, string(list), checksum([]byte("1"))+"  b/c\n")

	for what, spoil := range map[string]func() error{
		"edited": func() error { return os.WriteFile(filepath.Join(dir, "b/c"), []byte("x"), 0o644) },
		"gone":   func() error { return os.RemoveAll(filepath.Join(dir, "b")) },
	} {
		mustWrite(t, dir, set("a=2", "b/c=1"))
		require.NoError(t, spoil())
		known.Files[0].Content = []byte("3")
		before := tree(t, dir)
		_, err = Write(dir, known)
		var lacks *Lacks
		require.ErrorAs(t, err, &lacks, what)
		require.Equal(t, "b/c", lacks.Path)
		_, err = Check(dir, known)
		require.ErrorAs(t, err, &lacks, what)
		require.Equal(t, before, tree(t, dir), what)
	}
}
