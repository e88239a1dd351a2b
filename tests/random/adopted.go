package random

import (
	"math/rand/v2"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Adopted returns a valid environment that takes an installation of Domino's Terraform
// modules over. Some of its pools are taken over, and its ids are those of what is.
func Adopted(rng *rand.Rand) *v1alpha1.Environment {
	g := generator{rng}
	env := Environment(rng)
	for env.Network.VPC == nil || len(env.Zones) != 3 {
		env = Environment(rng)
	}
	region := catalog.RegionNamed(env.Region)
	role := func() string { return arn(region, "iam", "", env.Account, "role/"+g.name(3, 20)) }
	env.Adopted = &v1alpha1.Adopted{
		Hold:           g.one(2),
		Roles:          v1alpha1.AdoptedRoles{ControlPlane: role(), Nodes: role()},
		SecurityGroups: v1alpha1.AdoptedGroups{ControlPlane: g.id("sg"), Nodes: g.id("sg")},
		OIDCProvider:   g.one(2),
		DataKey:        true,
		Pools:          map[string]v1alpha1.AdoptedPool{},
	}
	env.IDs = map[string]v1alpha1.ComponentIDs{}
	if env.Adopted.OIDCProvider {
		issuer := "oidc-provider/oidc.eks." + env.Region + "." + region.DNSSuffix + "/id/" + g.letters("0123456789ABCDEF", 32)
		env.IDs["cluster"] = v1alpha1.ComponentIDs{"issuer": arn(region, "iam", "", env.Account, issuer)}
	}
	for name, pool := range ordered.All(env.Pools) {
		if len(pool.Zones) == 0 && pool.Replaces == "" && !g.one(3) {
			env.Adopted.Pools[name] = g.adoptedPool(env)
			env.IDs[v1alpha1.PoolPrefix+name] = v1alpha1.ComponentIDs{"template": g.id("lt")}
		}
	}
	g.leave(env, region)
	return env
}

// leave leaves to Terraform what an installation has beside its cluster.
func (g generator) leave(env *v1alpha1.Environment, region catalog.Region) {
	if env.Encryption.KeyARN == "" {
		env.Encryption.KeyARN = arn(region, "kms", region.Name, env.Account, "key/"+g.name(3, 20))
	}
	env.Storage.Datasets.Existing = &v1alpha1.ExistingDatasets{FileSystemID: g.id("fs"), AccessPointID: g.id("fsap")}
	buckets := &env.Storage.Buckets
	for _, name := range []*string{&buckets.Data.Name, &buckets.Registry.Name, &buckets.Logs.Name, &buckets.Backups.Name, &buckets.Monitoring.Name} {
		*name = g.name(8, 30)
	}
	delete(env.Accept, "driver-unstated")
	delete(env.Accept, "driver-storage-class")
	env.Storage.Drivers = v1alpha1.Drivers{EBS: "installer", EFS: "installer", Volumes: "account", Rights: "nodes"}
	for _, driver := range []string{"aws-ebs-csi-driver", "aws-efs-csi-driver"} {
		delete(env.Cluster.Addons, driver)
	}
	env.Registry.ECR.PullThroughCache = false
	env.Cluster.Authentication = pick(g, []v1alpha1.Authentication{"CONFIG_MAP", "API_AND_CONFIG_MAP", "API"})
	if env.Cluster.Authentication == "CONFIG_MAP" {
		env.Cluster.Admins = nil
	}
	env.Cluster.InCluster, env.Cluster.HandOver = "none", false
	env.Cluster.Autoscaler, env.Cluster.Endpoint.PrivateCIDRs = false, nil
	env.Cluster.LoadBalancerController = nil
}

func (g generator) adoptedPool(env *v1alpha1.Environment) v1alpha1.AdoptedPool {
	name := g.name(3, 30)
	pool := v1alpha1.AdoptedPool{LaunchTemplate: name, Groups: map[string]string{}, KeyPair: maybe(g, "nodes"), InstanceTags: g.tags(), Tags: g.tags()}
	for _, zone := range env.Zones {
		pool.Groups[zone] = name + "-private-" + zone
	}
	return pool
}
