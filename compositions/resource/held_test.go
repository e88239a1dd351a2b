package resource_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/compositions/resource"
)

// What the providers install inside a cluster stays there, like what is in AWS; what has no
// management policies gets none.
func TestWhatIsInsideAClusterIsHeldToo(t *testing.T) {
	policies := func(kind schema.GroupVersionKind, stated ...any) any {
		spec := map[string]any{}
		if stated != nil {
			spec["managementPolicies"] = stated
		}
		object := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
		object.SetGroupVersionKind(kind)
		resource.Held([]resource.Resource{{Object: object}}, true)
		return spec["managementPolicies"]
	}
	all := []any{"Observe", "Create", "Update", "LateInitialize"}
	require.Equal(t, all, policies(resource.Helm("Release")))
	require.Equal(t, all, policies(resource.Kubernetes("Object")))
	require.Equal(t, []any{"Observe"}, policies(resource.Helm("Release"), "Observe", "Delete"))
	require.Nil(t, policies(resource.Helm("ProviderConfig")))
	require.Nil(t, policies(schema.GroupVersionKind{Group: "dominoc.dev", Version: "v1alpha1", Kind: "DominoNetwork"}))
}
