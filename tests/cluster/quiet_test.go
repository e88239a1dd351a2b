package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// quiet holds that nothing is written any more once all is ready: two writers
// that do not agree about a field would go on for ever, and open the circuit
// breaker.
func (s *suite) quiet(t *testing.T) {
	const settle, watch = 5 * time.Second, 20 * time.Second
	time.Sleep(settle)
	before := s.versions(t)
	time.Sleep(watch)
	after := s.versions(t)
	var moved []string
	for id, version := range after {
		if before[id] != version {
			moved = append(moved, id)
		}
	}
	slices.Sort(moved)
	require.Empty(t, moved, "written within %s, though all is ready", watch)
}

// versions are the resource versions of all that is composed.
func (s *suite) versions(t *testing.T) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for _, name := range s.fleet.names() {
		for id, object := range s.composed(t, "domino-"+name) {
			versions[id] = object.GetResourceVersion()
		}
	}
	return versions
}

// silent holds that Crossplane warned of nothing but resources that wait.
func (s *suite) silent(t *testing.T) {
	for _, warning := range s.warnings(t, time.Time{}) {
		if !strings.Contains(warning, "not adding new composed resource") {
			t.Error(warning)
		}
	}
}

// warnings are the warning events about composite resources since a time.
func (s *suite) warnings(t *testing.T, since time.Time) []string {
	t.Helper()
	events, err := s.Client.List(context.Background(), schema.GroupVersionKind{Version: "v1", Kind: "Event"}, "")
	require.NoError(t, err)
	counts := map[string]int64{}
	for _, event := range events {
		kind, _, _ := unstructured.NestedString(event.Object, "type")
		group, _, _ := unstructured.NestedString(event.Object, "involvedObject", "apiVersion")
		last, _, _ := unstructured.NestedString(event.Object, "lastTimestamp")
		at, err := time.Parse(time.RFC3339, last)
		if kind != "Warning" || !strings.HasPrefix(group, "dominoc.dev/") || (err == nil && at.Before(since)) {
			continue
		}
		name, _, _ := unstructured.NestedString(event.Object, "involvedObject", "name")
		message, _, _ := unstructured.NestedString(event.Object, "message")
		count, _, _ := unstructured.NestedInt64(event.Object, "count")
		counts[name+": "+message] += count
	}
	var warnings []string
	for text, count := range counts {
		warnings = append(warnings, fmt.Sprintf("%d× %s", count, text))
	}
	slices.Sort(warnings)
	return warnings
}

// closed holds that no circuit breaker opened.
func (s *suite) closed(t *testing.T) {
	metrics, err := s.Metrics()
	require.NoError(t, err)
	t.Logf("circuit breaker: %.0f opened, %.0f events; %.0f reconciles; Crossplane has %.0f MiB",
		metrics.Sum("circuit_breaker_opens_total"), metrics.Sum("circuit_breaker_events_total"),
		metrics.Sum("controller_runtime_reconcile_total"), metrics.Sum("process_resident_memory_bytes")/(1<<20))
	require.Zero(t, metrics.Sum("circuit_breaker_opens_total"))
	require.NotZero(t, metrics.Sum("circuit_breaker_events_total"), "the breaker saw nothing: is its metric called otherwise?")
}
