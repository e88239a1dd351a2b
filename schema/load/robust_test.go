package load

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/guard"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/words"
)

const good = `package environment

environment: {
	name:    "prod-us"
	account: "123456789012"
	region:  "us-west-2"
	zones: ["us-west-2a", "us-west-2b", "us-west-2c"]
	domain: fqdn: "domino.example.com"
	cluster: version: "1.35"
	pools: {platform: {}, default: {}}
}
`

// single is what a loader says of one file.
func single(t *testing.T, name, content string, deadline time.Duration) (diag.List, time.Duration) {
	t.Helper()
	root := t.TempDir()
	write(t, filepath.Join(root, "prod", name), []byte(content))
	folders, err := source.Open(root).Find([]string{"./..."})
	require.NoError(t, err)
	require.Len(t, folders, 1)
	l := New(root)
	l.Deadline = deadline
	begin := time.Now()
	return l.One(folders[0]).Diagnostics, time.Since(begin)
}

// nested is an environment whose value is n times open, a number, and n times
// shut.
func nested(open, shut string, n int) string {
	return "package environment\n\nenvironment: " + strings.Repeat(open, n) + "1" + strings.Repeat(shut, n) + "\n"
}

// chain is an environment with a value behind n names.
func chain(n int) string {
	var b strings.Builder
	b.WriteString(good + "environment: tags: a: x0\n")
	for i := range n {
		b.WriteString("x" + strconv.Itoa(i) + ": x" + strconv.Itoa(i+1) + "\n")
	}
	b.WriteString("x" + strconv.Itoa(n) + ": \"b\" & \"c\"\n")
	return b.String()
}

// laughs is YAML of a few lines that stands for a billion words.
func laughs() string {
	s := "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 9; i++ {
		n, p := strconv.Itoa(i), strconv.Itoa(i-1)
		s += "a" + n + ": &a" + n + " [" + strings.TrimSuffix(strings.Repeat("*a"+p+", ", 9), ", ") + "]\n"
	}
	return s
}

// endlessLoop takes minutes and no memory.
const endlessLoop = good + `
let N = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
environment: tags: a: "\(len([for a in N for b in N for c in N for d in N for e in N for f in N for g in N for h in N if h > 9 {a}]))"
`

func TestHostileFilesAreRefusedInBoundedTime(t *testing.T) {
	for name, c := range map[string]struct{ file, content, code string }{
		"ten mebibytes":            {"environment.cue", good + strings.Repeat("// padding\n", 1<<20), "file-too-large"},
		"ten mebibytes of YAML":    {"environment.yaml", strings.Repeat("a: b\n", 2<<20), "file-too-large"},
		"ten mebibytes of JSON":    {"environment.json", strings.Repeat("[", 10<<20), "file-too-large"},
		"a zero byte":              {"environment.cue", "package environment\n\x00", "not-text"},
		"not UTF-8":                {"environment.yaml", "name: \xff\xfe", "not-text"},
		"a program":                {"environment.cue", "\x7fELF\x02\x01\x01\x00", "not-text"},
		"words":                    {"environment.cue", "to whom it may concern", "syntax"},
		"very deep lists":          {"environment.cue", nested("[", "]", 300_000), "too-deep"},
		"deep lists":               {"environment.cue", nested("[", "]", 5_000), "too-deep"},
		"deep structs":             {"environment.cue", nested("{a:", "}", 200_000), "too-deep"},
		"deep fields":              {"environment.cue", nested("a:", "", 400_000), "too-deep"},
		"deep parentheses":         {"environment.cue", nested("(", ")", 400_000), "too-deep"},
		"many signs":               {"environment.cue", nested("-", "", 900_000), "too-deep"},
		"a long sum":               {"environment.cue", nested("1+", "", 400_000), "too-deep"},
		"a long selector":          {"environment.cue", good + "environment: tags: a: environment" + strings.Repeat(".a", 400_000), "too-deep"},
		"strings in strings":       {"environment.cue", nested(`"\(`, `)"`, 100_000), "too-deep"},
		"very deep YAML":           {"environment.yaml", "a: " + strings.Repeat("[", 300_000), "syntax"},
		"deep YAML":                {"environment.yaml", "a: " + strings.Repeat("[", 5_000) + strings.Repeat("]", 5_000), "too-deep"},
		"indented YAML":            {"environment.yaml", indented(1_400), "too-deep"},
		"very deep JSON":           {"environment.json", strings.Repeat("[", 1<<19) + strings.Repeat("]", 1<<19), "too-deep"},
		"deep JSON":                {"environment.json", strings.Repeat(`{"a":`, 900) + "1" + strings.Repeat("}", 900), "too-deep"},
		"CUE without end in JSON":  {"environment.json", `{"a": a` + strings.Repeat(".a", 400_000) + "}", "too-deep"},
		"an anchor in itself":      {"environment.yaml", "a: &a [*a]\n", "syntax"},
		"a billion laughs":         {"environment.yaml", laughs(), "syntax"},
		"an endless evaluation":    {"environment.cue", endlessLoop, "evaluation-deadline"},
		"a long text":              {"environment.cue", strings.Replace(good, "\n", "\nimport \"strings\"\n", 1) + "environment: tags: a: strings.Repeat(\"a\", 100000000000)", "evaluation"},
		"a long chain of names":    {"environment.cue", chain(20_000), "evaluation-deadline"},
		"a short chain of names":   {"environment.cue", chain(40), "evaluation"},
		"many fields":              {"environment.cue", good + fields(1_000), "unknown-field"},
		"a field that is repeated": {"environment.cue", good + strings.Repeat("environment: name: \"other\"\n", 100), "conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			deadline := guard.DefaultDeadline
			if c.code == "evaluation-deadline" {
				deadline = time.Second
			}
			found, took := single(t, c.file, c.content, deadline)
			require.True(t, found.HasErrors())
			t.Logf("%v %s", took, words.Clip(found[0].Text()))
			require.Equal(t, c.code, found[0].Code, found[0].Message)
			require.Less(t, took, deadline+5*time.Second)
			require.LessOrEqual(t, len(found), maxFound+1)
			require.NotEmpty(t, found[0].Pos.File)
		})
	}
}

// fields are n fields that the schema does not have.
func fields(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("environment: f" + strconv.Itoa(i) + ": 1\n")
	}
	return b.String()
}

func indented(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestFilesThatCannotBeReadAreNamed(t *testing.T) {
	root := t.TempDir()
	prod := filepath.Join(root, "prod")
	require.NoError(t, os.MkdirAll(prod, 0o755))
	require.NoError(t, os.Symlink("environment.cue", filepath.Join(prod, "environment.cue")))
	require.NoError(t, os.MkdirAll(filepath.Join(root, "null"), 0o755))
	require.NoError(t, os.Symlink(os.DevNull, filepath.Join(root, "null", "environment.yaml")))
	require.Equal(t, `null/environment.yaml: error: leads out of the repository, and dominoc reads nothing outside of it [outside-repository]
  hint: put the file itself here; a link may lead only to what is in the repository, by a relative path

prod/environment.cue: error: cannot be read: too many levels of symbolic links [unreadable-file]

2 errors in 2 files
`, report(t, root))
}
