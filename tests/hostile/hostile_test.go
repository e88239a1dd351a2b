//go:build linux || darwin

// Package hostile gives dominoc, as a process, environments that are made to take
// all memory. The process must end by itself, small, and report each of them.
package hostile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	dozen = 12
	most  = 1 << 30 // bytes that a run may hold
)

// TestMain builds dominoc once.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "hostile")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	if out, err := exec.Command("go", "build", "-o", filepath.Join(folder, "dominoc"), "../../cmd/dominoc").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v\n%s", err, out))
	}
	os.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	return m.Run()
}

// doubled is a text that is the double of the one before, thirty times.
func doubled(double string) string {
	text := "_x0: strings.Repeat(\"a\", 64)\n"
	for i := range 30 {
		text += fmt.Sprintf("_x%d: %s\n", i+1, strings.ReplaceAll(double, "X", "_x"+strconv.Itoa(i)))
	}
	return text + "_x: len(_x30)\n"
}

// kinds are files whose value _x takes all memory, by what it is made of. CUE
// refuses to repeat anything more than a million times in one call.
var kinds = map[string]string{
	"repeat":        `_x: len(strings.Repeat(strings.Repeat("a", 1000000), 20000))`,
	"times":         `_x: len(("a"*1000000)*20000)`,
	"bytes":         `_x: len(('a'*1000000)*20000)`,
	"replace":       "_a: strings.Repeat(\"a\", 100000)\n_x: len(strings.Replace(_a, \"a\", _a, -1))",
	"replaceAll":    "_a: strings.Repeat(\"a\", 100000)\n_x: len(regexp.ReplaceAll(\"a\", _a, _a))",
	"join":          `_x: len(strings.Join(list.Repeat([strings.Repeat("a", 1000000)], 10000), ""))`,
	"json":          `_x: len(json.Marshal(list.Repeat([strings.Repeat("a", 1000000)], 10000)))`,
	"yaml":          `_x: len(yaml.Marshal(list.Repeat([strings.Repeat("a", 1000000)], 10000)))`,
	"template":      `_x: len(template.Execute(strings.Repeat("{{.a}}", 10000), {a: strings.Repeat("a", 1000000)}))`,
	"split":         `_x: len(strings.Split(strings.Repeat(strings.Repeat("a", 1000), 400000), ""))`,
	"interpolation": doubled(`"\(X)\(X)"`),
	"sum":           doubled("X + X"),
	"upper":         doubled("strings.ToUpper(strings.Join([X, X], \"\"))"),
	"hex":           doubled("hex.Encode(X)"),
	"base64":        doubled("base64.Encode(null, X) + X"),
	"list":          `_x: len(list.Range(0, 1000000000, 1))`,
	"comprehension": "let N = list.Range(0, 1000, 1)\n_x: len([for a in N for b in N for c in N {a}])",
}

// imports are the packages that a file needs.
func imports(content string) string {
	text := ""
	for name, path := range map[string]string{
		"strings": "strings", "list": "list", "regexp": "regexp", "template": "text/template",
		"json": "encoding/json", "yaml": "encoding/yaml", "hex": "encoding/hex", "base64": "encoding/base64",
	} {
		if strings.Contains(content, name+".") {
			text += fmt.Sprintf("import %q\n", path)
		}
	}
	return text
}

// environment is a sound one, the n-th of a fleet.
func environment(n int) string {
	return fmt.Sprintf(`
environment: {
	name:    "prod-%02d"
	account: "%012d"
	region:  "us-west-2"
	zones: ["us-west-2a", "us-west-2b", "us-west-2c"]
	domain: fqdn: "prod-%02d.example.com"
	cluster: version: "1.35"
	pools: {platform: {}, default: {}}
}
`, n, n+1, n)
}

func file(n int) string { return fmt.Sprintf("environments/prod-%02d/environment.cue", n) }

func write(t *testing.T, content string, path ...string) {
	t.Helper()
	file := filepath.Join(path...)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
}

func writeEnvironment(t *testing.T, root string, n int, more string) {
	t.Helper()
	write(t, "package environment\n\n"+imports(more)+environment(n)+more+"\n", root, file(n))
}

// ended is what is left of a process.
type ended struct {
	out, err string
	code     int
}

// dominoc runs in a folder, and may hold no more than that.
func dominoc(t *testing.T, root string, args ...string) ended {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // should it hang
	defer cancel()
	c := exec.CommandContext(ctx, "dominoc", append([]string{"-C", root}, args...)...)
	var out, err strings.Builder
	c.Stdout, c.Stderr = &out, &err
	require.NoError(t, c.Start())
	stop := make(chan struct{})
	go guard(c.Process, stop)
	failure := c.Wait()
	close(stop)
	var exit *exec.ExitError
	if failure != nil && !errors.As(failure, &exit) {
		require.NoError(t, failure)
	}
	held := c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS == "linux" {
		held <<= 10 // it counts in KiB
	}
	t.Logf("%d MiB, %v", held>>20, c.ProcessState.UserTime()+c.ProcessState.SystemTime())
	require.Less(t, held, int64(most), "it held %d MiB\n%s", held>>20, err.String())
	return ended{out.String(), err.String(), c.ProcessState.ExitCode()}
}

// guard keeps a process that is not bounded from taking the memory of the machine.
func guard(p *os.Process, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(10 * time.Millisecond):
		}
		statm, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.Pid))
		if f := strings.Fields(string(statm)); len(f) > 1 {
			if pages, _ := strconv.Atoi(f[1]); pages*os.Getpagesize() > 2*most {
				_ = p.Kill()
			}
		}
	}
}

// codes are those of the errors in a report, by file.
func codes(t *testing.T, report string) map[string][]string {
	t.Helper()
	var found struct {
		Diagnostics []struct {
			Severity, Code, File string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(report), &found), report)
	all := map[string][]string{}
	for _, d := range found.Diagnostics {
		if d.Severity == "error" {
			all[d.File] = append(all[d.File], d.Code)
		}
	}
	return all
}

// Each of a dozen is reported, a sound one among them is not taken for one of
// them, and nothing is written.
func TestADozenHostileEnvironments(t *testing.T) {
	for name, x := range kinds {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			writeEnvironment(t, root, 0, "")
			for i := range dozen {
				writeEnvironment(t, root, i+1, x+"\nenvironment: tags: a: \"\\(_x)\"")
			}
			end := dominoc(t, root, "build", "--format", "json")
			require.Equal(t, 1, end.code, end.err)
			found := codes(t, end.out)
			for i := range dozen {
				of := found[file(i+1)]
				require.Len(t, of, 1, end.out)
				require.Contains(t, []string{"evaluation-memory", "evaluation-deadline", "not-checked"}, of[0])
			}
			for _, code := range found[file(0)] {
				require.Equal(t, "not-checked", code)
			}
			require.NoDirExists(t, filepath.Join(root, "rendered"))
		})
	}
}

// What is wrong with the others is reported beside a hostile one, and warnings are
// those of the sound.
func TestOthersAreCheckedBesideAHostileEnvironment(t *testing.T) {
	root := t.TempDir()
	for i := range 40 {
		switch i {
		case 7:
			writeEnvironment(t, root, i, kinds["join"]+"\nenvironment: tags: a: \"\\(_x)\"")
		case 30:
			writeEnvironment(t, root, i, "environment: tags: a: 7")
		default:
			writeEnvironment(t, root, i, "")
		}
	}
	end := dominoc(t, root, "vet", "--format", "json")
	require.Equal(t, 1, end.code, end.err)
	require.Equal(t, map[string][]string{file(7): {"evaluation-memory"}, file(30): {"invalid-value"}}, codes(t, end.out))
}

func TestAHostilePolicy(t *testing.T) {
	root := t.TempDir()
	writeEnvironment(t, root, 0, "")
	rules := kinds["repeat"] + "\npolicy: rules: \"x\": {severity: \"error\", violations: [{environment: \"prod-00\", path: \"\", message: \"\\(_x)\", hint: \"\"}]}\n"
	write(t, "package policy\n\n"+imports(rules)+rules, root, "environments/policy/policy.cue")
	end := dominoc(t, root, "build", "--format", "json")
	require.Equal(t, 1, end.code, end.err)
	require.Equal(t, map[string][]string{"environments/policy/policy.cue": {"evaluation-memory"}}, codes(t, end.out))
	require.NoDirExists(t, filepath.Join(root, "rendered"))
}

// The side of the base is bounded as well, and leaves no files behind.
func TestADiffWithAHostileBase(t *testing.T) {
	root, temporary := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	git := func(args ...string) {
		c := exec.Command("git", append([]string{"-C", root, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	git("init", "-q")
	writeEnvironment(t, root, 0, kinds["repeat"]+"\nenvironment: tags: a: \"\\(_x)\"")
	writeEnvironment(t, root, 1, "")
	git("add", ".")
	git("commit", "-qm", "hostile")
	writeEnvironment(t, root, 0, "")
	writeEnvironment(t, root, 1, "environment: tags: a: \"b\"")
	end := dominoc(t, root, "diff", "HEAD")
	require.Equal(t, 1, end.code, end.err)
	require.Contains(t, end.out+end.err, "evaluation needs more than 512 MiB")
	require.Contains(t, end.out, "prod-01")
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	require.Empty(t, left)
}

// Values that pass are kept, all of them at once.
func TestADozenEnvironmentsWithALongText(t *testing.T) {
	root := t.TempDir()
	for i := range dozen {
		writeEnvironment(t, root, i, `environment: accept: "capacity": strings.Repeat(strings.Repeat("a", 1000), 200000)`)
	}
	end := dominoc(t, root, "vet", "--format", "json")
	require.Equal(t, 1, end.code, end.err)
	for i := range dozen {
		require.Equal(t, []string{"environment-too-large"}, codes(t, end.out)[file(i)])
	}
}
