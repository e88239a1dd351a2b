package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// adoptedCluster returns what a cluster that is taken over has of others; nothing for a
// new one.
func (r *resolver) adoptedCluster() *v1alpha1.AdoptedClusterSpec {
	adopted, c := r.env.Adopted, r.env.Cluster
	if adopted == nil {
		return nil
	}
	return &v1alpha1.AdoptedClusterSpec{
		RoleARN:            adopted.Roles.ControlPlane,
		SecurityGroupID:    adopted.SecurityGroups.ControlPlane,
		AuthenticationMode: string(c.Authentication),
		OIDCProvider:       adopted.OIDCProvider,
		Deletable:          r.deletable(),
		PlainLogs:          !c.Logs.Encrypted,
	}
}

// deletable reports whether EKS lets the cluster be deleted: as the file states it, or else
// as for a new one.
func (r *resolver) deletable() bool {
	if protected := r.env.Cluster.DeletionProtection; protected != nil {
		return !*protected
	}
	return r.env.Deletion == "allow"
}

// nodesGroup returns the security group of the nodes.
func (r *resolver) nodesGroup() v1alpha1.Reference {
	if adopted := r.env.Adopted; adopted != nil {
		return v1alpha1.Reference{ID: adopted.SecurityGroups.Nodes}
	}
	return r.made("security", "nodes")
}

// adopt makes the spec of a pool say what AWS has of it. The tags of its Auto Scaling
// groups stay those that they have.
func (r *resolver) adopt(spec *v1alpha1.NodePoolSpec, pool v1alpha1.Pool, facts v1alpha1.AdoptedPool) {
	spec.Adopted = &v1alpha1.AdoptedPoolSpec{
		KeyPair: facts.KeyPair, Tags: facts.Tags, UserDataAsFound: spec.UserData != "" && saysTheSame(facts.UserData, pool),
	}
	spec.LaunchTemplate = facts.LaunchTemplate
	spec.InstanceTags = maps.Clone(facts.InstanceTags)
	for _, label := range facts.WithoutLabels {
		delete(spec.Labels, label)
	}
	spec.Taints = slices.DeleteFunc(spec.Taints, func(t v1alpha1.TaintSpec) bool { return slices.Contains(facts.WithoutTaints, t.Key) })
	for slot, zone := range spec.Zones {
		zone.NodeGroup = cmp.Or(facts.Groups[zone.Zone], zone.NodeGroup)
		spec.Zones[slot] = zone
	}
}

// saysTheSame reports whether user data of another owner sets what a pool states, and no more.
func saysTheSame(found *v1alpha1.AdoptedUserData, pool v1alpha1.Pool) bool {
	return found != nil && found.SOCI == pool.SOCI && len(pool.PreBootstrapCommands) == 0 &&
		kubeletSettings(found.Kubelet) == kubeletSettings(pool.Kubelet)
}

// adoptRegistry makes the spec of the registry say what AWS has of it; nothing if it has
// another owner.
func adoptRegistry(spec *v1alpha1.RegistrySpec, facts *v1alpha1.TakenRegistry) *v1alpha1.RegistrySpec {
	if facts == nil {
		return nil
	}
	spec.Adopted = &v1alpha1.AdoptedRegistrySpec{ScanOnPush: facts.ScanOnPush, ExpireUntagged: facts.ExpireUntagged}
	spec.PullThroughCachePrefix = facts.CachePrefix
	return spec
}

// adoptedIdentity returns the key, without roles; nothing if the key has another owner too.
func (r *resolver) adoptedIdentity() *v1alpha1.IdentitySpec {
	key := r.env.Adopted.Taken.Key
	if key == nil {
		return nil
	}
	return &v1alpha1.IdentitySpec{
		AccountRoot: r.iamARN("root"), KeyARN: r.env.Encryption.KeyARN, Buckets: r.nodeBuckets(),
		Adopted: &v1alpha1.AdoptedKeySpec{
			ID:          r.env.Encryption.KeyARN[strings.LastIndexByte(r.env.Encryption.KeyARN, '/')+1:],
			Description: key.Description, Policy: key.Policy, Rotation: key.Rotation,
		},
	}
}

// adoptStorage makes the spec of the storage say what AWS has of it.
func adoptStorage(spec *v1alpha1.StorageSpec, facts *v1alpha1.TakenStorage) {
	spec.Datasets.SecurityGroup = v1alpha1.Reference{ID: facts.SecurityGroup}
	spec.Datasets.Adopted = &v1alpha1.AdoptedDatasetsSpec{}
	if b := facts.Backup; b != nil {
		spec.Datasets.Adopted.Backup = &v1alpha1.AdoptedBackupSpec{
			RoleARN: b.Role, Schedule: b.Schedule, BeginsInMinutes: b.BeginsInMinutes, CompletesInMinutes: b.CompletesInMinutes,
		}
	}
	p, b := facts.Policies, &spec.Buckets
	b.Data.Adopted = &v1alpha1.AdoptedBucketSpec{Policy: p.Data}
	b.Registry.Adopted = &v1alpha1.AdoptedBucketSpec{Policy: p.Registry}
	b.Logs.Adopted = &v1alpha1.AdoptedBucketSpec{Policy: p.Logs}
	b.Backups.Adopted = &v1alpha1.AdoptedBucketSpec{Policy: p.Backups}
	b.Monitoring.Adopted = &v1alpha1.AdoptedBucketSpec{Policy: p.Monitoring}
}

// checkAdopted warns of pools that are taken over with less than the install page wants,
// which the schema refuses of others (schema/v1alpha1/rules_pools.cue). What runs is no
// mistake of the file: a pool that replaces it has what is missing.
func (r *resolver) checkAdopted() {
	if r.env.Adopted == nil {
		return
	}
	for name := range ordered.All(r.env.Adopted.Pools) {
		pool := r.env.Pools[name]
		floor, exists := catalog.FindPoolFloor(serves(name, pool))
		if !exists {
			continue
		}
		if size := number(pool.Disk.SizeGiB); size < int64(floor.SizeGiB) {
			r.warn("adopted-pool-floor", diag.Path{"pools", name, "disk", "sizeGiB"}, problem{
				message: fmt.Sprintf("%d GiB, as the pool has it in AWS, is below %d, the least disk of a pool with nodePool %q (%s)", size, floor.SizeGiB, serves(name, pool), floor.Requirement),
				hint:    "replace the pool at leisure: dominoc replace " + r.env.Name + " " + name + "; until then, accept this",
			})
		}
		if least := number(pool.Size.Min); least < int64(floor.Nodes) {
			r.warn("adopted-pool-floor", diag.Path{"pools", name, "size", "min"}, problem{
				message: fmt.Sprintf("%s at least, as the pool has it in AWS, is below %d, the least of a pool with nodePool %q (%s)", words.Count(least, "node"), floor.Nodes, serves(name, pool), floor.Requirement),
				hint:    "raise size.min, and size.desired with it, when the pool is taken over; until then, accept this",
			})
		}
	}
}

// Least returns the least number of nodes and the least disk, in GiB, of a pool whose label
// has a value; zeros where the install page states none.
func Least(label string) (nodes, sizeGiB int64) {
	floor, _ := catalog.FindPoolFloor(label)
	return int64(floor.Nodes), int64(floor.SizeGiB)
}

// keptDemands returns what the pools that stay with Terraform ask of a zone's subnet.
func (r *resolver) keptDemands(zone string, pods bool) []Demand {
	if r.env.Adopted == nil {
		return nil
	}
	var all []Demand
	for name, pool := range ordered.All(r.env.Adopted.Kept) {
		per, known := r.mostOf(pool.InstanceTypes)
		if most := pool.Max[zone]; known && most > 0 {
			share := per.node
			if pods {
				share = per.pod
			}
			all = append(all, Demand{Pool: name, InstanceType: per.instance.Type, Nodes: most, PerNode: share})
		}
	}
	return all
}

// poolPath returns the path of a pool, or of one that stays with Terraform.
func (r *resolver) poolPath(name string) diag.Path {
	if _, ours := r.env.Pools[name]; ours || r.env.Adopted == nil {
		return diag.Path{"pools", name}
	}
	return diag.Path{"adopted", "kept", name}
}

// kept returns the pools that stay with Terraform, by name.
func (r *resolver) kept() map[string]v1alpha1.KeptPool {
	if r.env.Adopted == nil {
		return nil
	}
	return r.env.Adopted.Kept
}
