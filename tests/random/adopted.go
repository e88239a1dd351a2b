package random

import (
	"math/rand/v2"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Adopted returns a valid environment that takes an installation of Domino's Terraform
// modules over, with some of its pools. Its ids are those of what is taken over.
func Adopted(rng *rand.Rand) *v1alpha1.Environment {
	g := generator{rng}
	env := Environment(rng)
	for env.Adopted == nil || len(env.Adopted.Pools) == 0 {
		env = Environment(rng)
	}
	region := catalog.RegionNamed(env.Region)
	env.IDs = map[string]v1alpha1.ComponentIDs{}
	if env.Adopted.OIDCProvider {
		issuer := "oidc-provider/oidc.eks." + env.Region + "." + region.DNSSuffix + "/id/" + g.letters("0123456789ABCDEF", 32)
		env.IDs["cluster"] = v1alpha1.ComponentIDs{"issuer": arn(region, "iam", "", env.Account, issuer)}
	}
	for name := range sorted(env.Adopted.Pools) {
		env.IDs[v1alpha1.PoolPrefix+name] = v1alpha1.ComponentIDs{"template": g.id("lt")}
	}
	return env
}

// adopt makes of an environment one that takes an installation over: what stays with its
// owner is there, and nothing that would stand beside it.
func (g generator) adopt(env *v1alpha1.Environment, region catalog.Region) {
	role := func() string { return arn(region, "iam", "", env.Account, "role/"+g.name(3, 20)) }
	env.Adopted = &v1alpha1.Adopted{
		Hold:           g.one(2),
		Roles:          v1alpha1.AdoptedRoles{ControlPlane: role(), Nodes: role()},
		SecurityGroups: v1alpha1.AdoptedGroups{ControlPlane: g.id("sg"), Nodes: g.id("sg")},
		OIDCProvider:   g.one(2),
		DataKey:        g.one(2),
		Pools:          map[string]v1alpha1.AdoptedPool{},
		Kept: map[string]v1alpha1.KeptPool{"golden": {
			NodePool: "golden", InstanceTypes: []string{"m6i.2xlarge"}, Max: map[string]int64{env.Zones[0]: 3}, Spot: g.one(2),
		}},
	}
	for name, pool := range sorted(env.Pools) {
		if pool.AMI == "" && pool.Replaces == "" && g.one(2) {
			env.Adopted.Pools[name] = g.adoptedPool(env, name)
			if !pool.SOCI && g.one(2) {
				pool.Disk.IOPS, pool.Disk.ThroughputMiBps = nil, nil
				env.Pools[name] = pool
			}
		}
	}
	c := &env.Cluster
	c.Authentication = pick(g, []v1alpha1.Authentication{"CONFIG_MAP", "API_AND_CONFIG_MAP", "API"})
	if c.Authentication == "CONFIG_MAP" {
		c.Admins, c.InCluster, c.HandOver = nil, "none", false
		delete(env.Accept, "endpoint-unreachable")
	}
	c.DeletionProtection = maybe(g, new(g.one(2)))
	c.Logs.Encrypted = g.one(2)
	c.Autoscaler, c.LoadBalancerController = false, nil
	env.Registry.ECR.PullThroughCache = false
	g.bring(env)
}

// bring gives an environment the storage of another owner, with drivers of the installer.
func (g generator) bring(env *v1alpha1.Environment) {
	env.Storage.Datasets.Existing = &v1alpha1.ExistingDatasets{FileSystemID: g.id("fs"), AccessPointID: g.id("fsap")}
	b := &env.Storage.Buckets
	for role, name := range map[string]*string{"data": &b.Data.Name, "registry": &b.Registry.Name, "logs": &b.Logs.Name, "backups": &b.Backups.Name, "monitoring": &b.Monitoring.Name} {
		*name = "tf-" + env.Account + "-" + role
	}
	env.Storage.Drivers = v1alpha1.Drivers{EBS: "installer", EFS: "installer", Volumes: "account", Rights: "nodes"}
	for _, name := range []string{"aws-ebs-csi-driver", "aws-efs-csi-driver"} {
		delete(env.Cluster.Addons, name)
	}
	for _, code := range []string{"driver-unstated", "driver-storage-class"} {
		delete(env.Accept, code)
	}
}

func (g generator) adoptedPool(env *v1alpha1.Environment, name string) v1alpha1.AdoptedPool {
	p := v1alpha1.AdoptedPool{
		LaunchTemplate: env.Name + "-" + name,
		Groups:         map[string]string{},
		KeyPair:        maybe(g, env.Name),
		InstanceTags:   g.tags(),
		Tags:           maybe(g, map[string]string{"purpose": "burst"}),
		WithoutLabels:  maybe(g, []string{"domino/build-node"}),
	}
	for _, zone := range env.Zones {
		p.Groups[zone] = name + "-" + env.Name + zone[len(zone)-1:]
	}
	return p
}
