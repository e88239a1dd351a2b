package compositions

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/dominoc/dominoc/compositions/components/addons"
	"github.com/dominoc/dominoc/compositions/components/cluster"
	"github.com/dominoc/dominoc/compositions/components/domain"
	"github.com/dominoc/dominoc/compositions/components/endpoints"
	"github.com/dominoc/dominoc/compositions/components/environment"
	"github.com/dominoc/dominoc/compositions/components/identity"
	"github.com/dominoc/dominoc/compositions/components/network"
	"github.com/dominoc/dominoc/compositions/components/nodepool"
	"github.com/dominoc/dominoc/compositions/components/registry"
	"github.com/dominoc/dominoc/compositions/components/security"
	"github.com/dominoc/dominoc/compositions/components/storage"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// A Component is one composite resource of an environment, in both readings.
type Component struct {
	Key  string // key in the parent; empty for the parent itself
	Kind xr.Kind

	// Concrete lowers the plan itself.
	Concrete func() []resource.Resource

	// Symbolic is the plan's shape.
	Symbolic func() (Shape, error)
}

// A Shape is what a plan is but for its values.
type Shape struct {
	Key   string   // equal for equal shapes
	Texts []string // the values of text symbols; none for the parent

	// Lower lowers the symbolic plan.
	Lower func() (*xr.Symbols, []resource.Resource)
}

// Components are the children of an environment: what a component package lowers.
func Components(p *plan.Plan) []Component {
	s := &p.Spec
	var out []Component
	if s.Network != nil {
		out = append(out, component(s, "network", xr.Network, *s.Network, networkStatus(*s.Network), network.Lower))
	}
	if s.Identity != nil {
		out = append(out, component(s, "identity", xr.Identity, *s.Identity, identityStatus, identity.Lower))
	}
	if s.Security != nil {
		out = append(out, component(s, "security", xr.Security, *s.Security, v1alpha1.SecurityStatus{}, security.Lower))
	}
	out = append(out, component(s, "cluster", xr.Cluster, s.Cluster, v1alpha1.ClusterStatus{Issuer: plan.Unknown}, cluster.Lower))
	if s.PodRoles != nil {
		out = append(out, component(s, environment.PodRolesKey, xr.PodRoles, *s.PodRoles, v1alpha1.PodRolesStatus{}, identity.LowerPodRoles))
	}
	for _, name := range slices.Sorted(maps.Keys(s.Pools)) {
		pool := s.Pools[name]
		out = append(out, component(s, environment.PoolKey(name), xr.NodePool, pool, poolStatus(pool), nodepool.Lower))
	}
	for _, name := range slices.Sorted(maps.Keys(s.GroupTags)) {
		out = append(out, component(s, environment.GroupTagsKey(name), xr.GroupTags, s.GroupTags[name], v1alpha1.GroupTagsStatus{}, nodepool.LowerGroupTags))
	}
	if environment.HasAddons(s.Addons) {
		out = append(out, component(s, "addons", xr.Addons, s.Addons, v1alpha1.AddonsStatus{}, addons.Lower))
	}
	if s.Storage != nil {
		out = append(out, component(s, "storage", xr.Storage, *s.Storage, storageStatus, storage.Lower))
	}
	if s.Endpoints != nil {
		out = append(out, component(s, "endpoints", xr.Endpoints, *s.Endpoints, v1alpha1.EndpointsStatus{}, endpoints.Lower))
	}
	if s.Registry != nil {
		out = append(out, component(s, "registry", xr.Registry, *s.Registry, v1alpha1.RegistryStatus{}, registry.Lower))
	}
	if s.Domain != nil {
		out = append(out, component(s, "domain", xr.Domain, *s.Domain, domainStatus, domain.Lower))
	}
	return out
}

// The statuses that resources read, each field as if AWS had not answered yet.
var (
	identityStatus = v1alpha1.IdentityStatus{KeyARN: plan.Unknown}
	storageStatus  = v1alpha1.StorageStatus{FileSystemARN: plan.Unknown}
	domainStatus   = v1alpha1.DomainStatus{CertificateARN: plan.Unknown, ValidationName: plan.Unknown, ValidationValue: plan.Unknown}
)

// networkStatus is the status that a network's resources read.
func networkStatus(spec v1alpha1.NetworkSpec) v1alpha1.NetworkStatus {
	status := v1alpha1.NetworkStatus{Attachments: map[string]v1alpha1.AttachmentStatus{}}
	for key := range spec.Attachments {
		status.Attachments[key] = v1alpha1.AttachmentStatus{ID: plan.Unknown}
	}
	return status
}

// poolStatus is the status that a pool's resources read.
func poolStatus(pool v1alpha1.NodePoolSpec) v1alpha1.NodePoolStatus {
	status := v1alpha1.NodePoolStatus{LaunchTemplateVersion: plan.Unknown, Zones: map[string]v1alpha1.ZoneStatus{}}
	for slot := range pool.Zones {
		status.Zones[slot] = v1alpha1.ZoneStatus{AutoscalingGroup: plan.Unknown}
	}
	return status
}

// component ties a part of the plan, the ids that Git knows of it, and the status
// that its resources read, to the function that lowers them.
func component[Spec, Status any](
	whole *v1alpha1.EnvironmentSpec, key string, kind xr.Kind, spec Spec, status Status,
	lowerSpec func(v1alpha1.Common, Spec, Status) []resource.Resource,
) Component {
	common, ids := whole.Common, whole.IDs[key]
	lower := func(common v1alpha1.Common, spec Spec, status Status, ids v1alpha1.ComponentIDs) []resource.Resource {
		return resource.Held(resource.Identified(lowerSpec(common, spec, status), ids), common.Hold)
	}
	return Component{
		Key:      key,
		Kind:     kind,
		Concrete: func() []resource.Resource { return lower(common, spec, status, ids) },
		Symbolic: func() (Shape, error) {
			shape := xr.Shape{Key: strconv.AppendQuote(nil, kind.Name)}
			for _, part := range []any{common, spec, status, ids} {
				shape.Add(part)
			}
			return Shape{string(shape.Key), shape.Texts, func() (*xr.Symbols, []resource.Resource) {
				symbols := &xr.Symbols{}
				common := xr.Symbolic(symbols, "spec.common", common)
				spec := xr.Symbolic(symbols, "spec", spec)
				status := xr.Symbolic(symbols, "status", status)
				ids := xr.Symbolic(symbols, "spec.ids", ids)
				return symbols, lower(common, spec, status, ids)
			}}, nil
		},
	}
}

// parentStatus is the status that the children of an environment read.
func parentStatus(p *plan.Plan) v1alpha1.EnvironmentStatus {
	status := v1alpha1.EnvironmentStatus{
		KeyARN:              plan.Unknown,
		PlatformNodes:       plan.Unknown,
		NodeSecurityGroupID: plan.Unknown,
		PodSubnets:          map[string]v1alpha1.PodSubnetStatus{},
		Cluster:             v1alpha1.ClusterStatus{Version: plan.Unknown, Endpoint: plan.Unknown, CertificateAuthority: plan.Unknown, VPCCNI: plan.Unknown, OIDCProvider: plan.Unknown},
	}
	if pods := p.Spec.Cluster.PodNetworking; pods != nil {
		for slot := range pods.Zones {
			status.PodSubnets[slot] = v1alpha1.PodSubnetStatus{ID: plan.Unknown}
		}
	}
	for name, tags := range p.Spec.GroupTags {
		if status.Pools == nil {
			status.Pools = map[string]v1alpha1.PoolStatus{}
		}
		zones := map[string]v1alpha1.ZoneStatus{}
		for slot := range tags.Zones {
			zones[slot] = v1alpha1.ZoneStatus{AutoscalingGroup: plan.Unknown}
		}
		status.Pools[name] = v1alpha1.PoolStatus{Zones: zones}
	}
	return status
}

// reading is the plan of DominoEnvironment itself, read with a common part and a status.
func reading(p *plan.Plan, common v1alpha1.Common, status v1alpha1.EnvironmentStatus, compositions map[string]string) environment.Plan {
	spec := p.Spec
	spec.Common = common
	return environment.Plan{Spec: spec, Status: status, Unknown: plan.Unknown, Compositions: compositions}
}

// parent is DominoEnvironment itself, whose children are pinned to compositions.
func parent(p *plan.Plan, compositions map[string]string) Component {
	return Component{
		Kind: xr.Environment,
		Concrete: func() []resource.Resource {
			return environment.Lower(reading(p, p.Spec.Common, parentStatus(p), compositions), concretePart(SpecOf(p)))
		},
		Symbolic: func() (Shape, error) {
			symbols := &xr.Symbols{}
			common := xr.Symbolic(symbols, "spec.common", p.Spec.Common)
			status := xr.Symbolic(symbols, "status", parentStatus(p))
			lowered := environment.Lower(reading(p, common, status, compositions), xr.Whole)
			key, err := json.Marshal(objects(lowered))
			return Shape{Key: string(key), Lower: func() (*xr.Symbols, []resource.Resource) { return symbols, lowered }}, err
		},
	}
}

func objects(resources []resource.Resource) []resource.Object {
	out := make([]resource.Object, len(resources))
	for i, r := range resources {
		out[i] = r.Object
	}
	return out
}
