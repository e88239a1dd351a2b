package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/random"
)

// same runs a command in both, of which the second keeps nothing, and wants the same
// answer, word for word, and the same files.
func (w *twins) same(args ...string) int {
	w.t.Helper()
	var codes [2]int
	var answers [2][2]string
	for twin, dir := range w.dirs {
		var out, err bytes.Buffer
		with := []string{"-C", dir}
		streams := Streams{Out: &out, Err: &err, Caches: w.caches}
		if twin == 1 {
			with = append(with, "--no-cache")
		}
		codes[twin] = Run(context.Background(), slices.Concat(with, args), streams)
		for i, text := range []string{out.String(), err.String()} {
			answers[twin][i] = strings.ReplaceAll(text, dir, "DIR")
		}
	}
	require.Equal(w.t, answers[1], answers[0], "%v", args)
	require.Equal(w.t, codes[1], codes[0], "%v", args)
	require.Equal(w.t, w.files(1), w.files(0), "%v", args)
	return codes[0]
}

// random gives an environment's folder a random environment of that name, with all fields.
func (w *twins) random(name string) {
	e := random.Environment(w.rng)
	e.Name, e.Domain.FQDN = name, name+".example.org"
	text, err := json.Marshal(e)
	require.NoError(w.t, err)
	w.remove("environments/" + name)
	w.put("environments/"+name+"/environment.json", string(text))
}

// commit commits both.
func (w *twins) commit() {
	for _, dir := range w.dirs {
		for _, args := range []string{"init --quiet --object-format=" + cmp.Or(w.format, "sha1"), "add --all", "commit --quiet --allow-empty -m base"} {
			c := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, strings.Fields(args)...)...)
			c.Env = append(os.Environ(), "GIT_AUTHOR_DATE=2027-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2027-01-01T00:00:00Z")
			said, err := c.CombinedOutput()
			require.NoError(w.t, err, "%s", said)
		}
	}
}

// damage changes one of the files of the caches as no run does.
func (w *twins) damage() {
	all := w.entries()
	if len(all) == 0 {
		return
	}
	name := pick(w, slices.Sorted(maps.Keys(all)))
	entries := all[name]
	text := slices.Concat(entries...)
	at := w.rng.IntN(len(text))
	a, b := pick(w, entries), pick(w, entries)
	const digest = 32
	pick(w, []func(){
		func() { text = text[:at] },
		func() { text[at] ^= 1 },
		func() { text = slices.Concat(text[:at], text[at/2:]) },
		func() { // under each other's digest
			if len(a) > digest && len(b) > digest {
				text = slices.Concat(a[:digest], b[digest:], b[:digest], a[digest:])
			}
		},
		func() { text = slices.Concat(all[pick(w, slices.Sorted(maps.Keys(all)))]...) }, // of another file
		func() { text = nil },
	})()
	require.NoError(w.t, os.WriteFile(name, text, 0o600))
}

// quotas states the quotas of an account, or none.
func (w *twins) quotas() {
	w.remove("environments/quotas")
	if vcpus := pick(w, []int{0, 64, 4096}); vcpus > 0 {
		w.put("environments/quotas/quotas.cue", fmt.Sprintf("package quotas\n\nquotas: \"123456789010\": regions: \"us-west-2\": \"L-1216C47A\": %d\n", vcpus))
	}
}

// policy states a rule on the plans, or none.
func (w *twins) policy() {
	w.remove("environments/policy")
	if severity := pick(w, []string{"", "warning", "error"}); severity != "" {
		w.put("environments/policy/policy.cue", fmt.Sprintf(`package policy

policy: {
	plans: _
	rules: small: {
		severity: %q
		violations: [for p in plans for _, pool in p.spec.pools for _, zone in pool.zones if zone.max > 3 {
			environment: p.name, path: "pools", message: "a zone has more than three nodes"
		}]
	}
}
`, severity))
	}
}

// provider states what the provider of the management cluster can do.
func (w *twins) provider() {
	w.deliver(pick(w, []string{
		`packages: {providerAWS: "v2.8.0", sizesInPlace: true}`, `packages: {providerAWS: "v2.8.0", sizesInPlace: false}`, ``, `tool: "argocd"`,
	}))
}

// deliver states the delivery by Flux, and a field.
func (w *twins) deliver(field string) {
	w.put("environments/gitops/gitops.cue", `package gitops

gitops: {tool: "flux", repository: {url: "https://example.com/fleet", branch: "main", path: "rendered"}}
gitops: {`+field+"}\n")
}

// What vet, build and diff say and write is the same with what earlier runs have kept, with
// nothing kept yet, with a damaged file, and with --no-cache.
func TestWhatIsKeptChangesNoAnswer(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newTwins(t, seed, 3)
			w.format = []string{"sha1", "sha256"}[seed%2]
			w.random("random-1")
			w.random("random-2")
			w.same("build")
			w.commit()
			stage := func() {
				w.put("environments/defaults.cue", "package environment\n\nenvironment: tags: stage: \""+pick(w, []string{"a", "b"})+"\"\n")
			}
			edits := []func(){
				func() { w.edit(pick(w, w.names())) },
				func() { w.edit(pick(w, w.names())) },
				func() { w.random(pick(w, []string{"random-1", "random-2"})) },
				w.add, w.gitops, w.commit, w.damage, w.damage, stage,
				func() { w.remove("environments/random-2") },
				func() { w.put("lib/lib.cue", "package lib\n\nowner: "+pick(w, []string{`"a"`, `"b"`, "7"})+"\n") },
				func() {
					w.put("environments/random-1/more.cue", "package environment\n\nenvironment: "+pick(w, []string{"nmae: 1", "{", "tags: more: \"yes\"", "tags: team: 7"})+"\n")
				},
				func() { require.NoError(t, os.RemoveAll(w.caches)) },
				w.quotas, w.policy, w.provider, w.byHand, w.byHand,
				func() { w.remove("rendered") },
			}
			for range 12 {
				for range 1 + w.rng.IntN(3) {
					pick(w, edits)()
				}
				name := pick(w, w.names())
				args := pick(w, [][]string{
					{"vet"}, {"vet", "--format", "json", name},
					{"build"}, {"build"}, {"build", "--gitops", "argocd"}, {"build", "--check"}, {"build", "--plan", name}, {"build", "--print", "environments/" + name},
					{"diff", "HEAD"}, {"diff", "HEAD"}, {"diff", "HEAD", name}, {"diff", "HEAD", "--fleet", "--format", "markdown"},
				})
				w.same(append(args, "--date", pick(w, []string{"2026-09-01", "2027-10-01"}))...)
			}
			for range 2 { // the second with all that is sound
				w.same("vet")
				w.same("build")
				w.same("build", "--check")
				w.same("diff", "HEAD")
			}
		})
	}
}

// An environment that is known is not loaded again, and its lines are still found.
func TestAKnownEnvironmentIsReportedAtItsLines(t *testing.T) {
	w := newTwins(t, 3, 2)
	file := "environments/env-0/environment.cue"
	w.put(file, strings.Replace(w.content(file), "env-0.example.com", "env-1.example.com", 1))
	for range 2 {
		require.Equal(t, Problems, w.same("vet"))
	}
	kept, err := filepath.Glob(filepath.Join(w.caches, "dominoc", "*.loads"))
	require.NoError(t, err)
	require.Len(t, kept, 1, "of the first twin only")
	require.Len(t, w.entries()[kept[0]], 2, "what is wrong between environments is not wrong in one")

	w.put(file, strings.Replace(w.content(file), `region:`, `rejion:`, 1))
	require.Equal(t, Problems, w.same("vet"))
	require.Len(t, w.entries()[kept[0]], 1, "an environment with a mistake is not kept, nor one that the last run did not use")
}

// Each thing that a run's answer depends on beside the environments' own files is changed
// after a run that has kept all.
func TestWhatIsNotOfAnEnvironmentAloneIsNotKept(t *testing.T) {
	w := newTwins(t, 5, 2)
	require.Equal(t, Good, w.same("build"))
	w.commit()
	for _, c := range []struct {
		what string
		edit func()
		args []string
		code int
	}{
		{"nothing", func() {}, []string{"build", "--check"}, Good},
		{"a tool", func() { w.deliver("") }, []string{"build"}, Good},
		{"the provider", func() { w.deliver(`packages: {providerAWS: "v2.8.0", sizesInPlace: true}`) }, []string{"build", "--check"}, Problems},
		{"the provider, written", func() {}, []string{"build"}, Good},
		{"the provider, compared", func() {}, []string{"diff", "HEAD"}, Good},
		{"no provider and no tool", func() { w.remove("environments/gitops") }, []string{"build"}, Good},
		{"the date", func() {}, []string{"vet", "--date", "2028-06-01"}, Good},
		{"a quota", func() {
			w.put("environments/quotas/quotas.cue", "package quotas\n\nquotas: \"123456789010\": regions: \"us-west-2\": \"L-1216C47A\": 1\n")
		}, []string{"vet"}, Problems},
		{"a quota, for build", func() {}, []string{"build"}, Problems},
		{"no quota", func() { w.remove("environments/quotas") }, []string{"vet"}, Good},
		{"a rule on the plans", func() {
			w.put("environments/policy/policy.cue", `package policy

policy: {
	plans: _
	rules: large: violations: [for p in plans for _, pool in p.spec.pools for _, zone in pool.zones if zone.max > 0 {
		environment: p.name, path: "pools", message: "a zone has nodes"
	}]
}
`)
		}, []string{"build"}, Problems},
		{"no rule", func() { w.remove("environments/policy") }, []string{"build"}, Good},
		{"a file of the output", func() { w.put("rendered/environments/env-0/environment.yaml", "by: hand\n") }, []string{"build", "--check"}, Problems},
		{"a file of the output, written again", func() {}, []string{"build"}, Good},
		{"no output", func() { w.remove("rendered") }, []string{"build"}, Good},
		{"a committed file", func() {
			w.put("rendered/environments/env-1/environment.yaml", strings.Replace(w.files(0)["environments/env-1/environment.yaml"], "us-west-2a", "us-west-2b", 1))
			w.commit()
			w.same("build")
		}, []string{"diff", "HEAD"}, Good},
	} {
		c.edit()
		require.Equal(t, c.code, w.same(c.args...), c.what)
	}
}
