package sync

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
	"github.com/stretchr/testify/require"
)

// sample is an object as Crossplane leaves it, and what it should be called.
type sample struct {
	name   string
	kind   string
	object string // JSON but for apiVersion and kind
	flux   bool   // current
	argocd string
}

const (
	available  = `{"type":"Ready","status":"True","reason":"Available","observedGeneration":3}`
	succeeded  = `{"type":"Synced","status":"True","reason":"ReconcileSuccess","observedGeneration":3}`
	installed  = `{"type":"Installed","status":"True","reason":"ActivePackageRevision","observedGeneration":1}`
	healthy    = `{"type":"Healthy","status":"True","reason":"HealthyPackageRevision","observedGeneration":1}`
	unready    = `{"type":"Ready","status":"False","reason":"Creating","message":"Unready resources: cluster","observedGeneration":3}`
	failed     = `{"type":"Synced","status":"False","reason":"ReconcileError","message":"cannot compose resources","observedGeneration":3}`
	paused     = `{"type":"Synced","status":"False","reason":"ReconcilePaused","message":"Reconciliation is paused via the pause annotation","observedGeneration":3}`
	stale      = `{"type":"Ready","status":"True","reason":"Available","observedGeneration":2}`
	unanswered = `{"metadata":{"generation":1}}`
)

func status(generation string, conditions ...string) string {
	return `{"metadata":{"generation":` + generation + `},"status":{"conditions":[` + strings.Join(conditions, ",") + `]}}`
}

var samples = []sample{
	{"a new environment", "DominoEnvironment", unanswered, false, "Progressing"},
	{"an environment without conditions", "DominoEnvironment", `{"metadata":{"generation":1},"status":{}}`, false, "Progressing"},
	{"an environment that is being made", "DominoEnvironment", status("3", succeeded, unready), false, "Progressing"},
	{"an environment that is ready", "DominoEnvironment", status("3", succeeded, available), true, "Healthy"},
	{"an environment whose last edit is not looked at yet", "DominoEnvironment", status("3", succeeded, stale), false, "Progressing"},
	{"an environment that cannot be composed", "DominoEnvironment", status("3", failed, available), false, "Degraded"},
	{"an environment that is paused", "DominoEnvironment", status("3", paused, available), false, "Suspended"},
	{"an environment that goes", "DominoEnvironment",
		strings.Replace(status("3", succeeded, available), `"generation"`, `"deletionTimestamp":"2026-01-01T00:00:00Z","generation"`, 1), true, "Progressing"},
	{"conditions without a generation", "DominoEnvironment", strings.ReplaceAll(status("3", succeeded, available), `,"observedGeneration":3`, ""), true, "Healthy"},
	{"a new provider", "Provider", unanswered, false, "Progressing"},
	{"a provider that is unpacked", "Provider", status("1", installed), false, "Progressing"},
	{"a provider that waits for its family", "Provider",
		status("1", installed, `{"type":"Healthy","status":"False","reason":"UnhealthyPackageRevision","message":"missing dependencies","observedGeneration":1}`), false, "Progressing"},
	{"a provider that is healthy", "Provider", status("1", installed, healthy), true, "Healthy"},
	{"a provider that is paused", "Provider", status("1", strings.Replace(paused, `:3`, `:1`, 1), installed, healthy), true, "Healthy"},
	{"a provider whose package changed", "Provider", status("2", installed, healthy), false, "Progressing"},
	{"a function that is healthy", "Function", status("1", installed, healthy), true, "Healthy"},
	{"an XRD that is established", "CompositeResourceDefinition",
		status("1", `{"type":"Established","status":"True","reason":"WatchingCompositeResource","observedGeneration":1}`), true, "Healthy"},
	{"an XRD that goes", "CompositeResourceDefinition",
		status("1", `{"type":"Established","status":"False","reason":"TerminatingCompositeResource","observedGeneration":1}`), false, "Progressing"},
	{"a policy that is healthy", "ManagedResourceActivationPolicy",
		status("1", `{"type":"Healthy","status":"True","reason":"Running","observedGeneration":1}`), true, "Healthy"},
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
	for _, s := range samples {
		require.Contains(t, expressions, s.kind)
		content := map[string]any{}
		require.NoError(t, json.Unmarshal([]byte(s.object), &content))
		result, _, err := expressions[s.kind].ContextEval(context.Background(), content)
		current := err == nil && result.Value() == true
		require.Equal(t, s.flux, current, "%s: %v", s.name, err)
		if err != nil {
			require.Nil(t, content["status"], "%s: %v", s.name, err)
		}
		seen[s.kind] = true
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

// What Argo CD says of kinds that it is not told of stands beside ours.
func TestArgoCDIsToldOfHealth(t *testing.T) {
	all := append(samples[:len(samples):len(samples)],
		sample{"a provider config", "ProviderConfig", `{}`, true, "Healthy"},
		sample{"a provider config that is used", "ProviderConfig", `{"status":{"users":12}}`, true, "Healthy"},
		sample{"what protects an environment", "Usage", status("1", available), true, "Healthy"},
		sample{"a composition", "Composition", `{}`, true, "Healthy"},
		sample{"an application that was just made", "Application", `{"metadata":{"name":"dominoc-platform"}}`, false, "Progressing"},
		sample{"an application that is degraded", "Application", `{"status":{"health":{"status":"Degraded"}}}`, false, "Degraded"},
		sample{"an application that is healthy", "Application", `{"status":{"health":{"status":"Healthy"}}}`, true, "Healthy"},
		sample{"a set that was just made", "ApplicationSet", `{}`, false, "Progressing"},
	)
	var objects []any
	for _, s := range all {
		object := map[string]any{}
		require.NoError(t, json.Unmarshal([]byte(s.object), &object))
		object["apiVersion"], object["kind"] = apiVersions[s.kind], s.kind
		objects = append(objects, object)
	}
	var told []struct{ Status, Message string }
	ask(t, "health", map[string]any{"Config": config(t), "Objects": objects}, &told)
	for i, s := range all {
		require.Equal(t, s.argocd, told[i].Status, "%s: %s", s.name, told[i].Message)
	}
}

var apiVersions = map[string]string{
	"DominoEnvironment":               "dominoc.dev/v1alpha1",
	"Provider":                        "pkg.crossplane.io/v1",
	"Function":                        "pkg.crossplane.io/v1",
	"CompositeResourceDefinition":     "apiextensions.crossplane.io/v2",
	"ManagedResourceActivationPolicy": "apiextensions.crossplane.io/v1alpha1",
	"ProviderConfig":                  "aws.m.upbound.io/v1beta1",
	"Usage":                           "protection.crossplane.io/v1beta1",
	"Composition":                     "apiextensions.crossplane.io/v1",
	"Application":                     "argoproj.io/v1alpha1",
	"ApplicationSet":                  "argoproj.io/v1alpha1",
}
