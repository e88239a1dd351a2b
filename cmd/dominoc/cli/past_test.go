package cli

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/source"
)

// twins are two copies of one repository. What one of them has built before is kept
// for the next build, of the other nothing is.
type twins struct {
	t      *testing.T
	rng    *rand.Rand
	caches string
	dirs   [2]string
	fleet  map[string]map[string]string // the fields of each environment
	next   int
	format string // of Git's repository
}

func newTwins(t *testing.T, seed uint64, environments int) *twins {
	w := &twins{
		t: t, rng: rand.New(rand.NewPCG(seed, 0)), caches: t.TempDir(),
		dirs: [2]string{t.TempDir(), t.TempDir()}, fleet: map[string]map[string]string{},
	}
	w.put("cue.mod/module.cue", "module: \"example.com/fleet@v0\"\nlanguage: version: \"v0.13.0\"\n")
	w.put("lib/lib.cue", "package lib\n\nowner: \"platform\"\n")
	w.put("environments/defaults.cue", "package environment\n\nenvironment: tags: stage: \"test\"\n")
	for range environments {
		w.add()
	}
	return w
}

// put writes a file into both, remove removes it from both.
func (w *twins) put(name, content string) {
	for _, dir := range w.dirs {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(w.t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(w.t, os.WriteFile(file, []byte(content), 0o644))
	}
}

func (w *twins) remove(name string) {
	for _, dir := range w.dirs {
		require.NoError(w.t, os.RemoveAll(filepath.Join(dir, filepath.FromSlash(name))))
	}
}

func (w *twins) content(name string) string {
	content, err := os.ReadFile(filepath.Join(w.dirs[0], filepath.FromSlash(name)))
	require.NoError(w.t, err)
	return string(content)
}

func (w *twins) names() []string {
	return slices.Sorted(maps.Keys(w.fleet))
}

func pick[T any](w *twins, from []T) T { return from[w.rng.IntN(len(from))] }

// choices are what the fields of an environment may be.
var choices = map[string][]string{
	"size":     {`pools: default: size: max: 8`, `pools: default: size: max: 9`, ``},
	"highmem":  {`pools: highmem: {instanceTypes: ["r6i.4xlarge"], size: max: 6}`, ``},
	"gpu":      {`pools: "default-gpu": {}`, ``},
	"registry": {`registry: {}`, ``},
	"deletion": {`deletion: "allow"`, ``},
	"inside":   {`cluster: inCluster: "gitops"`, `cluster: inCluster: "none"`, ``},
	"nat":      {`network: natGateways: "single"`, ``},
	"owner":    {`tags: owner: lib.owner`, ``},
	"accept":   {`accept: "nat-single": "cheap"`, ``},
	"comment":  {`// as it was`, ``},
}

func (w *twins) add() {
	name := fmt.Sprintf("env-%d", w.next) // each has an account of its own, with quotas
	w.next++
	fields := map[string]string{}
	for field := range choices {
		fields[field] = ""
	}
	w.fleet[name] = fields
	for _, field := range slices.Sorted(maps.Keys(choices)) {
		fields[field] = pick(w, choices[field])
	}
	w.write(name)
}

func (w *twins) write(name string) {
	imports := ""
	if w.fleet[name]["owner"] != "" {
		imports = "import \"example.com/fleet/lib\"\n\n"
	}
	var body strings.Builder
	for _, field := range slices.Sorted(maps.Keys(w.fleet[name])) {
		fmt.Fprintf(&body, "\t%s\n", w.fleet[name][field])
	}
	w.put("environments/"+name+"/environment.cue", fmt.Sprintf(`package environment

%senvironment: {
	name: %q
	account: "12345678901%s"
	region:  "us-west-2"
	zones: ["us-west-2a", "us-west-2b", "us-west-2c"]
	domain: fqdn: "%s.example.com"
	cluster: version: "1.35"
	pools: {platform: {}, default: {}}
%s}
`, imports, name, name[len(name)-1:], name, body.String()))
}

// apart has one environment compose kinds that no other one does.
func (w *twins) apart() {
	for _, name := range w.names() {
		w.fleet[name]["inside"] = `cluster: inCluster: "none"`
	}
	w.fleet["env-1"]["inside"] = "" // in the new cluster is what providers of Helm and Kubernetes put there
	for _, name := range w.names() {
		w.write(name)
	}
}

// edit changes an environment in one field.
func (w *twins) edit(name string) {
	field := pick(w, slices.Sorted(maps.Keys(choices)))
	w.fleet[name][field] = pick(w, choices[field])
	w.write(name)
}

// files returns those of the output of one twin.
func (w *twins) files(twin int) map[string]string {
	all := map[string]string{}
	root := filepath.Join(w.dirs[twin], "rendered")
	require.NoError(w.t, filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == root {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		below, _ := filepath.Rel(root, name)
		all[filepath.ToSlash(below)] = string(content)
		return err
	}))
	return all
}

// run runs a command in both, and wants one result.
func (w *twins) run(args ...string) (code int, said string) {
	w.t.Helper()
	var codes [2]int
	var texts [2]string
	for twin, dir := range w.dirs {
		var out bytes.Buffer
		streams := Streams{Out: &out, Err: &out}
		if twin == 0 {
			streams.Caches = w.caches
		}
		codes[twin] = Run(context.Background(), append([]string{"-C", dir}, args...), streams)
		texts[twin] = out.String()
	}
	require.Equal(w.t, codes[1], codes[0], "%v: %s\n%s", args, texts[0], texts[1])
	known, whole := w.files(0), w.files(1)
	for _, name := range slices.Sorted(maps.Keys(whole)) {
		require.Equal(w.t, whole[name], known[name], "%v: %s: %s\n%s", args, name, texts[0], texts[1])
	}
	require.Len(w.t, known, len(whole), "%v: %v", args, slices.Sorted(maps.Keys(known)))
	return codes[0], texts[0]
}

// entries returns the entries of the caches of the first twin, by file.
func (w *twins) entries() map[string][][]byte {
	files, err := filepath.Glob(filepath.Join(w.caches, "dominoc", "*"))
	require.NoError(w.t, err)
	all := map[string][][]byte{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(w.t, err)
		const digest, header = 32, 68 // digest, length, checksum
		for len(text) > header {
			end := min(len(text), header+int(binary.BigEndian.Uint32(text[digest:])))
			all[name] = append(all[name], text[:end])
			text = text[end:]
		}
	}
	return all
}

// foreign changes all that is kept of the first twin, as if another program had kept it.
func (w *twins) foreign() {
	for name, entries := range w.entries() {
		for _, entry := range entries {
			entry[40] ^= 1 // of the checksum
		}
		require.NoError(w.t, os.WriteFile(name, slices.Concat(entries...), 0o600))
	}
}

// byHand changes a file of the output, and sometimes its line in the manifest too.
func (w *twins) byHand() {
	all := w.files(0)
	if len(all) == 0 {
		return
	}
	name := pick(w, slices.Sorted(maps.Keys(all)))
	switch {
	case w.rng.IntN(3) == 0:
		w.remove("rendered/" + name)
	case name == source.Manifest:
		lines := strings.SplitAfter(all[name], "\n")
		i := w.rng.IntN(len(lines))
		w.put("rendered/"+name, strings.Join(slices.Delete(lines, i, i+1), ""))
	default:
		edited := all[name] + "# by hand\n"
		w.put("rendered/"+name, edited)
		if w.rng.IntN(2) == 0 {
			sum := emit.File{Content: []byte(edited)}.Checksum()
			line := regexp.MustCompile(`(?m)^[0-9a-f]{64}(  ` + regexp.QuoteMeta(name) + `)$`)
			w.put("rendered/"+source.Manifest, line.ReplaceAllString(all[source.Manifest], sum+"$1"))
		}
	}
}

func (w *twins) gitops() {
	w.remove("environments/gitops")
	tool := pick(w, []string{"flux", "argocd", ""})
	if tool == "" {
		return
	}
	w.put("environments/gitops/gitops.cue", fmt.Sprintf(`package gitops

gitops: {
	tool: %q
	repository: {url: "https://example.com/fleet", branch: %q, path: "rendered"}
}
`, tool, pick(w, []string{"main", "trunk"})))
}

// A build by name leaves the same bytes whether or not an earlier one has left what
// it knew, after any edits of sources and of the output.
func TestABuildByNameIsThatOfTheWholeFleet(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newTwins(t, seed, 4)
			w.apart()
			code, said := w.run("build")
			require.Equal(t, Good, code, said)
			edits := []func(){
				func() { w.edit(pick(w, w.names())) },
				func() { w.edit(pick(w, w.names())) },
				w.byHand, w.byHand, w.add, w.gitops,
				func() {
					name := pick(w, w.names())
					w.remove("environments/" + name)
					delete(w.fleet, name)
				},
				func() {
					w.put("environments/defaults.cue", "package environment\n\nenvironment: tags: stage: \""+pick(w, []string{"a", "b"})+"\"\n")
				},
				func() { w.put("lib/lib.cue", "package lib\n\nowner: \""+pick(w, []string{"a", "b"})+"\"\n") },
				w.foreign,
				func() { require.NoError(t, os.RemoveAll(w.caches)) },
			}
			for range 6 {
				for range 1 + w.rng.IntN(2) {
					if len(w.fleet) > 2 || w.rng.IntN(3) > 0 {
						pick(w, edits)()
					}
					if len(w.fleet) < 3 {
						w.add()
					}
				}
				name := pick(w, w.names())
				if w.rng.IntN(2) == 0 { // and nothing but this one was edited since a build of all
					w.run("build")
					w.edit(name)
				}
				code, said := w.run("build", name)
				require.Contains(t, []int{Good, Failed}, code, said)
				if code == Failed { // what was put there by hand is in the way
					require.NoError(t, os.RemoveAll(filepath.Join(w.dirs[0], "rendered")))
					require.NoError(t, os.RemoveAll(filepath.Join(w.dirs[1], "rendered")))
					w.run("build")
				}
				if _, err := os.Stat(w.caches); err != nil {
					require.NoError(t, os.MkdirAll(w.caches, 0o700))
					w.run("build", pick(w, w.names()))
				}
			}
			w.run("build", "--check")
			code, said = w.run("build")
			require.Equal(t, Good, code, said)
			code, said = w.run("build", "--check")
			require.Equal(t, Good, code, said)
		})
	}
}

// What is compiled again, and when.
func TestABuildByNameCompilesAnotherOnlyWhereItHasTo(t *testing.T) {
	w := newTwins(t, 0, 4)
	w.apart()
	w.fleet["env-3"]["owner"], w.fleet["env-3"]["accept"] = `tags: owner: lib.owner`, `accept: "nat-single": "this is unused, and so it is warned of"`
	w.write("env-3")
	compiled := func(args ...string) bool {
		t.Helper()
		code, said := w.run(args...)
		require.Equal(t, Good, code, said)
		return strings.Contains(said, "env-3/environment.cue")
	}
	require.True(t, compiled("build"))
	require.False(t, compiled("build", "env-0"), "after a build of all")

	w.fleet["env-0"]["size"] = `pools: default: size: max: 11`
	w.fleet["env-0"]["highmem"] = `pools: other: {instanceTypes: ["r6i.2xlarge"], size: max: 3}`
	w.write("env-0")
	require.False(t, compiled("build", "env-0"), "after an edit of the same, of its shape too")
	require.False(t, compiled("build", "env-1"), "after the build of that edit")
	code, said := w.run("build", "--check")
	require.Equal(t, Good, code, said)

	for what, edit := range map[string]func(){
		"another environment": func() { w.fleet["env-3"]["size"] = `pools: default: size: max: 12`; w.write("env-3") },
		"shared values": func() {
			w.put("environments/defaults.cue", "package environment\n\nenvironment: tags: stage: \"other\"\n")
		},
		"an imported package": func() { w.put("lib/lib.cue", "package lib\n\nowner: \"other\"\n") },
		"a new file above":    func() { w.put("more.cue", "package environment\n\nenvironment: tags: more: \"yes\"\n") },
		"a Composition of another, by hand": func() {
			w.run("build")
			for _, name := range slices.Sorted(maps.Keys(w.files(0))) {
				if strings.HasPrefix(name, "platform/compositions/") {
					w.put("rendered/"+name, "by: hand\n")
				}
			}
		},
		"the program": w.foreign,
	} {
		edit()
		require.True(t, compiled("build", "env-0"), what)
		require.False(t, compiled("build", "env-0"), "a second time after %s", what)
		w.run("build")
	}
}

// A build by name that compiles one environment does not hold it against the others:
// that is vet's, and build --check's.
func TestWhatABuildByNameDoesNotSeeIsFoundByCheck(t *testing.T) {
	w := newTwins(t, 1, 3)
	code, said := w.run("build")
	require.Equal(t, Good, code, said)
	file := "environments/env-0/environment.cue"
	w.put(file, strings.Replace(w.content(file), "env-0.example.com", "env-1.example.com", 1))
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"build", "env-0"}, Good},
		{[]string{"vet", "env-0"}, Problems},
		{[]string{"build", "--check", "env-0"}, Problems},
		{[]string{"build"}, Problems},
	} {
		var out bytes.Buffer
		code := Run(context.Background(), append([]string{"-C", w.dirs[0]}, c.args...), Streams{Out: &out, Err: &out, Caches: w.caches})
		require.Equal(t, c.code, code, "%v: %s", c.args, out.String())
		if code != Good {
			require.Contains(t, out.String(), "env-1.example.com")
		}
	}

	// Two of one name are seen at once: the others' names are known.
	w.put(file, strings.Replace(w.content(file), `name: "env-0"`, `name: "env-1"`, 1))
	var out bytes.Buffer
	code = Run(context.Background(), []string{"-C", w.dirs[0], "build", "environments/env-0"}, Streams{Out: &out, Err: &out, Caches: w.caches})
	require.Equal(t, Problems, code, out.String())
	require.Contains(t, out.String(), "[environment-name-taken]")
}
