package sync

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
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
	{"an environment that goes", "DominoEnvironment",
		strings.Replace(status("3", succeeded, available), `"generation"`, `"deletionTimestamp":"2026-01-01T00:00:00Z","generation"`, 1), true, "Progressing"},
	{"conditions without a generation", "DominoEnvironment", strings.ReplaceAll(status("3", succeeded, available), `,"observedGeneration":3`, ""), true, "Healthy"},
	{"a new provider", "Provider", unanswered, false, "Progressing"},
	{"a provider that is unpacked", "Provider", status("1", installed), false, "Progressing"},
	{"a provider that waits for its family", "Provider",
		status("1", installed, `{"type":"Healthy","status":"False","reason":"UnhealthyPackageRevision","message":"missing dependencies","observedGeneration":1}`), false, "Progressing"},
	{"a provider that is healthy", "Provider", status("1", installed, healthy), true, "Healthy"},
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

func TestArgoCDIsToldOfHealth(t *testing.T) {
	scripts := at(manifests(t, deliveries()["argocd"])["sync/argocd/argocd-cm.yaml"], "data").(map[string]any)
	for _, s := range samples {
		script := ""
		for key, text := range scripts {
			if strings.HasSuffix(key, "_"+s.kind) {
				script = text.(string)
			}
		}
		require.NotEmpty(t, script, s.kind)
		require.Equal(t, s.argocd, health(t, script, s.object), s.name)
	}
}

func TestAnApplicationHasTheHealthThatItSays(t *testing.T) {
	scripts := at(manifests(t, deliveries()["argocd"])["sync/argocd/argocd-cm.yaml"], "data").(map[string]any)
	script := scripts["resource.customizations.health.argoproj.io_Application"].(string)
	require.Equal(t, "Progressing", health(t, script, `{"metadata":{"name":"dominoc-platform"}}`))
	require.Equal(t, "Degraded", health(t, script, `{"metadata":{},"status":{"health":{"status":"Degraded","message":"a provider"}}}`))
	require.Equal(t, "Healthy", health(t, script, `{"metadata":{},"status":{"health":{"status":"Healthy"}}}`))
}

// health runs a script as Argo CD does: the object is the global obj, of the
// libraries there are base, table and package.
func health(t *testing.T, script, object string) string {
	t.Helper()
	l := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer l.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable,
	} {
		require.NoError(t, l.CallByParam(lua.P{Fn: l.NewFunction(open), Protect: true}, lua.LString(name)))
	}
	var content any
	require.NoError(t, json.Unmarshal([]byte(object), &content))
	l.SetGlobal("obj", luaValue(l, content))
	require.NoError(t, l.DoString(script))
	result, ok := l.Get(-1).(*lua.LTable)
	require.True(t, ok, "a script returns a table")
	require.IsType(t, lua.LString(""), result.RawGetString("message"))
	return lua.LVAsString(result.RawGetString("status"))
}

func luaValue(l *lua.LState, value any) lua.LValue {
	switch v := value.(type) {
	case map[string]any:
		table := l.NewTable()
		for key, field := range v {
			table.RawSetString(key, luaValue(l, field))
		}
		return table
	case []any:
		table := l.NewTable()
		for _, element := range v {
			table.Append(luaValue(l, element))
		}
		return table
	case string:
		return lua.LString(v)
	case float64:
		return lua.LNumber(v)
	case bool:
		return lua.LBool(v)
	}
	return lua.LNil
}
