package addons

import (
	"slices"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// inside is what lives inside the cluster, by way of the providers; nothing where
// they are not let in.
func (a addons) inside(spec *v1alpha1.InClusterSpec) []resource.Resource {
	if spec == nil || spec.Access == nil {
		return nil
	}
	list := slices.Concat(a.access(*spec.Access), a.configs())
	for _, o := range objects(spec) {
		list = append(list, a.object(o, spec.Access.HandOver))
		list = append(list, a.usesWay(o.key, resource.Kubernetes("Object"), a.Subject("addons", "kubernetes", resource.Kubernetes("ProviderConfig")))...)
	}
	for _, c := range charts(a.Common, spec) {
		list = append(list, a.release(c, spec.Access.HandOver))
		list = append(list, a.usesWay(c.key, resource.Helm("Release"), a.Subject("addons", "helm", resource.Helm("ProviderConfig")))...)
	}
	return list
}

// access makes Crossplane's own role an admin of the cluster that it made, and
// keeps all that it takes to get in until nothing is left inside: the entry, the
// kubeconfig, the rules that let providers and kubelets reach the API, the routes
// back to where the providers are, and the cluster itself. Routes in a VPC of the
// user's are not kept: there the last of them may leave the environment's file,
// and the whole network with it.
func (a addons) access(spec v1alpha1.AccessSpec) []resource.Resource {
	policy := a.Subject("addons", "access-policy", eks.AccessPolicyAssociation_GroupVersionKind)
	entry := a.Subject("addons", "access", eks.AccessEntry_GroupVersionKind)
	kubeconfig := a.Subject("cluster", "kubeconfig", eks.ClusterAuth_GroupVersionKind)
	list := []resource.Resource{
		a.accessEntry(spec),
		a.accessPolicy(spec),
		a.Usage("way-entry", entry, policy, "a policy belongs to its access entry"),
		a.Usage("way-kubeconfig", kubeconfig, policy, "the providers reach into the cluster by the kubeconfig"),
	}
	if !spec.ForeignGroups {
		list = append(list, a.Usage("way-security", a.Composite("DominoSecurity", "security"), policy, "providers and kubelets reach the cluster by its rules"))
	}
	list = append(list, a.Usage("way-cluster", a.cluster(), policy, "what lives inside goes before the cluster"))
	if spec.Network {
		list = append(list, a.Usage("way-network", a.Composite("DominoNetwork", "network"), policy, "answers find their way back by its routes"))
	}
	return list
}

func (a addons) accessEntry(spec v1alpha1.AccessSpec) resource.Resource {
	return a.Managed("access", eks.AccessEntry_GroupVersionKind, &eks.AccessEntry{
		Spec: eks.AccessEntrySpec{ForProvider: eks.AccessEntryParameters{
			Region:         &a.Region,
			ClusterNameRef: a.RefIn("cluster", "cluster"),
			PrincipalArn:   &spec.RoleARN,
			Type:           new("STANDARD"),
			Tags:           a.Tagged(),
		}},
	})
}

func (a addons) accessPolicy(spec v1alpha1.AccessSpec) resource.Resource {
	return a.Managed("access-policy", eks.AccessPolicyAssociation_GroupVersionKind, &eks.AccessPolicyAssociation{
		Spec: eks.AccessPolicyAssociationSpec{ForProvider: eks.AccessPolicyAssociationParameters{
			Region:          &a.Region,
			ClusterNameRef:  a.RefIn("cluster", "cluster"),
			PrincipalArnRef: a.Ref("access"),
			PolicyArn:       &spec.PolicyARN,
			AccessScope:     &eks.AccessScopeParameters{Type: new("cluster")},
		}},
	})
}

// configs are the ProviderConfigs of both providers, whether anything uses them or
// not: one that left the environment's file with the last chart would be deleted at
// the same time, and nothing would hold it until the chart is uninstalled.
func (a addons) configs() []resource.Resource {
	return []resource.Resource{
		a.config("kubernetes", resource.Kubernetes("ProviderConfig")),
		a.config("helm", resource.Helm("ProviderConfig")),
	}
}

// config has no condition to wait for.
func (a addons) config(key string, kind schema.GroupVersionKind) resource.Resource {
	r := a.unstructured(key, kind, map[string]any{"credentials": map[string]any{
		"source": "Secret",
		"secretRef": map[string]any{
			"name":      v1alpha1.KubeconfigSecret(a.Name),
			"namespace": v1alpha1.Namespace(a.Name),
			"key":       "kubeconfig",
		},
	}})
	r.Ready = nil
	return r
}

// installed is what a provider installs inside the cluster. What stays there when it
// leaves the composite resource is not to be deleted, and so lets go at once, without a
// connection: the way in may leave in the same change.
func (a addons) installed(key string, kind schema.GroupVersionKind, spec map[string]any, stays bool) resource.Resource {
	if stays {
		spec["managementPolicies"] = []any{"Observe", "Create", "Update", "LateInitialize"}
	}
	return a.unstructured(key, kind, spec)
}

func (a addons) object(o object, stays bool) resource.Resource {
	return a.installed(o.key, resource.Kubernetes("Object"), map[string]any{
		"forProvider":       map[string]any{"manifest": o.manifest},
		"providerConfigRef": a.through("kubernetes"),
	}, stays)
}

// release waits for what the chart starts, within the provider's own limit.
func (a addons) release(c chart, stays bool) resource.Resource {
	chart := map[string]any{
		"chart":               map[string]any{"name": c.name, "repository": c.repository, "version": c.version},
		"namespace":           c.namespace,
		"skipCreateNamespace": !c.own,
		"wait":                true,
		"waitTimeout":         "5m",
	}
	if c.values != nil {
		chart["values"] = c.values
	}
	spec := map[string]any{"forProvider": chart, "providerConfigRef": a.through("helm")}
	if c.definitions {
		chart["takeOwnership"] = true
	}
	return a.installed(c.key, resource.Helm("Release"), spec, stays || c.definitions).Named(c.key)
}

// through refers to a ProviderConfig of ours.
func (a addons) through(config string) map[string]any {
	return map[string]any{"kind": "ProviderConfig", "name": a.Ref(config).Name}
}

func (a addons) unstructured(key string, kind schema.GroupVersionKind, spec map[string]any) resource.Resource {
	object := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	object.SetGroupVersionKind(kind)
	object.SetName(a.Ref(key).Name)
	return resource.Resource{Key: key, Object: object, Ready: []xpv1.ConditionType{xpv1.TypeReady, xpv1.TypeSynced}}
}

// usesWay keeps the way in for something that lives inside the cluster: the access
// policy, and the ProviderConfig through which its provider comes. The provider
// itself keeps neither when an environment is deleted with everything that it
// composes in the foreground, as Argo CD does: the record of who uses a
// ProviderConfig then goes first (crossplane#4661).
func (a addons) usesWay(key string, kind schema.GroupVersionKind, config resource.Subject) []resource.Resource {
	policy := a.Subject("addons", "access-policy", eks.AccessPolicyAssociation_GroupVersionKind)
	itself := a.Subject("addons", key, kind)
	return []resource.Resource{
		a.Usage("in-"+key, policy, itself, "what lives inside the cluster is reached by it"),
		a.Usage("via-"+key, config, itself, "what lives inside the cluster is reached through it"),
	}
}
