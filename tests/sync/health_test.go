package sync

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// sample is an object as Crossplane leaves it, and what it should be called.
type sample struct {
	Name, Kind string
	Object     map[string]any // but for apiVersion and kind
	Flux       bool           // current
	ArgoCD     string
}

func samples(t *testing.T) []sample {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "health.yaml"))
	require.NoError(t, err)
	var all []sample
	require.NoError(t, yaml.UnmarshalStrict(text, &all))
	return all
}

// An expression that stumbles over what is not there yet is asked again, so it
// may not say that the object is current; nothing else is wanted of it.
func TestFluxIsToldOfHealth(t *testing.T) {
	expressions := map[string]cel.Program{}
	for _, object := range manifests(t, deliveries()["flux"]) {
		checks, _ := at(object, "spec.healthCheckExprs").([]any)
		for _, check := range checks {
			require.Nil(t, at(check, "failed"))
			expressions[at(check, "kind").(string)] = program(t, at(check, "current").(string))
		}
	}
	seen := map[string]bool{}
	for _, s := range samples(t) {
		require.Contains(t, expressions, s.Kind)
		result, _, err := expressions[s.Kind].ContextEval(context.Background(), s.Object)
		current := err == nil && result.Value() == true
		require.Equal(t, s.Flux, current, "%s: %v", s.Name, err)
		if err != nil {
			require.Nil(t, s.Object["status"], "%s: %v", s.Name, err)
		}
		seen[s.Kind] = true
	}
	require.Len(t, seen, len(expressions), "every expression has a sample")
}

// program is what Flux makes of an expression: package cel of its runtime has
// these options, and does not check types either.
func program(t *testing.T, expression string) cel.Program {
	t.Helper()
	env, err := cel.NewEnv(
		cel.HomogeneousAggregateLiterals(), cel.EagerlyValidateDeclarations(true), cel.DefaultUTCTimeZone(true),
		cel.CrossTypeNumericComparisons(true), cel.OptionalTypes(), ext.Strings(), ext.Sets(), ext.Encoders(),
	)
	require.NoError(t, err)
	parsed, issues := env.Parse(expression)
	require.NoError(t, issues.Err())
	p, err := env.Program(parsed, cel.EvalOptions(cel.OptOptimize), cel.InterruptCheckFrequency(100))
	require.NoError(t, err)
	return p
}
