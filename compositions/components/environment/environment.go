// Package environment lowers DominoEnvironment, the parent: one child XR per
// component, and the usages that keep one child for another.
//
// A child gets its part of the plan whole, with #Common beside it, and is pinned
// to the Composition of its own shape. What one component learns from AWS and
// another needs goes through the parent's status: the child that knows exports
// it, and the child that needs it has it in its spec. Gates are such facts too:
// a pool is not created before the cluster has an endpoint and the VPC CNI is
// there, and no gate waits for an XR to be Ready. What a child composes is left to
// its own component; package compositions calls it.
package environment

import (
	"maps"
	"slices"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// platform is the role of the pools that never go down to no node; every
// environment has one. It is also the usual name of that pool.
const platform = "platform"

// A Part is the object at a path of the plan, such as spec.network, as one
// reading has it: its content, or a symbol of the whole.
type Part func(path string) map[string]any

// Plan is what the parent is lowered from.
type Plan struct {
	// Spec is asked for its shape only: which components there are, which
	// values are not known yet. Its Common names the children.
	Spec v1alpha1.EnvironmentSpec

	// Status is what the children made known.
	Status v1alpha1.EnvironmentStatus

	// Unknown is what stands in Spec for a value that AWS makes known.
	Unknown string

	// Compositions are the names of the children's, by key (see Key).
	Compositions map[string]string
}

// PoolKey is the key of a pool's child XR.
func PoolKey(pool string) string { return v1alpha1.PoolPrefix + pool }

// Lower makes the child XRs, producers of facts first.
func Lower(p Plan, part Part) []resource.Resource {
	return slices.Concat(
		p.network(part),
		when(p.Spec.Identity != nil, p.identity, "identity", xr.Identity, part),
		when(p.Spec.Security != nil, p.security, "security", xr.Security, part),
		[]resource.Resource{p.cluster(part)},
		when(p.Spec.PodRoles != nil, p.podRoles, PodRolesKey, xr.PodRoles, part),
		p.pools(part),
		p.groupTags(part),
		when(HasAddons(p.Spec.Addons), p.addons, "addons", xr.Addons, part),
		when(p.Spec.Storage != nil, p.storage, "storage", xr.Storage, part),
		p.calicoNodes(),
		when(p.Spec.Endpoints != nil, p.plain, "endpoints", xr.Endpoints, part),
		when(p.Spec.Registry != nil, p.encrypted, "registry", xr.Registry, part),
		when(p.Spec.Domain != nil, p.domain, "domain", xr.Domain, part),
	)
}

// when makes a child that not every environment has.
func when(there bool, child func(string, xr.Kind, Part) resource.Resource, key string, kind xr.Kind, part Part) []resource.Resource {
	if !there {
		return nil
	}
	return []resource.Resource{child(key, kind, part)}
}

// plain is a child whose spec is its part of the plan.
func (p Plan) plain(key string, kind xr.Kind, part Part) resource.Resource {
	return p.child(key, kind, part("spec."+key), part)
}

// encrypted is a plain child that encrypts with the environment's key.
func (p Plan) encrypted(key string, kind xr.Kind, part Part) resource.Resource {
	return p.child(key, kind, p.keyed(part("spec."+key)), part)
}

// keyed gives the spec of a child our key, once it is made. A reference to the
// key would not do: most kinds have the field in a list of objects, which the
// provider, resolving a reference there, and Crossplane, applying the list
// without what it resolved, would write in turns for ever.
func (p Plan) keyed(spec map[string]any) map[string]any {
	if p.Spec.Identity != nil && p.Spec.Identity.CreateKey {
		spec["keyARN"] = p.Status.KeyARN
	}
	return spec
}

func (p Plan) identity(key string, kind xr.Kind, part Part) resource.Resource {
	child := p.plain(key, kind, part)
	if !p.Spec.Identity.CreateKey {
		return child
	}
	return p.keyOutputs(child.Exporting("status.keyARN", "keyARN"))
}

func (p Plan) cluster(part Part) resource.Resource {
	spec := p.keyed(part("spec.cluster"))
	p.podNetworking(spec)
	child := p.child("cluster", xr.Cluster, spec, part)
	if p.Spec.Cluster.OIDCKnown {
		child = child.Exporting("status.oidcProvider", "cluster.oidcProvider")
	}
	return child.
		Exporting("status.version", "cluster.version").
		Exporting("status.endpoint", "cluster.endpoint").
		Exporting("status.certificateAuthority", "cluster.certificateAuthority").
		Exporting("status.issuer", "cluster.issuer").
		Exporting("status.vpcCNI", "cluster.vpcCNI")
}

func (p Plan) pools(part Part) []resource.Resource {
	var children []resource.Resource
	for _, pool := range slices.Sorted(maps.Keys(p.Spec.Pools)) {
		children = append(children, p.pool(pool, part))
	}
	return children
}

func (p Plan) pool(pool string, part Part) resource.Resource {
	spec := p.keyed(part("spec.pools." + pool))
	if p.Spec.Pools[pool].Version == p.Unknown {
		spec["version"] = p.Status.Cluster.Version
	}
	if p.Spec.Pools[pool].Image != nil {
		put(spec, p.Status.Cluster.Endpoint, "image", "endpoint")
		put(spec, p.Status.Cluster.CertificateAuthority, "image", "certificateAuthority")
	}
	child := p.child(PoolKey(pool), xr.NodePool, spec, part)
	child = child.After("cluster-endpoint", p.Status.Cluster.Endpoint)
	if _, ours := p.Spec.Cluster.Addons["vpc-cni"]; ours {
		child = child.After("vpc-cni", p.Status.Cluster.VPCCNI)
	}
	for _, slot := range p.taggedSlots(pool) {
		child = child.Exporting("status.zones."+slot+".autoscalingGroup", "pools."+pool+".zones."+slot+".autoscalingGroup")
	}
	if pool != p.platformPool() {
		return child
	}
	return child.Exporting("status.zones."+p.firstSlot(pool)+".autoscalingGroup", "platformNodes")
}

// platformPool is the pool whose nodes tell that there are nodes: while one
// platform pool replaces another, that of the usual name or else the first.
func (p Plan) platformPool() string {
	if p.Spec.Pools[platform].Role == platform {
		return platform
	}
	for _, name := range slices.Sorted(maps.Keys(p.Spec.Pools)) {
		if p.Spec.Pools[name].Role == platform {
			return name
		}
	}
	return ""
}

// firstSlot is the first zone slot of a pool.
func (p Plan) firstSlot(pool string) string {
	return slices.Sorted(maps.Keys(p.Spec.Pools[pool].Zones))[0]
}

// HasAddons reports whether anything is composed of add-ons. An installation that is taken
// over may have none of EKS's, and another owner for what lives inside the cluster; a
// Composition without resources is none.
func HasAddons(spec v1alpha1.AddonsSpec) bool {
	return len(spec.Addons) > 0 || len(spec.PodIdentities) > 0 || spec.InCluster != nil && spec.InCluster.Access != nil
}

// addons need nodes, and the platform's are the ones that are always there.
func (p Plan) addons(key string, kind xr.Kind, part Part) resource.Resource {
	child := p.plain(key, kind, part).After("cluster-endpoint", p.Status.Cluster.Endpoint)
	if p.platformPool() == "" { // another owner has the platform's pool, and its nodes
		return child
	}
	return child.After("platform-nodes", p.Status.PlatformNodes)
}

// child makes one child XR, <environment>-<key>.
func (p Plan) child(key string, kind xr.Kind, spec map[string]any, part Part) resource.Resource {
	spec["common"] = part("spec.common")
	if len(p.Spec.IDs[key]) > 0 {
		spec["ids"] = part("spec.ids." + key)
	}
	object := xr.Composite(kind, p.Spec.Common.Name+"-"+key, p.Compositions[key], spec)
	return resource.Resource{
		Key:    key,
		Object: &unstructured.Unstructured{Object: object},
		Ready:  []xpv1.ConditionType{xpv1.TypeReady, xpv1.TypeSynced},
	}
}
