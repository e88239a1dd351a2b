package change

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
)

// The environment composes usages of its own beside its components.
func TestALiveEnvironmentHasWhatItComposesItself(t *testing.T) {
	object := func(apiVersion, kind, key string, children ...*health.Object) *health.Object {
		annotations := map[string]any{"crossplane.io/composition-resource-name": key}
		return &health.Object{
			APIVersion: apiVersion, Kind: kind, Name: "prod-" + key, Children: children,
			Content: map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": map[string]any{"name": "prod-" + key, "annotations": annotations}},
		}
	}
	pool := object("dominoc.dev/v1alpha1", "DominoNodePool", "pool-platform", object("eks.aws.m.upbound.io/v1beta1", "NodeGroup", "nodes-z0"))
	root := object("dominoc.dev/v1alpha1", "DominoEnvironment", "", pool, object("protection.crossplane.io/v1beta1", "Usage", "calico-platform"))
	root.Name = "prod"
	var held []string
	for _, r := range liveState(&health.Environment{Root: root}).Resources {
		held = append(held, r.Component+"/"+r.Key)
	}
	require.Equal(t, []string{"pool-platform/nodes-z0", "/calico-platform"}, held)
}
