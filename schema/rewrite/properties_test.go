package rewrite

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"cuelang.org/go/cue/format"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// A field that is added or repeated and removed again leaves the bytes as they were, and
// nothing but the field is added; a value that is set changes no other byte.
func TestNoOtherByteChanges(t *testing.T) {
	for seed := range uint64(60) {
		env := random.Environment(random.New(seed))
		for name, pool := range env.Pools {
			pool.Version = ""
			env.Pools[name] = pool
		}
		for file, content := range written(t, env) {
			for _, pool := range slices.Sorted(maps.Keys(env.Pools)) {
				path := diag.Path{"pools", pool, "version"}
				held, err := Apply(file, content, Change{Path: path, Value: "1.30"})
				require.NoError(t, err, "%d %s %s", seed, file, path)
				before, after := differing(content, held)
				require.Empty(t, string(before), "%d %s: only added", seed, file)
				require.Contains(t, string(after), "1.30")
				released, err := Apply(file, held, Change{Path: path})
				require.NoError(t, err)
				require.Equal(t, string(content), string(released), "%d %s", seed, file)

				next := diag.Path{"pools", "repeated"}
				repeated, err := Apply(file, content, Change{Path: next, From: diag.Path{"pools", pool}})
				require.NoError(t, err, "%d %s %s", seed, file, pool)
				before, _ = differing(content, repeated)
				require.Empty(t, string(before), "%d %s: only added", seed, file)
				removed, err := Apply(file, repeated, Change{Path: next})
				require.NoError(t, err)
				require.Equal(t, string(content), string(removed), "%d %s", seed, file)
				_, err = Apply(file, repeated, Change{Path: next.Child("instanceTypes"), Value: []any{"m6i.large", "m5.large"}}, Change{Path: next.Child("replaces"), Value: pool})
				require.NoError(t, err, "%d %s %s", seed, file, pool)
			}
			version := diag.Path{"cluster", "version"}
			set, err := Apply(file, content, Change{Path: version, Value: "1.999"})
			require.NoError(t, err)
			before, after := differing(content, set)
			require.LessOrEqual(t, len(before), len("35"))
			require.Contains(t, "1.999", string(after))
		}
	}
}

// differing are the bytes of two texts between what they have in common.
func differing(a, b []byte) (inA, inB []byte) {
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return a[head : len(a)-tail], b[head : len(b)-tail]
}

// written is an environment in each form.
func written(t *testing.T, env *v1alpha1.Environment) map[string][]byte {
	text, err := json.MarshalIndent(env, "", "  ")
	require.NoError(t, err)
	var plain any
	require.NoError(t, json.Unmarshal(text, &plain))
	inYAML, err := yaml.Marshal(plain)
	require.NoError(t, err)
	inCUE, err := format.Source(slices.Concat([]byte("package environment\n\nenvironment: "), text, []byte("\n")), format.Simplify())
	require.NoError(t, err)
	flat, err := json.Marshal(env)
	require.NoError(t, err)
	return map[string][]byte{
		"environment.json": append(text, '\n'),
		"environment.yaml": inYAML,
		"environment.yml":  flat, // JSON is YAML
		"environment.cue":  inCUE,
	}
}
