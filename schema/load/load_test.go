package load

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"cuelang.org/go/cue"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/guard"
	"github.com/dominoc/dominoc/schema/shape"
	"github.com/dominoc/dominoc/schema/source"
)

// checked loads the content of environment.cue and expects it to be good.
func checked(t *testing.T, content string) Result {
	t.Helper()
	root := t.TempDir()
	write(t, filepath.Join(root, "prod", "environment.cue"), []byte(content))
	folders, err := source.Open(root).Find([]string{"prod"})
	require.NoError(t, err)
	r := New(root).One(folders[0])
	require.Empty(t, r.Diagnostics)
	require.NotNil(t, r.Environment)
	return r
}

func TestAnEnvironmentHasItsDefaults(t *testing.T) {
	e := checked(t, good).Environment
	require.Equal(t, "10.0.0.0/16", e.Network.CIDR)
	require.EqualValues(t, "perZone", e.Network.NATGateways)
	require.Equal(t, []string{"m6i.2xlarge"}, e.Pools["default"].InstanceTypes)
	require.NotNil(t, e.HighAvailability)
}

func TestAdministratorsAreTextOrGroups(t *testing.T) {
	e := checked(t, good+`environment: cluster: admins: [
	"arn:aws:iam::123456789012:role/a",
	{arn: "arn:aws:iam::123456789012:role/b", namespaces: ["x"]},
]
`).Environment
	require.Equal(t, []any{
		"arn:aws:iam::123456789012:role/a",
		map[string]any{"arn": "arn:aws:iam::123456789012:role/b", "namespaces": []any{"x"}},
	}, e.Cluster.Admins)
}

func TestTheSameContentMeansTheSameInEveryFormat(t *testing.T) {
	yaml := `name: prod-us
account: "123456789012"
region: us-west-2
zones: [us-west-2a, us-west-2b, us-west-2c]
domain: {fqdn: domino.example.com}
cluster: {version: "1.35"}
pools: {platform: {}, default: {}}
`
	json := `{"name": "prod-us", "account": "123456789012", "region": "us-west-2",
"zones": ["us-west-2a", "us-west-2b", "us-west-2c"], "domain": {"fqdn": "domino.example.com"},
"cluster": {"version": "1.35"}, "pools": {"platform": {}, "default": {}}}
`
	want := checked(t, good).Environment
	for name, content := range map[string]string{"environment.yaml": yaml, "environment.yml": yaml, "environment.json": json} {
		root := t.TempDir()
		write(t, filepath.Join(root, name), []byte(content))
		folders, err := source.Open(root).Find([]string{"."})
		require.NoError(t, err)
		got := New(root).One(folders[0])
		require.Empty(t, got.Diagnostics)
		require.Empty(t, cmp.Diff(want, got.Environment), name)
	}
}

func TestAPathIsFoundWhereTheUserWroteIt(t *testing.T) {
	s := checked(t, good+`
_big: disk: {sizeGiB: 500}
environment: {
	pools: default: _big
	network: peers: [
		{name: "a", cidr: "10.9.0.0/16", connection: "pcx-0a1b2c3d"},
	]
}
`).Source
	for path, want := range map[string]string{
		"":                           "prod/environment.cue:3:1",
		"name":                       "prod/environment.cue:4:11",
		"zones":                      "prod/environment.cue:7:9",
		"zones[1]":                   "prod/environment.cue:7:24",
		"zones[7]":                   "prod/environment.cue:7:9",
		"domain":                     "prod/environment.cue:8:2",
		"domain.fqdn":                "prod/environment.cue:8:16",
		"pools.platform.size.min":    "prod/environment.cue:10:10",
		"pools.default.disk.sizeGiB": "prod/environment.cue:13:23",
		"pools.default.disk.type":    "prod/environment.cue:13:7",
		"network.cidr":               "prod/environment.cue:16:2",
		"network.peers[0].cidr":      "prod/environment.cue:17:21",
		"storage.buckets.data":       "prod/environment.cue:3:1",
	} {
		p, ok := diag.ParsePath(path)
		require.True(t, ok, path)
		require.Equal(t, want, s.At(p).String(), path)
	}
}

func TestAFieldWhoseNameIsANumberIsNoElement(t *testing.T) {
	found, _ := single(t, "environment.cue", good+"environment: tags: \"2024\": 5\nenvironment: tags: \"7\": \"a\" & \"b\"\n", guard.DefaultDeadline)
	var paths []string
	for _, d := range found {
		paths = append(paths, d.Path)
	}
	require.Equal(t, []string{`tags."2024"`, `tags."7"`}, paths)
	found, _ = single(t, "environment.cue", good+"environment: network: peers: [{name: 5}]\n", guard.DefaultDeadline)
	require.Equal(t, "network.peers[0].cidr", found[0].Path, "missing")
}

func TestAllGivesResultsInTheOrderOfTheFolders(t *testing.T) {
	root := t.TempDir()
	for i := range 120 {
		name := "env-" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		content := strings.Replace(good, "prod-us", name, 1)
		if i%3 == 0 {
			content = strings.Replace(content, "us-west-2c", "us-west-2b", 1)
		}
		write(t, filepath.Join(root, name, "environment.cue"), []byte(content))
	}
	folders, err := source.Open(root).Find([]string{"./..."})
	require.NoError(t, err)
	l := New(root)
	l.Deadline = time.Hour // it is about the order, however slow the machine
	one, many := l.All(folders, 1), l.All(folders, 8)
	require.Len(t, many, 120)
	for i := range many {
		require.Equal(t, folders[i], many[i].Folder)
		require.Equal(t, i%3 == 0, many[i].Environment == nil)
		require.Empty(t, cmp.Diff(one[i].Diagnostics, many[i].Diagnostics))
		require.Empty(t, cmp.Diff(one[i].Environment, many[i].Environment))
	}
}

// What the walk asks CUE about must be there to be asked.
func TestEveryShapeIsInTheSchema(t *testing.T) {
	w, err := newWorker()
	require.NoError(t, err)
	root := w.schemaValue()
	require.NoError(t, root.Err())
	leaves := 0
	var visit func(s *shape.Shape)
	visit = func(s *shape.Shape) {
		if s.Path != "" {
			v := root.LookupPath(cue.MakePath(schemaPath(s)...))
			require.True(t, v.Exists(), cue.MakePath(schemaPath(s)...).String())
		}
		for _, f := range s.Fields {
			require.NotEmpty(t, f.Name)
			visit(f.Shape)
		}
		for _, o := range s.Options {
			visit(o)
		}
		if s.Elem != nil {
			visit(s.Elem)
		}
		if s.Kind == shape.Leaf {
			require.NotEmpty(t, s.Path)
			leaves++
		}
	}
	for _, root := range shape.Read().Roots {
		visit(root)
	}
	require.Greater(t, leaves, 80)
}

// The schema that environments import resolves from the binary, so the folder
// and the network do not matter.
func TestTheSchemaComesFromTheBinary(t *testing.T) {
	t.Setenv("CUE_REGISTRY", "none")
	t.Setenv("CUE_CACHE_DIR", filepath.Join(t.TempDir(), "nothing"))
	checked(t, strings.Replace(strings.Replace(good, "\n\n", "\n\nimport \"github.com/dominoc/dominoc/schema/v1alpha1\"\n\n", 1), "environment: {", "environment: v1alpha1.#Environment & {", 1))
}

// BenchmarkAll checks the environments below FLEET, or 100 of its own.
func BenchmarkAll(b *testing.B) {
	root := os.Getenv("FLEET")
	if root == "" {
		root = b.TempDir()
		for i := range 100 {
			dir := filepath.Join(root, "env-"+string(rune('a'+i/26))+string(rune('a'+i%26)))
			require.NoError(b, os.MkdirAll(dir, 0o755))
			require.NoError(b, os.WriteFile(filepath.Join(dir, "environment.cue"), []byte(good), 0o644))
		}
	}
	for b.Loop() {
		begin := time.Now()
		folders, err := source.Open(root).Find([]string{"./..."})
		require.NoError(b, err)
		for _, r := range New(root).All(folders, runtime.GOMAXPROCS(0)) {
			require.Empty(b, r.Diagnostics)
		}
		b.ReportMetric(float64(time.Since(begin).Microseconds())/float64(len(folders)), "µs/environment")
	}
}
