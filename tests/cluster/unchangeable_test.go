package cluster

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// drawn is how many fields that cannot be changed are confirmed by the provider,
// and seed which ones: the same in each run.
const (
	drawn = 20
	seed  = 7
)

// immutable is a field of a managed resource that the compiler says cannot be
// changed, by its path below forProvider.
type immutable struct {
	object *unstructured.Unstructured
	path   []string
	old    any
}

func (f immutable) String() string { return identify(f.object) + " " + strings.Join(f.path, ".") }

// refusesTwenty changes fields that the compiler's table calls immutable, each in
// a resource that exists, and holds that the provider refuses to replace it and
// says so. Crossplane is down meanwhile, as it would undo the change.
func (w *emulated) refusesTwenty(t *testing.T) {
	s, ctx := w.suite, context.Background()
	fields := s.draw(t)
	require.NoError(t, s.Kill(harness.Crossplane))
	defer func() { require.NoError(t, s.StartCrossplane()) }()
	for _, f := range fields {
		t.Run(strings.ReplaceAll(f.String(), "/", "_"), func(t *testing.T) {
			require.NoError(t, s.Client.Merge(ctx, f.object, nested(f.path, another(f.old))))
			err := harness.Eventually(ctx, 2*harness.Poll, func() error { return s.replacementRefused(ctx, f) })
			require.NoError(t, s.Client.Merge(ctx, f.object, nested(f.path, f.old)))
			require.NoError(t, err)
			require.NoError(t, harness.Eventually(ctx, 2*harness.Poll, func() error { return s.syncedAgain(ctx, f) }))
		})
	}
}

// refusals are how the provider says that it would have to replace a resource, by
// the library of Terraform's that the resource is written with.
func refusals() []string {
	return []string{
		"requires replacing it", "cannot change the value of the argument",
		"diff contains fields that require resource replacement",
	}
}

func (s *suite) replacementRefused(ctx context.Context, f immutable) error {
	live, err := s.Client.Read(ctx, f.object.GroupVersionKind(), f.object.GetNamespace(), f.object.GetName())
	if err != nil {
		return err
	}
	said := harness.Message(live, "Synced")
	refused := slices.ContainsFunc(refusals(), func(part string) bool { return strings.Contains(said, part) })
	if harness.Condition(live, "Synced") != "False" || !refused {
		return fmt.Errorf("%s: the provider does not refuse; it says %q", f, said)
	}
	return nil
}

func (s *suite) syncedAgain(ctx context.Context, f immutable) error {
	live, err := s.Client.Read(ctx, f.object.GroupVersionKind(), f.object.GetNamespace(), f.object.GetName())
	if err != nil {
		return err
	}
	if harness.Condition(live, "Synced") != "True" {
		return fmt.Errorf("%s is not synced again: %s", f, harness.Message(live, "Synced"))
	}
	return nil
}

// draw gives fields by the seed: one object for each field of each kind, of those
// that can be another text, number or boolean.
func (s *suite) draw(t *testing.T) []immutable {
	t.Helper()
	composed, err := s.composed(context.Background(), "")
	require.NoError(t, err)
	table := immutableFields(t)
	met := map[string]bool{}
	var all []immutable
	for _, id := range slices.Sorted(maps.Keys(composed)) {
		o := composed[id]
		kind := o.GroupVersionKind().Group + "/" + o.GetKind()
		for _, field := range table[kind] {
			path := strings.Split(field, ".")
			value, _, _ := unstructured.NestedFieldCopy(o.Object, append([]string{"spec", "forProvider"}, path...)...)
			if another(value) != nil && field != "region" && !met[kind+" "+field] {
				met[kind+" "+field] = true
				all = append(all, immutable{o, path, value})
			}
		}
	}
	require.GreaterOrEqual(t, len(all), drawn)
	rand.New(rand.NewPCG(seed, seed)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:drawn]
}

// another is a value that is not the old one, and nothing for what has parts.
func another(old any) any {
	switch v := old.(type) {
	case string:
		return v + "0"
	case bool:
		return !v
	case int64:
		return v + 1
	case float64:
		return v + 1
	}
	return nil
}

func nested(path []string, value any) harness.Object {
	for _, name := range slices.Backward(path) {
		value = harness.Object{name: value}
	}
	return harness.Object{"spec": harness.Object{"forProvider": value}}
}

// immutableFields is the compiler's table, by kind.
func immutableFields(t *testing.T) map[string][]string {
	t.Helper()
	table := map[string][]string{}
	for _, row := range rows(t, "compositions/immutable/data/provider.csv")[1:] {
		table[row[0]] = strings.Fields(row[1])
	}
	return table
}
