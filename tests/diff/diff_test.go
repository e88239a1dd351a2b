// Package diff holds what a diff says of whole environments against the compiler:
// random ones, and each field that AWS never changes.
package diff

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// environments is how many random environments a test looks at.
const environments = 40

// state compiles an environment.
func state(t *testing.T, env *v1alpha1.Environment) *diff.Environment {
	t.Helper()
	state, found, err := output.StateOf(compositions.Input{Environment: env, At: func(diag.Path) diag.Pos { return diag.Pos{File: "x"} }})
	require.NoError(t, err)
	require.False(t, found.HasErrors(), "%v", found)
	return state
}

func TestAnEnvironmentDoesNotDifferFromItself(t *testing.T) {
	for seed := range uint64(environments) {
		env := random.Environment(random.New(seed))
		report := diff.Compare(state(t, env), state(t, env))
		require.Equal(t, diff.Changed, report.Fate)
		require.Empty(t, report.Changes, "seed %d", seed)
		require.Empty(t, report.Dangers, "seed %d", seed)
	}
}

// What diff calls data is what lowering keeps in AWS: while an environment is protected
// none of it is destroyed, whatever leaves its file.
func TestNothingThatHoldsDataIsDestroyedUnderProtection(t *testing.T) {
	held := 0
	for seed := range uint64(environments) {
		env := random.Environment(random.New(seed))
		env.Deletion = "protect"
		before := state(t, env)
		after := &diff.Environment{Name: before.Name, Spec: before.Spec}
		report := diff.Compare(before, after)
		for _, change := range report.Changes {
			if change.Action == diff.Leave {
				held++
			}
		}
		for _, d := range report.Dangers {
			require.NotEqual(t, "data-loss", d.Code, "seed %d: %s", seed, d.Message)
		}
	}
	require.Positive(t, held)
}

// What a diff says, applied to one environment, gives another of the same name.
func TestApplyingADiffGivesTheOther(t *testing.T) {
	changed := 0
	for seed := range uint64(environments) {
		before := random.Environment(random.New(seed))
		after := random.Environment(random.New(seed + environments))
		after.Name = before.Name
		base, head := known(state(t, before)), known(state(t, after))
		report := diff.Compare(base, head)
		changed += len(report.Changes)
		require.Empty(t, cmp.Diff(objects(head), applied(t, base, head, report)), "seed %d", seed)
	}
	require.Greater(t, changed, environments*100)
}

// known is a state in which each node group says the version that it takes from
// the control plane: one that it then says itself, of the same number, is no change.
func known(e *diff.Environment) *diff.Environment {
	for _, r := range e.Resources {
		if r.Object["kind"] != "NodeGroup" {
			continue
		}
		spec := r.Object["spec"].(map[string]any)["forProvider"].(map[string]any)
		if spec["version"] == plan.Unknown {
			spec["version"] = e.Spec.Cluster.Version
		}
	}
	return e
}

// objects are the resources by component and key, as a test compares them.
func objects(e *diff.Environment) map[string]any {
	out := map[string]any{}
	for _, r := range e.Resources {
		out[r.Component+"/"+r.Key] = compared(r.Object)
	}
	return out
}

// compared is an object but for where it is, with its documents parsed and its
// lists in one order; a list of one is its element, as IAM has it.
func compared(object map[string]any) map[string]any {
	annotations, _ := object["metadata"].(map[string]any)["annotations"].(map[string]any)
	return map[string]any{"kind": object["kind"], "aws": annotations[externalName], "spec": normal(object["spec"])}
}

const externalName = "crossplane.io/external-name"

func normal(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			out[name] = normal(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = normal(inner)
		}
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(canonical(a), canonical(b)) })
		if len(out) == 1 {
			return out[0]
		}
		return out
	case string:
		if document, ok := document(v); ok {
			return normal(document)
		}
	}
	return value
}

func document(text string) (any, bool) {
	var document any
	return document, strings.HasPrefix(text, "{") && json.Unmarshal([]byte(text), &document) == nil && document != nil
}

func canonical(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// applied does to one environment what a diff says. What the diff has no fields
// for, because it comes whole, is taken from the other.
func applied(t *testing.T, base, head *diff.Environment, report diff.Report) map[string]any {
	t.Helper()
	resources := map[string]map[string]any{}
	for _, r := range base.Resources {
		resources[r.Component+"/"+r.Key] = r.Object
	}
	for _, c := range report.Changes {
		id := c.Component + "/" + c.Key
		switch c.Action {
		case diff.Create:
			require.NotContains(t, resources, id)
			resources[id] = find(t, head, c.Component, c.Key).Object
		case diff.Destroy, diff.Leave:
			require.Contains(t, resources, id)
			delete(resources, id)
		default:
			resources[id] = edited(t, resources[id], c)
		}
	}
	out := map[string]any{}
	for id, object := range resources {
		out[id] = compared(object)
	}
	return out
}

func find(t *testing.T, e *diff.Environment, component, key string) diff.Resource {
	t.Helper()
	i := slices.IndexFunc(e.Resources, func(r diff.Resource) bool { return r.Component == component && r.Key == key })
	require.GreaterOrEqual(t, i, 0, "%s/%s", component, key)
	return e.Resources[i]
}

// edited sets the fields of a change. What the files do not know, before and
// after, is not in them.
func edited(t *testing.T, object map[string]any, c diff.Change) map[string]any {
	t.Helper()
	for _, f := range c.Fields {
		if f.Old != plan.Unknown || f.New != plan.Unknown {
			object = set(t, object, f.Path, f).(map[string]any)
		}
	}
	return object
}

// set sets what is at a path, in a copy of the value.
func set(t *testing.T, value any, path diff.Path, f diff.Field) any {
	t.Helper()
	if len(path) == 0 {
		return changed(value, f)
	}
	switch step := path[0]; step.Sort {
	case diff.Document:
		if text, ok := value.(string); ok {
			value, ok = document(text)
			require.True(t, ok, "%s: %s", f.Path.Full(), text)
		}
		return set(t, value, path[1:], f)
	case diff.Decoded:
		plain, _ := set(t, nil, path[1:], f).(string)
		if plain == "" {
			return nil
		}
		return base64.StdEncoding.EncodeToString([]byte(plain))
	case diff.Named:
		m, _ := value.(map[string]any)
		m = maps.Clone(m)
		if m == nil {
			m = map[string]any{}
		}
		m[step.Name] = set(t, m[step.Name], path[1:], f)
		if m[step.Name] == nil {
			delete(m, step.Name)
		}
		return m
	default:
		list := slices.Clone(value.([]any))
		i := index(list, step)
		require.GreaterOrEqual(t, i, 0, f.Path.Full())
		list[i] = set(t, list[i], path[1:], f)
		return list
	}
}

func index(list []any, step diff.Step) int {
	if step.Sort == diff.Indexed {
		return step.Index
	}
	return slices.IndexFunc(list, func(v any) bool { return v.(map[string]any)[step.Name] == step.Value })
}

// changed is a value with the change of a field: another value, or a list in which
// elements came and went.
func changed(value any, f diff.Field) any {
	if f.Removed == nil && f.Added == nil {
		return f.New
	}
	list, isList := value.([]any)
	if !isList && value != nil {
		list = []any{value}
	}
	gone := map[string]bool{}
	for _, v := range f.Removed {
		gone[canonical(normal(v))] = true
	}
	list = slices.DeleteFunc(slices.Clone(list), func(v any) bool { return gone[canonical(normal(v))] })
	return append(list, f.Added...)
}
