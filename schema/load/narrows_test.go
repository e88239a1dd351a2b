package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// Files that build the environment on a value of their own are refused without an
// evaluation with the whole schema where they contradict themselves without one. What
// is said of them is what is said with it.
func TestABaseIsRefusedAsWithTheWholeSchema(t *testing.T) {
	for kind, bases := range map[string]map[string]string{"catalogue": ofCatalogue(t), "cases": ofCases(t), "random": ofRandom(t)} {
		t.Run(kind, func(t *testing.T) {
			checked, spared := 0, 0
			once, twice := workerOf(t), workerOf(t)
			for name, content := range bases {
				root := t.TempDir()
				write(t, filepath.Join(root, "env", "environment.cue"), []byte(content))
				folders, err := source.Open(root).Find([]string{"./..."})
				require.NoError(t, err)
				s, found := loaded(root, folders[0])
				if found.HasErrors() {
					continue
				}
				if files, _ := s.Parse(); useOf(files, environments) != ofDefinition {
					continue
				}
				if checked++; checked%renewal == 0 {
					once, twice = once.renewed(), twice.renewed()
				}
				before := once.used - twice.used
				var gotEnv v1alpha1.Environment
				got := s.examine(once, request{into: &gotEnv})
				wantEnv, want := checkedWhole(t, s, twice)
				require.Equal(t, want.HasErrors(), got.HasErrors(), name)
				if !got.HasErrors() {
					require.Equal(t, wantEnv, gotEnv, name)
				}
				require.Equal(t, printed(t, root, want), printed(t, root, got), "%s\n%s", name, content)
				if once.used-twice.used == before { // the open schema takes one, which the other does without
					spared++
				}
			}
			t.Logf("%d of %d files needed no evaluation with the whole schema", spared, checked)
			require.Greater(t, spared, checked/4)
		})
	}
}

func workerOf(t *testing.T) *worker {
	w, err := newWorker()
	require.NoError(t, err)
	return w
}

// checkedWhole is check with the whole schema only.
func checkedWhole(t *testing.T, s *Source, w *worker) (env v1alpha1.Environment, found diag.List) {
	full, err := w.whole()
	require.NoError(t, err)
	r := request{into: &env}
	with := s.accept(w, s.parsed(), full, r)
	if with.err == nil {
		return env, s.sized(r)
	}
	return env, s.explain(w, func() outcome { return with })
}

// ofCatalogue are the mistakes of the catalogue, each in an environment that is a value
// of its own.
func ofCatalogue(t *testing.T) map[string]string {
	all := map[string]string{}
	files, err := filepath.Glob("../../tests/rules/testdata/bad/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	inner := strings.TrimSuffix(strings.TrimPrefix(good, "package environment\n\nenvironment: {\n"), "}\n")
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for i, chunk := range bytes.Split(text, []byte("\n---\n")) {
			all[fmt.Sprintf("%s-%d", filepath.Base(file), i)] = onBase(inner + string(chunk))
		}
	}
	return all
}

// ofCases are the files of the cases that are of the schema.
func ofCases(t *testing.T) map[string]string {
	all := map[string]string{}
	cases, err := filepath.Glob("testdata/cases/*.txtar")
	require.NoError(t, err)
	for _, file := range cases {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		for _, f := range archive.Files {
			const begins = "\nenvironment: v1alpha1.#Environment & {"
			if text := string(f.Data); strings.Contains(text, begins) {
				all[file+" "+f.Name] = strings.Replace(text, begins, "\n_base: v1alpha1.#Environment & {", 1) + "\nenvironment: _base\n"
			}
		}
	}
	return all
}

func ofRandom(t *testing.T) map[string]string {
	all := map[string]string{}
	for seed := range uint64(60) {
		all[fmt.Sprintf("seed %d", seed)] = brokenOnBase(t, random.New(seed))
	}
	return all
}

func onBase(inner string) string {
	return "package environment\n\nimport \"github.com/dominoc/dominoc/schema/v1alpha1\"\n\n_base: v1alpha1.#Environment & {\n" + inner + "\n}\nenvironment: _base\n"
}

// brokenOnBase breaks a random environment, by values that may depend on what only the
// schema gives the base.
func brokenOnBase(t *testing.T, rng *rand.Rand) string {
	text, err := json.Marshal(random.Environment(rng))
	require.NoError(t, err)
	inner := strings.TrimSuffix(strings.TrimPrefix(string(text), "{"), "}")
	breaks := []string{
		`environment: tags: team: 7`, `environment: clustre: {}`, `environment: name: "No"`, `environment: zones: []`,
		`environment: tags: from: _base.network.natGateways`, `environment: tags: from: "\(_base.cluster.logs.retentionDays)"`,
		`environment: tags: from: _base.nothing`, `environment: region: _base.name`,
		`if _base.deletion == "protect" {environment: tags: kept: 1}`, `if _base.nothing == _|_ {environment: tags: none: 1}`,
		`environment: tags: {for name, _ in _base.cluster {"\(name)": 1}}`, `environment: tags: count: "\(len(_base.cluster))"`,
		`environment: deletion: *"none" | string`, `environment: pools: {"Wrong Name": {}}`, `environment: cluster: version: "1.35" | "1.34"`,
		`environment: pools: platform: size: min: _base.pools.platform.size.max + 1`, `environment: network: cidr: _base.network.serviceCIDR`,
	}
	out := onBase(inner)
	for range 1 + rng.IntN(3) {
		out += breaks[rng.IntN(len(breaks))] + "\n"
	}
	return out
}

// What depends on how much is known may contradict itself with an open schema only, and
// is right.
func TestWhatTheWholeSchemaMendsIsAccepted(t *testing.T) {
	inner := strings.TrimSuffix(strings.TrimPrefix(good, "package environment\n\nenvironment: {\n"), "}\n")
	w := workerOf(t)
	for name, rest := range map[string]string{
		"a comparison with what has no value": `if _base.deletion == _|_ {environment: name: "other"}`,
		"a call":                              `if len(_base.cluster) < 3 {environment: name: "other"}`,
		"a loop":                              "_base: network: {}\n" + `environment: tags: {a: "many", a: [for _, _ in _base.network {"many"}, "none"][0]}`,
		"a default":                           `environment: name: [if (*_base.network.natGateways | "none") == "none" {"other"}, "prod-us"][0]`,
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			write(t, filepath.Join(root, "env", "environment.cue"), []byte(onBase(inner)+rest+"\n"))
			folders, err := source.Open(root).Find([]string{"./..."})
			require.NoError(t, err)
			s, found := loaded(root, folders[0])
			require.Empty(t, found)
			found = s.examine(w, request{into: new(v1alpha1.Environment)})
			require.Empty(t, printed(t, root, found))
		})
	}
}
