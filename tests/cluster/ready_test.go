package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/harness"
	"github.com/dominoc/dominoc/tests/cluster/standin"
)

// environmentsReady says which of the environments that were applied is not
// ready, and why.
func (s *suite) environmentsReady(ctx context.Context) error {
	environments, err := s.Client.List(ctx, environmentKind, "")
	if err != nil {
		return err
	}
	if len(environments) != s.applied {
		return fmt.Errorf("%d environments, not %d", len(environments), s.applied)
	}
	for _, e := range environments {
		for _, condition := range []string{"Synced", "Ready"} {
			if harness.Condition(&e, condition) != "True" {
				return fmt.Errorf("%s is not %s: %s", e.GetName(), condition, harness.Message(&e, condition))
			}
		}
	}
	return nil
}

// troubles lists what is composed in a namespace and is not ready, and what is
// said of it.
func (s *suite) troubles(t *testing.T, namespace string) string {
	t.Helper()
	composed, err := s.composed(context.Background(), namespace)
	require.NoError(t, err)
	var lines []string
	for id, object := range composed {
		if !hasReady(object) || harness.Condition(object, "Ready") == "True" {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: synced: %s; ready: %s; %s", id,
			harness.Message(object, "Synced"), harness.Message(object, "Ready"), s.events(t, object)))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// hasReady tells whether the kind reports readiness.
func hasReady(o *unstructured.Unstructured) bool {
	return o.GetKind() != "ProviderConfig" && o.GetKind() != "Secret"
}

// events are the last warnings about an object.
func (s *suite) events(t *testing.T, object *unstructured.Unstructured) string {
	t.Helper()
	events, err := s.Client.List(context.Background(), schema.GroupVersionKind{Version: "v1", Kind: "Event"}, object.GetNamespace())
	require.NoError(t, err)
	var messages []string
	for _, event := range events {
		uid, _, _ := unstructured.NestedString(event.Object, "involvedObject", "uid")
		message, _, _ := unstructured.NestedString(event.Object, "message")
		if uid == string(object.GetUID()) {
			messages = append(messages, message)
		}
	}
	return strings.Join(messages, "; ")
}

func (s *suite) ready(t *testing.T) {
	ctx := context.Background()
	before := len(s.world.history())
	err := harness.Eventually(ctx, s.world.patience(), func() error { return s.environmentsReady(ctx) })
	t.Log(timeline(s.world.history()[before:]))
	if err != nil {
		for _, name := range s.fleet.names() {
			t.Log(s.troubles(t, "domino-"+name))
		}
	}
	require.NoError(t, err)
}

// timeline shows for each second which kinds became ready.
func timeline(events []standin.Event) string {
	if len(events) == 0 {
		return "nothing happened"
	}
	begin := events[0].Time
	type moment struct {
		second int
		what   string
	}
	counts := map[moment]int{}
	for _, e := range events {
		counts[moment{int(e.Time.Sub(begin).Seconds()), e.What + " " + e.Service}]++
	}
	moments := make([]moment, 0, len(counts))
	for m := range counts {
		moments = append(moments, m)
	}
	slices.SortFunc(moments, func(a, b moment) int {
		if a.second != b.second {
			return a.second - b.second
		}
		return strings.Compare(a.what, b.what)
	})
	var text strings.Builder
	last := -1
	for _, m := range moments {
		if m.second != last {
			fmt.Fprintf(&text, "\n%4ds ", m.second)
			last = m.second
		}
		fmt.Fprintf(&text, " %d×%s", counts[m], m.what)
	}
	return text.String()
}

// outputs holds that what the installer asks for is known of each environment,
// to the last field that dominoc leaves open.
func (s *suite) outputs(t *testing.T) {
	for _, name := range s.fleet.names() {
		xr, err := s.Client.Read(context.Background(), environmentKind, "domino-"+name, name)
		require.NoError(t, err)
		for _, path := range s.exports(t)[compositionOf(xr)] {
			value, known, err := unstructured.NestedFieldNoCopy(xr.Object, path...)
			require.NoError(t, err)
			if !known || value == "" {
				t.Errorf("%s: %s is not known", name, strings.Join(path, "."))
			}
		}
	}
}
