package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/immutable"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/tests/random"
)

// probe is an immutable field of an object that is composed, with another value.
type probe struct {
	Kind  string // group and kind
	Field string // below spec.forProvider, as the provider calls it
	Path  string // in the object, where the value was changed
	Old   any
	New   any

	component, key string
	state          *diff.Environment
}

// probes are the immutable fields that random environments give a value, each of
// each kind once, sorted.
func probes(t *testing.T) []probe {
	t.Helper()
	found := map[string]probe{}
	for seed := range uint64(environments) {
		state := state(t, random.Environment(random.New(seed)))
		for _, r := range state.Resources {
			kind := strings.Split(r.Object["apiVersion"].(string), "/")[0] + "/" + r.Object["kind"].(string)
			known, ok := immutable.Of(kind)
			if !ok {
				continue
			}
			spec, _ := r.Object["spec"].(map[string]any)["forProvider"].(map[string]any)
			for _, field := range known.Fields() {
				p := probe{Kind: kind, Field: field, component: r.Component, key: r.Key, state: state}
				if _, seen := found[kind+" "+field]; !seen && p.locate(spec) {
					found[kind+" "+field] = p
				}
			}
		}
	}
	var all []probe
	for _, id := range sortedKeys(found) {
		all = append(all, found[id])
	}
	return all
}

func sortedKeys(m map[string]probe) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// locate finds the first text or number of the field, or of a reference that fills
// it in, and another value for it.
func (p *probe) locate(spec map[string]any) bool {
	if p.Kind+" "+p.Field == removedOnly {
		p.Path, p.Old = "spec.forProvider."+p.Field, spec[p.Field]
		return p.Old != nil
	}
	var at any = spec
	path := "spec.forProvider"
	names := strings.Split(p.Field, ".")
	for i, name := range names {
		m, ok := at.(map[string]any)
		if !ok {
			return false
		}
		step, value := name, m[name]
		if value == nil && i == len(names)-1 {
			for _, refers := range []string{name + "Ref", name + "Refs", strings.TrimSuffix(name, "s") + "Refs"} {
				if m[refers] != nil {
					step, value = refers, m[refers]
				}
			}
		}
		path, at = path+"."+step, value
		path, at = p.first(path, at)
	}
	for {
		m, ok := at.(map[string]any)
		if !ok {
			break
		}
		name := firstName(m)
		if name == "" {
			return false
		}
		path, at = p.first(path+"."+name, m[name])
	}
	p.Path, p.Old, p.New = path, at, other(at)
	if value, only := refusedOnly[p.Kind+" "+p.Field]; only {
		p.New = value
	}
	return p.New != nil && p.Old != nil && p.New != p.Old && p.Old != plan.Unknown
}

// refusedOnly are values of fields that AWS changes in place to some values, and
// not to these.
var refusedOnly = map[string]any{
	"eks.aws.m.upbound.io/Cluster upgradePolicy.supportType":              "STANDARD",
	"eks.aws.m.upbound.io/Cluster version":                                "1.99",
	"eks.aws.m.upbound.io/NodeGroup releaseVersion":                       "1.1.1-20200101",
	"eks.aws.m.upbound.io/NodeGroup version":                              "1.1",
	"s3.aws.m.upbound.io/BucketVersioning versioningConfiguration.status": "Disabled",
}

// removedOnly is the field that AWS changes in place, and the provider never takes away.
const removedOnly = "eks.aws.m.upbound.io/AccessEntry kubernetesGroups"

// first steps into a list.
func (p *probe) first(path string, value any) (string, any) {
	if list, ok := value.([]any); ok && len(list) > 0 {
		return path + "[0]", list[0]
	}
	return path, value
}

func firstName(m map[string]any) string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// other is another value of one type; nil for what has none.
func other(value any) any {
	switch v := value.(type) {
	case string:
		return v + "-other"
	case float64:
		return v + 1
	case bool:
		return !v
	}
	return nil
}

// A field that AWS never changes, changed, is stuck, and a danger says so.
func TestEachImmutableFieldOfEachKindIsStuck(t *testing.T) {
	all := probes(t)
	require.Greater(t, len(all), 100)
	for _, p := range all {
		t.Run(p.Kind+" "+p.Field, func(t *testing.T) {
			head := p.changed(t)
			report := diff.Compare(p.state, head)
			i := slices.IndexFunc(report.Changes, func(c diff.Change) bool { return c.Component == p.component && c.Key == p.key })
			require.GreaterOrEqual(t, i, 0)
			require.Equal(t, diff.Stuck, report.Changes[i].Action, "%v becomes %v", p.Old, p.New)
			require.True(t, slices.ContainsFunc(report.Changes[i].Fields, func(f diff.Field) bool { return f.Refused != nil }))
			require.NotEmpty(t, report.Dangers)
		})
	}
}

// changed is the probe's state with the value changed.
func (p probe) changed(t *testing.T) *diff.Environment {
	t.Helper()
	head := *p.state
	head.Resources = slices.Clone(p.state.Resources)
	i := slices.IndexFunc(head.Resources, func(r diff.Resource) bool { return r.Component == p.component && r.Key == p.key })
	var object map[string]any
	data, err := json.Marshal(head.Resources[i].Object)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &object))
	assign(object, strings.FieldsFunc(p.Path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }), p.New)
	head.Resources[i].Object = object
	return &head
}

func assign(value any, path []string, to any) {
	var n int
	switch v := value.(type) {
	case map[string]any:
		switch {
		case len(path) > 1:
			assign(v[path[0]], path[1:], to)
		case to == nil:
			delete(v, path[0])
		default:
			v[path[0]] = to
		}
	case []any:
		if _, err := fmt.Sscan(path[0], &n); err != nil {
			panic(err)
		}
		if len(path) == 1 {
			v[n] = to
			return
		}
		assign(v[n], path[1:], to)
	}
}
