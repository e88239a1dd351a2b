package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// PoolLabel is the label by which Domino assigns workloads to the nodes of a pool (R5).
const PoolLabel = "dominodatalab.com/node-pool"

// The other labels of nodes. nvidia.com/gpu and the first two are those of the Terraform modules,
// and workloads select by them; the others are the install page's.
const (
	labelDominoNode = "dominodatalab.com/domino-node"
	labelCalico     = "dominodatalab.com/calico-controlplane"
	labelBuildNode  = "domino/build-node"
	labelGPU        = "nvidia.com/gpu"
)

// AcceleratorLabel names the GPU of a node. By it the Cluster Autoscaler tells a GPU node,
// and waits for the device plugin of a new one instead of adding another (its README on AWS).
const AcceleratorLabel = "k8s.amazonaws.com/accelerator"

// The pools of the install page, by the value of their label. A pool that
// replaces one of them has its label and does its work.
const (
	poolPlatform = "platform"
	poolDefault  = "default"
)

// DrainingTaint is the key of the taint that closes a pool which another replaces. EKS sets
// the taints of a node group on its running nodes too, and the autoscaler adds no node for
// a pod that does not tolerate them.
const DrainingTaint = "dominoc.dev/draining"

const platformRole v1alpha1.NodeRole = "platform"

func (r *resolver) pools() map[string]v1alpha1.NodePoolSpec {
	specs := map[string]v1alpha1.NodePoolSpec{}
	for name, pool := range ordered.All(r.env.Pools) {
		specs[name] = r.pool(name, pool)
	}
	return specs
}

func (r *resolver) pool(name string, pool v1alpha1.Pool) v1alpha1.NodePoolSpec {
	types := r.instances(name, pool)
	r.checkReplaced(name, pool)
	r.checkSOCIDisk(name, pool)
	labels, taints := labels(name, pool, types), taints(pool)
	capacityTypes := map[v1alpha1.CapacityType]string{"onDemand": "ON_DEMAND", "spot": "SPOT"}
	spec := v1alpha1.NodePoolSpec{
		Pool:              name,
		Role:              role(name, pool),
		Version:           poolVersion(pool),
		AMIType:           amiType(pool),
		CapacityType:      capacityTypes[pool.CapacityType],
		AMIReleaseVersion: pool.AMIReleaseVersion,
		UserData:          r.userData(name, pool),
		Image:             image(pool),
		Disk: v1alpha1.DiskSpec{
			SizeGiB: number(pool.Disk.SizeGiB), Type: string(pool.Disk.Type),
			IOPS: number(pool.Disk.IOPS), ThroughputMiBps: number(pool.Disk.ThroughputMiBps),
		},
		KeyARN:        r.dataKeyARN,
		SecurityGroup: r.nodesGroup(),
		// The slash, which neither name may contain, separates them: the launch templates of
		// all environments of an account share one space of names, and with a hyphen pool
		// "us-default" of "prod" would be pool "default" of "prod-us".
		LaunchTemplate: r.env.Name + "/" + name,
		InstanceTags:   r.instanceTags(name),
		TagInterfaces:  r.env.Tagging.NetworkInterfaces,
		Labels:         labels,
		Taints:         taintSpecs(taints),
		Update:         pool.Update,
		SizesInPlace:   r.providerAWS.SizesInPlace,
		Zones:          r.poolZoneSpecs(name, pool),
	}
	if pool.InstanceTypeIn == "launchTemplate" && len(pool.InstanceTypes) == 1 { // else the schema refuses it
		spec.InstanceType = pool.InstanceTypes[0]
	} else {
		spec.InstanceTypes = pool.InstanceTypes
	}
	if adopted := r.env.Adopted; adopted != nil {
		spec.RoleARN = adopted.Roles.Nodes
		if facts, taken := adopted.Pools[name]; taken {
			r.adopt(&spec, pool, facts)
			return spec
		}
	}
	spec.AutoscalerTags = r.autoscalerTags(name, labels, taints, spec.Disk.SizeGiB, devices(pool, types))
	return spec
}

// serves returns the value of the pool's label: whose work it does.
func serves(name string, pool v1alpha1.Pool) string { return cmp.Or(pool.NodePool, name) }

func gpu(pool v1alpha1.Pool) bool { return pool.GPU != nil && *pool.GPU }

func role(name string, pool v1alpha1.Pool) v1alpha1.NodeRole {
	if serves(name, pool) == poolPlatform {
		return platformRole
	}
	return "compute"
}

// poolVersion returns nothing for a pool with an image of the user, which has a version.
func poolVersion(pool v1alpha1.Pool) string {
	if pool.Version == "" && pool.AMI == "" {
		return Unknown
	}
	return pool.Version
}

// amiType returns the EKS-optimized Amazon Linux 2023 image of the architecture,
// accelerated on a GPU pool (R4) and with AWS's drivers on a Neuron pool; CUSTOM for an image
// of the user.
func amiType(pool v1alpha1.Pool) string {
	if pool.AMI != "" {
		return "CUSTOM"
	}
	architecture, variant := "x86_64", "STANDARD"
	if pool.Architecture == catalog.ARM64 {
		architecture = "ARM_64"
	}
	switch {
	case gpu(pool):
		variant = "NVIDIA"
	case pool.Neuron:
		variant = "NEURON"
	}
	return "AL2023_" + architecture + "_" + variant
}

// number returns an optional number, 0 if it is absent. The schema has filled in the
// defaults.
func number(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// instanceTags returns the tags of instances and volumes, and of network interfaces where
// these are tagged.
func (r *resolver) instanceTags(pool string) map[string]string {
	tags := r.environmentTags()
	tags["Name"] = r.env.Name + "-" + pool
	return tags
}

// labels returns the user's labels and those that Domino needs (R2 to R5). The schema
// refuses a user's label that contradicts one of these.
func labels(name string, pool v1alpha1.Pool, types []catalog.Instance) map[string]string {
	labels := map[string]string{}
	if gpu(pool) {
		labels[AcceleratorLabel] = accelerator(types) // a user's own is as good
	}
	maps.Copy(labels, pool.Labels)
	maps.Copy(labels, ownLabels(name, pool))
	return labels
}

// accelerator returns the GPU of the first type, which the autoscaler expects of all types,
// as in its README: nvidia-tesla-t4, but without tesla for later models.
func accelerator(types []catalog.Instance) string {
	if len(types) == 0 || types[0].GPUModel == "" {
		return "nvidia"
	}
	switch model := types[0].GPUModel; model {
	case "k80", "p100", "v100", "t4", "a100":
		return "nvidia-tesla-" + model
	default:
		return "nvidia-" + model
	}
}

func ownLabels(name string, pool v1alpha1.Pool) map[string]string {
	labels := map[string]string{PoolLabel: serves(name, pool), labelDominoNode: "true"}
	switch serves(name, pool) {
	case poolPlatform:
		labels[labelCalico] = "true"
	case poolDefault:
		labels[labelBuildNode] = "true"
	}
	if gpu(pool) {
		labels[labelGPU] = "true"
	}
	return labels
}

// taints returns the taints of a draining pool and of a GPU pool first, then the user's.
func taints(pool v1alpha1.Pool) []v1alpha1.Taint {
	all := pool.Taints
	add := func(own v1alpha1.Taint) {
		if !slices.Contains(all, own) {
			all = append([]v1alpha1.Taint{own}, all...)
		}
	}
	if gpu(pool) {
		add(v1alpha1.Taint{Key: labelGPU, Value: "true", Effect: "NoSchedule"})
	}
	if pool.Draining {
		add(v1alpha1.Taint{Key: DrainingTaint, Value: "true", Effect: "NoSchedule"})
	}
	return all
}

func taintSpecs(taints []v1alpha1.Taint) []v1alpha1.TaintSpec {
	effects := map[v1alpha1.TaintEffect]string{
		"NoSchedule": "NO_SCHEDULE", "NoExecute": "NO_EXECUTE", "PreferNoSchedule": "PREFER_NO_SCHEDULE",
	}
	var specs []v1alpha1.TaintSpec
	for _, t := range taints {
		specs = append(specs, v1alpha1.TaintSpec{Key: t.Key, Value: t.Value, Effect: effects[t.Effect]})
	}
	return specs
}

// poolZones returns the zones of a pool: the platform's may have fewer than the
// environment, all others have every zone (R7).
func (r *resolver) poolZones(pool v1alpha1.Pool) []string {
	if len(pool.Zones) == 0 {
		return r.zones
	}
	var zones []string
	for _, zone := range r.zones {
		if slices.Contains(pool.Zones, zone) {
			zones = append(zones, zone)
		}
	}
	return zones
}

// poolZoneSpecs splits the size of a pool over its zones, lowest slot first.
func (r *resolver) poolZoneSpecs(name string, pool v1alpha1.Pool) map[string]v1alpha1.ZoneSpec {
	zones := r.poolZones(pool)
	if most := number(pool.Size.Max); most < int64(len(zones)) {
		r.refuse("pool-max", diag.Path{"pools", name, "size", "max"}, problem{
			message: fmt.Sprintf("at most %s over %s; each zone has its own group, and EKS requires a maximum of 1 or more for each (R7)", words.Count(most, "node"), words.Count(len(zones), "zone")),
			hint:    "set max to at least " + strconv.Itoa(len(zones)),
		})
	}
	floor := number(pool.Size.Min)
	if pool.Draining {
		floor = 0
	}
	least, most, desired := split(floor, len(zones)), split(number(pool.Size.Max), len(zones)), split(number(pool.Size.Desired), len(zones))
	specs := map[string]v1alpha1.ZoneSpec{}
	for i, zone := range zones {
		specs[slotKey(slices.Index(r.env.Zones, zone))] = v1alpha1.ZoneSpec{
			Zone: zone, Subnet: r.vpc.nodes[zone], NodeGroup: r.env.Name + "-" + name + "-" + zone[max(0, len(zone)-1):],
			Min: least[i], Max: most[i], Desired: desired[i],
		}
	}
	return specs
}

// checkReplaced warns of a replaced pool that does not exist while the name of
// another pool is nearly the same. A pool that was replaced and removed is no
// mistake: its successor, such as default-2, keeps the name as its label (R5).
func (r *resolver) checkReplaced(name string, pool v1alpha1.Pool) {
	_, exists := r.env.Pools[pool.Replaces]
	if _, kept := r.kept()[pool.Replaces]; exists || kept || pool.Replaces == "" || pool.NodePool != pool.Replaces || strings.HasPrefix(name, pool.Replaces+"-") {
		return
	}
	others := slices.DeleteFunc(slices.Sorted(maps.Keys(r.env.Pools)), func(other string) bool { return other == name })
	if near := diag.Nearest(pool.Replaces, others); near != "" {
		r.warn("pool-replaces-unknown", diag.Path{"pools", name, "replaces"}, problem{
			message: fmt.Sprintf("no pool is named %q, and the nodes get that name as their label (R5)", pool.Replaces),
			hint:    fmt.Sprintf("did you mean %q? For a removed pool, set nodePool: %q instead", near, pool.NodePool),
		})
	}
}
