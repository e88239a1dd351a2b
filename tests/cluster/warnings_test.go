package cluster

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// waits is what Crossplane warns of while a resource waits for a value of another.
const waits = "not adding new composed resource"

// silent holds that Crossplane warned of nothing but resources that wait, and of
// those no more once the XR was ready.
func (s *suite) silent(t *testing.T) {
	ready := s.readySince(t)
	for _, w := range s.warnings(t) {
		since, now := ready[w.about]
		if !strings.Contains(w.message, waits) || now && w.last.After(since) {
			t.Error(w.message)
		}
	}
}

// readySince is when each XR that is ready became so, by its UID.
func (s *suite) readySince(t *testing.T) map[string]time.Time {
	t.Helper()
	xrs, err := s.composites(context.Background())
	require.NoError(t, err)
	since := map[string]time.Time{}
	for _, xr := range xrs {
		if harness.Condition(&xr, "Ready") == "True" {
			at, err := time.Parse(time.RFC3339, harness.Since(&xr, "Ready"))
			require.NoError(t, err)
			since[string(xr.GetUID())] = at
		}
	}
	return since
}

// warning is what Crossplane said of an XR.
type warning struct {
	about   string // UID
	message string
	last    time.Time
}

// warnings are the warning events about composite resources.
func (s *suite) warnings(t *testing.T) []warning {
	t.Helper()
	events, err := s.Client.List(context.Background(), schema.GroupVersionKind{Version: "v1", Kind: "Event"}, "")
	require.NoError(t, err)
	var all []warning
	for _, event := range events {
		text := func(fields ...string) string {
			value, _, _ := unstructured.NestedString(event.Object, fields...)
			return value
		}
		if text("type") != "Warning" || !strings.HasPrefix(text("involvedObject", "apiVersion"), "dominoc.dev/") {
			continue
		}
		last, err := time.Parse(time.RFC3339, text("lastTimestamp"))
		require.NoError(t, err)
		all = append(all, warning{text("involvedObject", "uid"), text("involvedObject", "name") + ": " + text("message"), last})
	}
	return all
}
