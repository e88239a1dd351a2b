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
)

// silent holds that Crossplane warned of nothing but resources that wait.
func (s *suite) silent(t *testing.T) {
	for _, warning := range s.warnings(t) {
		if !strings.Contains(warning, "not adding new composed resource") {
			t.Error(warning)
		}
	}
}

// warnings are the warning events about composite resources.
func (s *suite) warnings(t *testing.T) []string {
	t.Helper()
	events, err := s.Client.List(context.Background(), schema.GroupVersionKind{Version: "v1", Kind: "Event"}, "")
	require.NoError(t, err)
	counts := map[string]int64{}
	for _, event := range events {
		kind, _, _ := unstructured.NestedString(event.Object, "type")
		group, _, _ := unstructured.NestedString(event.Object, "involvedObject", "apiVersion")
		if kind != "Warning" || !strings.HasPrefix(group, "dominoc.dev/") {
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
