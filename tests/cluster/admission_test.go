package cluster

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// platformUser is who applies platform/ and sync/ of the sample fleet.
const platformUser = "system:serviceaccount:flux-system:kustomize-controller"

// TestAnEnvironmentHasItsOwnRolesOnly asks a real API server for ProviderConfigs,
// as the platform and as a tenant whom RBAC allows everything.
func TestAnEnvironmentHasItsOwnRolesOnly(t *testing.T) {
	ctx := context.Background()
	root, err := harness.Repository()
	require.NoError(t, err)
	fleet := compile(t, root)
	cluster, err := harness.StartAPI()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cluster.Stop(t.Failed())) })
	require.NoError(t, cluster.DefineProviderConfigs(ctx))
	for _, user := range []string{"tenant", platformUser} {
		require.NoError(t, cluster.Client.Apply(ctx, administrator(user)))
	}
	tenant, err := cluster.Impersonate("tenant")
	require.NoError(t, err)
	platform, err := cluster.Impersonate(platformUser)
	require.NoError(t, err)

	rules := 0
	for _, o := range fleet.platform {
		if strings.HasPrefix(o["kind"].(string), "ValidatingAdmissionPolicy") {
			require.NoError(t, platform.Apply(ctx, o))
			rules++
		}
	}
	require.Equal(t, 6, rules)
	configs := map[string]harness.Object{}
	for _, name := range fleet.names() {
		for _, o := range fleet.environments[name] {
			switch o["kind"] {
			case "Namespace":
				require.NoError(t, platform.Apply(ctx, o))
			case "ProviderConfig":
				configs[o["metadata"].(harness.Object)["name"].(string)] = o
			}
		}
	}
	require.NoError(t, cluster.Client.Apply(ctx, harness.Object{"apiVersion": "v1", "kind": "Namespace", "metadata": harness.Object{"name": "elsewhere"}}))
	prod := configs["prod-us"]
	const dev = "arn:aws:iam::234567890123:role/dominoc-provider"
	stolen := edited(prod, dev, "spec", "assumeRoleChain", 0, "roleARN")
	require.NoError(t, harness.Eventually(ctx, time.Minute, func() error { // until the policies are in force
		if err := tenant.Apply(ctx, stolen); err == nil {
			return errors.New("a role of another environment is admitted")
		}
		return nil
	}))

	for name, o := range configs {
		require.NoError(t, harness.Eventually(ctx, time.Minute, func() error { return tenant.Apply(ctx, o) }), name)
	}
	kubeconfig := harness.Object{
		"apiVersion": "helm.m.crossplane.io/v1beta1", "kind": "ProviderConfig",
		"metadata": harness.Object{"name": "prod-us-addons-helm", "namespace": "domino-prod-us"},
		"spec": harness.Object{"credentials": harness.Object{"source": "Secret", "secretRef": harness.Object{
			"name": "prod-us-kubeconfig", "namespace": "domino-prod-us", "key": "kubeconfig",
		}}},
	}
	require.NoError(t, tenant.Apply(ctx, kubeconfig))
	objects := edited(kubeconfig, "kubernetes.m.crossplane.io/v1alpha1", "apiVersion")
	require.NoError(t, tenant.Apply(ctx, objects))
	webIdentity := harness.Object{"source": "WebIdentity", "webIdentity": harness.Object{"roleARN": dev}}
	clinic := configs["clinic"]
	list := harness.Object{"apiVersion": "v1", "kind": "Namespace", "metadata": harness.Object{
		"name": "another", "annotations": harness.Object{"dominoc.dev/provider-roles": "prod-us IRSA arn:aws:iam::123456789012:role/dominoc-provider"},
	}}
	role := edited(prod, nil, "spec", "assumeRoleChain", 0, "roleARN")["spec"].(harness.Object)["assumeRoleChain"].([]any)[0]
	role.(harness.Object)["roleARN"] = dev

	for name, c := range map[string]struct {
		object harness.Object
		denied string
	}{
		"ARoleOfAnotherEnvironment":    {stolen, "is not of this environment, which has"},
		"AnotherName":                  {edited(prod, "another", "metadata", "name"), `ProviderConfig "another" is not one of namespace "domino-prod-us"`},
		"AnUnknownNamespace":           {edited(prod, "elsewhere", "metadata", "namespace"), `namespace "elsewhere" is no environment`},
		"AnotherEnvironmentsNamespace": {edited(prod, "domino-dev", "metadata", "namespace"), `ProviderConfig "prod-us" is not one of namespace "domino-dev"`},
		"TwoRoles":                     {edited(prod, append(prod["spec"].(harness.Object)["assumeRoleChain"].([]any), role), "spec", "assumeRoleChain"), "exactly one role"},
		"NoRole":                       {edited(prod, nil, "spec", "assumeRoleChain"), "exactly one role"},
		"ASecret":                      {edited(prod, harness.Object{"source": "Secret", "secretRef": harness.Object{"name": "s", "namespace": "domino-prod-us", "key": "k"}}, "spec", "credentials"), `credentials.source "Secret" is not allowed`},
		"AnotherSource":                {edited(prod, "PodIdentity", "spec", "credentials", "source"), `"prod-us PodIdentity arn:aws:iam::123456789012:role/dominoc-provider" is not of this environment`},
		"ATokenAndAChain":              {edited(prod, webIdentity, "spec", "credentials"), "exactly one role"},
		"ATokenForAnotherRole":         {edited(clinic, dev, "spec", "credentials", "webIdentity", "roleARN"), "is not of this environment, which has"},
		"ATokenFromElsewhere":          {edited(clinic, harness.Object{"source": "Filesystem", "fs": harness.Object{"path": "/token"}}, "spec", "credentials", "webIdentity", "tokenConfig"), "exactly one role"},
		"AnEndpoint":                   {edited(prod, harness.Object{"services": []any{"sts"}, "url": harness.Object{"type": "Static", "static": "https://example.com"}}, "spec", "endpoint"), "nothing beside them"},
		"TheProvidersOwnRights":        {edited(kubeconfig, harness.Object{"source": "InjectedIdentity"}, "spec", "credentials"), "must take a kubeconfig from a Secret"},
		"AnotherNamespacesKubeconfig":  {edited(objects, "domino-dev", "spec", "credentials", "secretRef", "namespace"), "must take a kubeconfig from a Secret of namespace \"domino-prod-us\""},
		"HelmInAnUnknownNamespace":     {edited(kubeconfig, "elsewhere", "metadata", "namespace"), `namespace "elsewhere" is no environment`},
		"OneForAllNamespaces":          {clusterWide(prod), `ClusterProviderConfig "prod-us" is for every namespace`},
		"HelmForAllNamespaces":         {clusterWide(kubeconfig), "is for every namespace"},
		"AListOfOnesOwn":               {list, `"tenant" may not write the annotation dominoc.dev/provider-roles`},
		"AnotherList":                  {edited(edited(list, "domino-prod-us", "metadata", "name"), "prod-us IRSA "+dev, "metadata", "annotations", "dominoc.dev/provider-roles"), `"tenant" may not write the annotation dominoc.dev/provider-roles`},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, tenant.Apply(ctx, c.object), c.denied)
		})
	}
	require.NoError(t, tenant.Apply(ctx, edited(list, nil, "metadata", "annotations")), "other namespaces are anybody's")
	namespace, err := tenant.Read(ctx, namespaceKind, "", "domino-prod-us")
	require.NoError(t, err)
	widened := harness.Object{"metadata": harness.Object{"annotations": harness.Object{"dominoc.dev/provider-roles": "prod-us IRSA " + dev}}}
	require.ErrorContains(t, tenant.Merge(ctx, namespace, widened), `"tenant" may not write the annotation`)
	require.ErrorContains(t, tenant.Merge(ctx, namespace, widened, "status"), `"tenant" may not write the annotation`)
	require.NoError(t, tenant.Merge(ctx, namespace, harness.Object{"metadata": harness.Object{"labels": harness.Object{"a": "b"}}}))
	letGo(t, cluster, tenant, prod, dev)
}

// letGo deletes a ProviderConfig that a finalizer keeps: its spec stays as it is,
// and it can go when the list is gone.
func letGo(t *testing.T, cluster *harness.Cluster, tenant *harness.Client, config harness.Object, other string) {
	ctx := context.Background()
	kept := edited(config, []any{"example.com/in-use"}, "metadata", "finalizers")
	require.NoError(t, tenant.Apply(ctx, kept))
	require.NoError(t, tenant.Delete(ctx, awsConfigKind, "domino-prod-us", "prod-us"))
	require.ErrorContains(t, tenant.Apply(ctx, edited(kept, other, "spec", "assumeRoleChain", 0, "roleARN")), "is not of this environment, which has")
	namespace, err := cluster.Client.Read(ctx, namespaceKind, "", "domino-prod-us")
	require.NoError(t, err)
	require.NoError(t, cluster.Client.Merge(ctx, namespace, harness.Object{"metadata": harness.Object{"annotations": harness.Object{"dominoc.dev/provider-roles": nil}}}))
	require.NoError(t, harness.Eventually(ctx, time.Minute, func() error { // until the list is seen to be gone
		if err := tenant.Apply(ctx, edited(kept, "another", "metadata", "name")); err == nil || !strings.Contains(err.Error(), "is no environment") {
			return fmt.Errorf("the list is there: %v", err)
		}
		return nil
	}))
	o, err := tenant.Read(ctx, awsConfigKind, "domino-prod-us", "prod-us")
	require.NoError(t, err)
	require.NoError(t, tenant.Merge(ctx, o, harness.Object{"metadata": harness.Object{"finalizers": nil}}))
}

var awsConfigKind = schema.GroupVersionKind{Group: "aws.m.upbound.io", Version: "v1beta1", Kind: "ProviderConfig"}

// administrator lets RBAC allow a user everything: what is left is admission.
func administrator(user string) harness.Object {
	return harness.Object{
		"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": harness.Object{"name": "tests:" + user},
		"roleRef":  harness.Object{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
		"subjects": []any{harness.Object{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}},
	}
}

// clusterWide is the same configuration for all namespaces.
func clusterWide(config harness.Object) harness.Object {
	out := edited(config, "ClusterProviderConfig", "kind")
	unstructured.RemoveNestedField(out, "metadata", "namespace")
	return out
}

// edited is a copy of an object with another value at a path of names and indexes;
// nil takes the field out.
func edited(object harness.Object, value any, path ...any) harness.Object {
	out := (&unstructured.Unstructured{Object: object}).DeepCopy().Object
	var at any = out
	for _, step := range path[:len(path)-1] {
		switch step := step.(type) {
		case string:
			at = at.(harness.Object)[step]
		case int:
			at = at.([]any)[step]
		}
	}
	last := path[len(path)-1].(string)
	if value == nil {
		maps.DeleteFunc(at.(harness.Object), func(key string, _ any) bool { return key == last })
	} else {
		at.(harness.Object)[last] = value
	}
	return out
}
