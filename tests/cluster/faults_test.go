package cluster

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// inTheMiddle are changes that are disturbed while Crossplane makes them. What
// they end in is what they end in undisturbed.
func inTheMiddle() []change {
	return []change{
		{
			title: "CrossplaneIsKilledWhileItChanges", environment: "staging-eu",
			edits:     [][2]string{{"stage: staging", "stage: rehearsal"}},
			changed:   []string{"* staging-eu-*"},
			disturbed: killCrossplane,
		},
		{
			title: "CrossplaneIsKilledWhileItCreates", environment: "clinic",
			edits:     [][2]string{{"platform: {}\n", "platform: {}\n" + batch}},
			made:      []string{"DominoNodePool clinic-pool-batch", "DominoGroupTags clinic-tags-batch", "* clinic-batch-*"},
			disturbed: killCrossplane,
		},
		{
			title: "TheFunctionIsDownForAWhile", environment: "prod-us",
			edits:     [][2]string{{"platform: {}\n", "platform: {}\n" + batch}},
			made:      []string{"DominoNodePool prod-us-pool-batch", "* prod-us-batch-*"},
			disturbed: withoutFunction, felt: true,
		},
		{
			title: "TheAPIServerIsRestarted", environment: "sandbox",
			edits:     [][2]string{{"default: size: max: 4\n", "default: size: max: 4\n" + batch}},
			made:      []string{"DominoNodePool sandbox-pool-batch", "* sandbox-batch-*"},
			disturbed: restartServer,
		},
	}
}

// killCrossplane kills Crossplane as soon as it has begun with a change, and
// starts it again.
func killCrossplane(t *testing.T, s *suite, environment string, apply func()) {
	s.begun(t, environment, apply)
	require.NoError(t, s.Kill(harness.Crossplane))
	time.Sleep(time.Second)
	require.NoError(t, s.StartCrossplane())
}

// restartServer restarts the API server as soon as Crossplane has begun.
func restartServer(t *testing.T, s *suite, environment string, apply func()) {
	s.begun(t, environment, apply)
	require.NoError(t, s.Kill(harness.APIServer))
	time.Sleep(time.Second)
	require.NoError(t, s.StartServer())
}

// begun applies a change and waits until something of what is composed in the
// environment is not what it was.
func (s *suite) begun(t *testing.T, environment string, apply func()) {
	t.Helper()
	ctx := context.Background()
	before, err := s.look(ctx)
	require.NoError(t, err)
	apply()
	require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error {
		now, err := s.look(ctx)
		if err != nil {
			return err
		}
		if reflect.DeepEqual(before.of(environment, false).difference(now.of(environment, false)), difference{}) {
			return errors.New("Crossplane has not begun")
		}
		return nil
	}))
}

// withoutFunction applies a change while the function is down: the environment
// says so, and nothing is changed, stripped or deleted until it is back.
func withoutFunction(t *testing.T, s *suite, environment string, apply func()) {
	ctx := context.Background()
	before, err := s.look(ctx)
	require.NoError(t, err)
	require.NoError(t, s.Kill(harness.Function))
	apply()
	require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error {
		xr, err := s.Client.Read(ctx, environmentKind, "domino-"+environment, environment)
		if err == nil && harness.Condition(xr, "Synced") != "False" {
			err = errors.New("the environment does not say that the function is down")
		}
		return err
	}))
	now, err := s.look(ctx)
	require.NoError(t, err)
	require.Equal(t, difference{}, before.difference(now))
	require.NoError(t, s.StartFunction())
}

// restart holds that programs that are killed at rest change nothing when they
// are there again: nothing composed is changed, made or deleted, and AWS holds
// what it held.
func (s *suite) restart(t *testing.T) {
	s.unchanged(t, func() {
		require.NoError(t, s.Kill(harness.Crossplane))
		require.NoError(t, s.Kill(harness.Function))
		require.NoError(t, s.StartFunction())
		require.NoError(t, s.StartCrossplane())
	})
}

// unchanged holds that what is done to a fleet at rest changes nothing of what is
// composed.
func (s *suite) unchanged(t *testing.T, do func()) {
	t.Helper()
	ctx := context.Background()
	before, err := s.look(ctx)
	require.NoError(t, err)
	held := s.held(t)
	do()
	require.NoError(t, s.stands(ctx, 10*time.Second))
	require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error { return s.environmentsReady(ctx) }))
	after, err := s.look(ctx)
	require.NoError(t, err)
	require.Equal(t, difference{}, before.difference(after))
	require.Equal(t, held, s.held(t))
}

// held is what AWS holds of each environment.
func (s *suite) held(t *testing.T) map[string][]string {
	t.Helper()
	held := map[string][]string{}
	for _, name := range s.fleet.names() {
		held[name] = s.world.holds(t, name)
	}
	return held
}

// forgets blanks each field that the XRs' status exports, one after the other in
// each XR, and holds that it comes back and that nothing composed changes
// meanwhile: what AWS made known once is not lost with a status. An environment
// is asked apart from its parts, because a value is known as long as one of the
// two has it.
func (s *suite) forgets(t *testing.T) {
	ctx := context.Background()
	environments, err := s.Client.List(ctx, environmentKind, "")
	require.NoError(t, err)
	parts, err := s.composites(ctx)
	require.NoError(t, err)
	parts = slices.DeleteFunc(parts, func(xr unstructured.Unstructured) bool { return xr.GetKind() == environmentKind.Kind })
	s.unchanged(t, func() {
		ofParts, ofEnvironments := s.blankAll(t, parts), s.blankAll(t, environments)
		require.NotZero(t, ofParts)
		require.NotZero(t, ofEnvironments)
		t.Logf("%d fields of parts and %d of environments were blanked", ofParts, ofEnvironments)
	})
}

// blankAll blanks every field that XRs export, in all XRs one at a time, and gives
// how many had a value.
func (s *suite) blankAll(t *testing.T, xrs []unstructured.Unstructured) (blanked int) {
	t.Helper()
	exports := s.exports(t)
	for round := 0; ; round++ {
		var lost []field
		for i := range xrs {
			if paths := exports[compositionOf(&xrs[i])]; round < len(paths) {
				lost = append(lost, field{&xrs[i], paths[round]})
			}
		}
		if len(lost) == 0 {
			return blanked
		}
		blanked += s.blank(t, lost)
	}
}

// field is a field of an XR's status.
type field struct {
	xr   *unstructured.Unstructured
	path []string // below the object
}

// blank takes fields out of the status of XRs and waits until they are back; it
// gives how many had a value.
func (s *suite) blank(t *testing.T, fields []field) int {
	t.Helper()
	ctx := context.Background()
	was := map[int]any{}
	for i, f := range fields {
		value, known, _ := unstructured.NestedFieldCopy(s.read(ctx, t, f.xr).Object, f.path...)
		if !known {
			continue // of a value that this environment does not have
		}
		was[i] = value
		require.NoError(t, s.Client.Merge(ctx, f.xr, nulled(f.path), "status"))
	}
	require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error {
		for i, value := range was {
			f := fields[i]
			live, err := s.Client.Read(ctx, f.xr.GroupVersionKind(), f.xr.GetNamespace(), f.xr.GetName())
			if err != nil {
				return err
			}
			if now, _, _ := unstructured.NestedFieldNoCopy(live.Object, f.path...); !reflect.DeepEqual(now, value) {
				return fmt.Errorf("%s %s: %s is %v, not %v", f.xr.GetKind(), f.xr.GetName(), strings.Join(f.path, "."), now, value)
			}
		}
		return nil
	}))
	return len(was)
}

// nulled is the patch that takes a field away.
func nulled(path []string) harness.Object {
	if len(path) == 1 {
		return harness.Object{path[0]: nil}
	}
	return harness.Object{path[0]: nulled(path[1:])}
}

// read gives an object as it is now.
func (s *suite) read(ctx context.Context, t *testing.T, o *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	live, err := s.Client.Read(ctx, o.GroupVersionKind(), o.GetNamespace(), o.GetName())
	require.NoError(t, err)
	return live
}

// exports are the status fields that each Composition writes, by its name.
func (s *suite) exports(t *testing.T) map[string][][]string {
	t.Helper()
	compositions, _ := harness.Split(s.fleet.platform, "Composition")
	require.NotEmpty(t, compositions)
	all := map[string][][]string{}
	for _, composition := range compositions {
		u := unstructured.Unstructured{Object: composition}
		found := map[string]bool{}
		exported(composition, found)
		for _, path := range slices.Sorted(maps.Keys(found)) {
			all[u.GetName()] = append(all[u.GetName()], strings.Split(path, "."))
		}
	}
	return all
}

// exported collects the paths that patches to the composite write.
func exported(value any, found map[string]bool) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			exported(item, found)
		}
	case harness.Object:
		to, _ := v["toFieldPath"].(string)
		if v["type"] == "ToCompositeFieldPath" && strings.HasPrefix(to, "status.") {
			found[to] = true
		}
		for _, item := range v {
			exported(item, found)
		}
	}
}

// compositionOf is the name of the Composition that an XR is pinned to.
func compositionOf(xr *unstructured.Unstructured) string {
	name, _, _ := unstructured.NestedString(xr.Object, "spec", "crossplane", "compositionRef", "name")
	return name
}

// misled has an environment name a Composition that is not there, as when it is
// synced before the platform: it says so, keeps all that it has, and goes on when
// it names one that is there.
func (s *suite) misled(environment string) func(*testing.T) {
	return func(t *testing.T) {
		ctx := context.Background()
		found, _ := harness.Split(s.fleet.environments[environment], environmentKind.Kind)
		require.Len(t, found, 1)
		xr := &unstructured.Unstructured{Object: found[0]}
		s.unchanged(t, func() {
			bad := xr.DeepCopy()
			require.NoError(t, set("not-there", "spec", "crossplane", "compositionRef", "name")(bad))
			require.NoError(t, s.Client.Apply(ctx, bad.Object))
			require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error {
				live := s.read(ctx, t, xr)
				if said := harness.Message(live, "Synced"); harness.Condition(live, "Synced") != "False" || !strings.Contains(said, `"not-there" not found`) {
					return fmt.Errorf("%s does not say what is missing: %s", environment, said)
				}
				return nil
			}))
			require.NoError(t, s.Client.Apply(ctx, xr.Object))
		})
	}
}

// refusal holds that a resource that AWS refuses to change makes its environment
// unready and is named, although it says Ready itself.
func (s *suite) refusal(t *testing.T) {
	ctx := context.Background()
	const environment, broken = "prod-us", "prod-us-default-nodes-z0"
	accept := s.world.refuse(t, "eks/NodeGroup", "domino-"+environment, broken)
	err := harness.Eventually(ctx, s.world.patience(), func() error {
		xr, err := s.Client.Read(ctx, environmentKind, "domino-"+environment, environment)
		if err != nil {
			return err
		}
		if said := harness.Message(xr, "Ready"); harness.Condition(xr, "Ready") != "False" || !strings.Contains(said, "pool-default") {
			return fmt.Errorf("%s is ready or does not name the pool: %s", environment, said)
		}
		return nil
	})
	require.NoError(t, err)
	reports, code := s.reports(t, environment)
	require.Equal(t, 1, code)
	require.Len(t, reports[0].Findings, 1, "the composite resources say nothing more: %v", reports[0].Findings)
	require.Equal(t, "pool-default/nodes-z0", reports[0].Findings[0].Place)
	require.Equal(t, "wrong", reports[0].Findings[0].State)
	accept()
	require.NoError(t, s.settled(ctx, environment))
}
