package random

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// kind is the instance types of a pool: of one architecture, with at least eight vCPUs and
// 32 GiB, on the Nitro system.
type kind struct {
	architecture v1alpha1.Architecture
	gpu          bool
	types        []string
}

func kinds() []kind {
	return []kind{
		{catalog.X8664, false, []string{"m6i.2xlarge", "m7i-flex.2xlarge", "m5.2xlarge", "r6i.2xlarge", "m6a.4xlarge"}},
		{catalog.ARM64, false, []string{"m6g.2xlarge", "m7g.2xlarge", "r7g.4xlarge"}},
		{catalog.X8664, true, []string{"g5.2xlarge", "g4dn.2xlarge", "g6.4xlarge", "g5.12xlarge"}},
		{catalog.ARM64, true, []string{"g5g.4xlarge", "g5g.2xlarge"}},
	}
}

// pools are platform and default, sometimes default-gpu and others.
func (g generator) pools(env *v1alpha1.Environment) map[string]v1alpha1.Pool {
	pools := map[string]v1alpha1.Pool{
		"platform": g.platform(env),
		"default":  g.pool(env, pick(g, kinds()[:2]), 1, 400),
	}
	if g.one(2) {
		pools["default-gpu"] = g.pool(env, pick(g, kinds()[2:]), 0, 400)
	}
	for range g.IntN(3) {
		pools[g.name(2, 20)] = g.pool(env, pick(g, kinds()), 0, g.between(40, 2000))
	}
	for name, pool := range sorted(pools) {
		pool.NodePool = name
		if g.one(4) && !slices.Contains([]string{"platform", "default", "default-gpu"}, name) {
			pool.NodePool = g.name(10, 20)
		}
		pools[name] = pool
	}
	for _, name := range []string{"platform", "default"} {
		if g.one(6) { // a pool of another name does its work, perhaps after it was replaced
			pool := pools[name]
			delete(pools, name)
			pool.Replaces = maybe(g, name)
			pools[g.name(2, 20)] = pool
		}
	}
	if g.one(4) {
		label := pick(g, []string{"platform", "default"})
		next := g.replacement(env, label, pools)
		if old, there := pools[next.Replaces]; there && g.one(2) {
			old.Draining = true
			pools[next.Replaces] = old
		}
		pools[g.name(2, 20)] = next
	}
	return pools
}

// replacement returns a pool that takes over from platform or default.
func (g generator) replacement(env *v1alpha1.Environment, label string, pools map[string]v1alpha1.Pool) v1alpha1.Pool {
	pool := g.pool(env, kinds()[0], 4, 400)
	pool.NodePool, pool.Replaces, pool.CapacityType = label, label, "onDemand"
	for name, other := range sorted(pools) {
		if other.NodePool == label {
			pool.Replaces = name
		}
	}
	return pool
}

// sorted returns a map's entries by key, so that the numbers drawn for them do not
// depend on its order.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}

func (g generator) platform(env *v1alpha1.Environment) v1alpha1.Pool {
	pool := g.pool(env, kinds()[0], 4, 128)
	pool.CapacityType = "onDemand"
	if len(env.Zones) == 3 && g.one(4) {
		pool.Zones = []string{pick(g, env.Zones)}
	}
	return pool
}

// pool has at least so many nodes and so large a disk.
func (g generator) pool(env *v1alpha1.Environment, k kind, nodes, diskGiB int) v1alpha1.Pool {
	pool := v1alpha1.Pool{
		Size:          g.size(nodes, len(env.Zones)),
		InstanceTypes: distinct(g.between(1, 3), func() string { return pick(g, k.types) }),
		Architecture:  k.architecture,
		Disk:          g.disk(diskGiB),
		GPU:           &k.gpu,
		Labels:        g.labels(),
		Taints:        g.taints(),
		CapacityType:  pick(g, []v1alpha1.CapacityType{"onDemand", "spot"}),
		Update:        g.update(),
	}
	pool.InstanceTypeIn = "nodeGroup"
	if len(pool.InstanceTypes) == 1 && *pool.Disk.SizeGiB%2 == 0 {
		pool.InstanceTypeIn = "launchTemplate"
	}
	pool.SOCI, pool.Kubelet = settings(pool)
	if g.one(4) {
		pool.Version = "1.33" // which every control plane here may have
	}
	if g.one(4) {
		version := pool.Version
		if version == "" {
			version = env.Cluster.Version
		}
		pool.AMIReleaseVersion = version + ".2-20260204"
	}
	if n := *pool.Disk.SizeGiB; pool.Version == "" && pool.AMIReleaseVersion == "" && n%7 == 0 {
		pool.AMI = "ami-0123456789abcdef0"
		if pool.Kubelet != nil {
			pool.Kubelet.MaxPods = new(8 + n%100)
		}
	}
	if n := *pool.Disk.SizeGiB; n%11 < 3 {
		pool.PreBootstrapCommands = []string{"echo '100% ready' >/etc/motd", "\tsysctl --write vm.max_map_count=262144"}[n%11/2:]
	}
	return pool
}

// settings derive from the values drawn before.
func settings(pool v1alpha1.Pool) (soci bool, kubelet *v1alpha1.Kubelet) {
	n := *pool.Disk.SizeGiB
	soci = pool.Disk.ThroughputMiBps != nil && *pool.Disk.ThroughputMiBps >= 600 // slower ones are warned of
	if n%3 > 0 {
		return soci, nil
	}
	kubelet = &v1alpha1.Kubelet{RegistryPullQPS: new(1 + n%50)}
	if n%2 == 0 {
		kubelet.RegistryBurst, kubelet.MaxParallelImagePulls = new(1+n%100), new(1+n%7)
	}
	if n%4 == 0 {
		kubelet.ImageGCHighThresholdPercent, kubelet.ImageGCLowThresholdPercent = new(51+n%49), new(n%51)
	}
	return soci, kubelet
}

func (g generator) size(nodes, zones int) v1alpha1.Size {
	least := int64(nodes + g.IntN(4))
	most := max(least, int64(zones)) + g.Int64N(5)
	desired := least + g.Int64N(most-least+1)
	return v1alpha1.Size{Min: &least, Max: &most, Desired: &desired}
}

func (g generator) disk(least int) v1alpha1.Disk {
	size := int64(least + g.IntN(600))
	if g.one(4) {
		return v1alpha1.Disk{SizeGiB: &size, Type: "gp2"}
	}
	iops, throughput := int64(g.between(3000, 16000)), int64(g.between(125, 750))
	return v1alpha1.Disk{SizeGiB: &size, Type: "gp3", IOPS: &iops, ThroughputMiBps: &throughput}
}

func (g generator) update() v1alpha1.Update {
	n := int64(g.between(1, 100))
	update := v1alpha1.Update{Strategy: [...]string{"DEFAULT", "MINIMAL"}[n%2]}
	if g.one(2) {
		update.MaxUnavailable = &n
	} else {
		update.MaxUnavailablePercentage = &n
	}
	return update
}

func (g generator) labels() map[string]string {
	labels := map[string]string{}
	for range g.IntN(3) {
		labels[g.labelKey()] = strings.ReplaceAll(g.name(1, 20), "-", "_")
	}
	return labels
}

func (g generator) taints() []v1alpha1.Taint {
	var taints []v1alpha1.Taint
	for _, key := range distinct(g.IntN(3), g.labelKey) {
		taints = append(taints, v1alpha1.Taint{
			Key: key, Value: maybe(g, "true"),
			Effect: pick(g, []v1alpha1.TaintEffect{"NoSchedule", "NoExecute", "PreferNoSchedule"}),
		})
	}
	return taints
}

func (g generator) labelKey() string {
	return maybe(g, "example.com/") + g.name(1, 20)
}
