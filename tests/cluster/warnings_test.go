package cluster

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// waits is what Crossplane warns of while a resource waits for a value of another.
const waits = "not adding new composed resource"

// silent holds that Crossplane warned of nothing but resources that wait.
func (s *suite) silent(t *testing.T) {
	for warning := range s.warnings(t) {
		if !strings.Contains(warning, waits) {
			t.Error(warning)
		}
	}
}

// warnings are how often Crossplane warned of something about each composite
// resource.
func (s *suite) warnings(t *testing.T) map[string]int64 {
	t.Helper()
	events, err := s.Client.List(context.Background(), schema.GroupVersionKind{Version: "v1", Kind: "Event"}, "")
	require.NoError(t, err)
	warnings := map[string]int64{}
	for _, event := range events {
		kind, _, _ := unstructured.NestedString(event.Object, "type")
		group, _, _ := unstructured.NestedString(event.Object, "involvedObject", "apiVersion")
		if kind != "Warning" || !strings.HasPrefix(group, "dominoc.dev/") {
			continue
		}
		name, _, _ := unstructured.NestedString(event.Object, "involvedObject", "name")
		message, _, _ := unstructured.NestedString(event.Object, "message")
		count, _, _ := unstructured.NestedInt64(event.Object, "count")
		warnings[name+": "+message] += count
	}
	return warnings
}
