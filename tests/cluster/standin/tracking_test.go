package standin

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/fake"
)

const helmGroup = "helm.m.crossplane.io"

func release() *object {
	o := &object{Unstructured: &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": helmGroup + "/v1beta1", "kind": "Release",
		"spec": map[string]any{"providerConfigRef": map[string]any{"kind": "ProviderConfig", "name": "helm"}},
	}}}
	o.SetNamespace("n")
	o.SetName("calico")
	o.SetUID("1")
	return o
}

func providerConfig(deleted bool, finalizers ...string) *unstructured.Unstructured {
	u := &unstructured.Unstructured{Object: map[string]any{"apiVersion": helmGroup + "/v1beta1", "kind": "ProviderConfig"}}
	u.SetNamespace("n")
	u.SetName("helm")
	u.SetFinalizers(finalizers)
	if deleted {
		u.SetDeletionTimestamp(&metav1.Time{Time: time.Now()})
	}
	return u
}

func tracked(objects ...runtime.Object) *tracking {
	return &tracking{client: fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{
		configResource(helmGroup, "providerconfigs"):      "ProviderConfigList",
		configResource(helmGroup, "providerconfigusages"): "ProviderConfigUsageList",
	}, objects...)}
}

func (t *tracking) of(plural string) dynamic.ResourceInterface {
	return t.client.Resource(configResource(helmGroup, plural)).Namespace("n")
}

func TestAProviderConfigIsKeptForItsUsages(t *testing.T) {
	ctx := context.Background()
	k := tracked(providerConfig(true, inUse))
	held := func() []string {
		require.NoError(t, k.hold(ctx, config{helmGroup, "n", "helm"}))
		u, err := k.of("providerconfigs").Get(ctx, "helm", metav1.GetOptions{})
		require.NoError(t, err)
		return u.GetFinalizers()
	}
	require.NoError(t, k.connect(ctx, release()))
	require.Equal(t, []string{inUse}, held())

	usage, err := k.of("providerconfigusages").Get(ctx, "1", metav1.GetOptions{})
	require.NoError(t, err)
	require.Empty(t, usage.GetFinalizers())
	require.True(t, *metav1.GetControllerOf(usage).BlockOwnerDeletion, "the foreground waits for it, and so deletes it first")

	require.NoError(t, k.of("providerconfigusages").Delete(ctx, "1", metav1.DeleteOptions{}))
	require.Empty(t, held())
}

func TestAProviderConfigThatIsUsedGetsItsFinalizer(t *testing.T) {
	ctx := context.Background()
	k := tracked(providerConfig(false))
	require.NoError(t, k.hold(ctx, config{helmGroup, "n", "helm"}))
	u, err := k.of("providerconfigs").Get(ctx, "helm", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{inUse}, u.GetFinalizers())
}

// What is handed over is not to be deleted, and so lets go when the ProviderConfig is
// gone already; what is to be deleted hangs.
func TestWhatIsHandedOverNeedsNoProviderConfig(t *testing.T) {
	leaving := func(policies ...any) *object {
		o := release()
		o.Unstructured = o.DeepCopy()
		o.SetDeletionTimestamp(&metav1.Time{Time: time.Now().Add(-time.Hour)})
		require.NoError(t, unstructured.SetNestedSlice(o.Object, policies, "spec", "managementPolicies"))
		return o
	}
	p := &Provider{tracks: tracked()}
	wait, err := p.connect(context.Background(), leaving("Observe", "Create", "Update", "LateInitialize"))
	require.NoError(t, err)
	require.Zero(t, wait)
	require.ErrorContains(t, p.tracks.connect(context.Background(), leaving("*")), `cannot get ProviderConfig "helm"`)
}

func TestNothingIsReachedWithoutItsProviderConfig(t *testing.T) {
	require.ErrorContains(t, tracked().connect(context.Background(), release()), `cannot get ProviderConfig "helm"`)
}
