package cluster

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// mistakes are XRs that the API server must refuse: somebody edited a manifest,
// or another tool wrote one.
func mistakes() map[string]mistake {
	return map[string]mistake{
		"TwoZones": {
			edit:    set([]any{"us-west-2a", "us-west-2b"}, "spec", "zones"),
			message: "zones",
		},
		"AnUnknownField": {
			edit:    set("x", "spec", "nmae"),
			message: ".spec.nmae: field not declared",
		},
		"AnUnknownFieldFarDown": {
			edit:    set(int64(3), "spec", "storage", "datasets", "backups"),
			message: ".spec.storage.datasets.backups: field not declared",
		},
		"AnAccessPointWithoutItsFileSystem": {
			edit:    set("fsap-0123456789abcdef0", "spec", "storage", "datasets", "accessPointID"),
			message: "an existing file system and its access point are given together",
		},
		"AnAccessPointThatIsNone": {
			edit:    set("fs-0123456789abcdef0", "spec", "storage", "datasets", "accessPointID"),
			message: "should match",
		},
		"AnUnknownEnum": {
			edit:    set("delete", "spec", "common", "deletion"),
			message: "Unsupported value",
		},
		"AQuoteThatWouldEndAPolicysText": {
			edit:    set(`x","Resource":"*`, "spec", "storage", "buckets", "data", "name"),
			message: "should match",
		},
	}
}

type mistake struct {
	edit    func(*unstructured.Unstructured) error
	message string // a part of what the API server says
}

func set(value any, fields ...string) func(*unstructured.Unstructured) error {
	return func(o *unstructured.Unstructured) error {
		return unstructured.SetNestedField(o.Object, value, fields...)
	}
}

// refused applies each mistake to an environment that is good without it. It
// runs before the environments are there, so that nothing hides a refusal.
func (s *suite) refused(t *testing.T) {
	name := s.fleet.names()[0]
	namespaces, others := harness.Split(s.fleet.environments[name], "Namespace")
	s.apply(t, namespaces)
	good, _ := harness.Split(others, environmentKind.Kind)
	require.Len(t, good, 1)
	for title, m := range mistakes() {
		t.Run(title, func(t *testing.T) {
			bad := (&unstructured.Unstructured{Object: good[0]}).DeepCopy()
			require.NoError(t, m.edit(bad))
			err := s.Client.Apply(context.Background(), bad.Object)
			require.Error(t, err, "the API server takes it")
			require.True(t, strings.Contains(err.Error(), m.message), "%v\ndoes not say %q", err, m.message)
		})
	}
}
