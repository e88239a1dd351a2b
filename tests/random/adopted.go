package random

import (
	"cmp"
	"fmt"
	"hash/fnv"
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
	if env.IDs == nil {
		env.IDs = map[string]v1alpha1.ComponentIDs{}
	}
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
	env.Encryption.KeyARN = cmp.Or(env.Encryption.KeyARN, arn(region, "kms", env.Region, env.Account, "key/"+g.letters("0123456789abcdef", 32)))
	c := &env.Cluster
	c.Endpoint.PrivateCIDRs = nil
	if c.InCluster == "provider" && !c.Endpoint.Public { // no range reaches it
		c.InCluster, c.HandOver = "none", false
		delete(env.Accept, "endpoint-unreachable")
	}
	c.Authentication = pick(g, []v1alpha1.Authentication{"CONFIG_MAP", "API_AND_CONFIG_MAP", "API"})
	if c.Authentication == "CONFIG_MAP" {
		c.Admins, c.InCluster, c.HandOver = nil, "none", false
		delete(env.Accept, "endpoint-unreachable")
	}
	c.DeletionProtection = maybe(g, new(g.one(2)))
	c.Logs.Encrypted = g.one(2)
	c.Autoscaler, c.LoadBalancerController = false, nil
	env.Registry.ECR.PullThroughCache = false
	env.Network.Endpoints = v1alpha1.Endpoints{}
	g.bring(env)
	g.take(env, region)
	own := fnv.New64a() // a source of its own: the rest is the same without this
	fmt.Fprint(own, env.Name, env.Adopted.Roles.Nodes)
	generator{rand.New(rand.NewPCG(own.Sum64(), 1))}.find(env)
}

// find has an environment find what no other setting states: user data and images of the
// user, and what runs in the cluster without an add-on of EKS.
func (g generator) find(env *v1alpha1.Environment) {
	for name, pool := range sorted(env.Pools) {
		facts, taken := env.Adopted.Pools[name]
		if pool.AMI != "" && pool.Replaces == "" && g.one(2) {
			facts, taken = g.adoptedPool(env, name), true
		}
		if taken && (pool.AMI != "" || pool.SOCI || pool.Kubelet != nil) && g.one(2) {
			facts.UserData = &v1alpha1.AdoptedUserData{SOCI: pool.SOCI, Kubelet: pool.Kubelet}
		}
		if taken {
			env.Adopted.Pools[name] = facts
		}
	}
	if env.Cluster.NetworkPolicy == "calico" && g.one(4) {
		env.Cluster.Addons = map[string]v1alpha1.Addon{}
		for _, name := range []string{"vpc-cni", "kube-proxy", "coredns", "eks-pod-identity-agent"} {
			env.Cluster.Addons[name] = v1alpha1.Addon{}
		}
	}
}

// take has an environment manage a part of what was brought.
func (g generator) take(env *v1alpha1.Environment, region catalog.Region) {
	taken := &env.Adopted.Taken
	if env.Registry.ECR.Enabled && g.one(2) {
		taken.Registry = &v1alpha1.TakenRegistry{ScanOnPush: g.one(2), ExpireUntagged: g.one(2), CachePrefix: maybe(g, "tf-"+g.name(3, 8)+"/quay")}
	}
	if g.one(2) {
		taken.Key = &v1alpha1.TakenKey{
			Description: maybe(g, "KMS key for "+env.Name),
			Policy:      `{"Statement":[{"Action":"kms:*","Effect":"Allow","Principal":{"AWS":"*"},"Resource":"*"}],"Version":"2012-10-17"}`,
			Rotation:    g.one(2),
		}
	}
	if g.one(2) {
		g.takeStorage(env, region)
	}
}

// takeStorage has an environment manage the file system, with or without a backup, and the
// buckets, of which some expire.
func (g generator) takeStorage(env *v1alpha1.Environment, region catalog.Region) {
	const policy = `{"Statement":[],"Version":"2012-10-17"}`
	storage := &v1alpha1.TakenStorage{
		SecurityGroup: g.id("sg"),
		Policies:      v1alpha1.TakenPolicies{Data: policy, Registry: policy, Logs: policy, Backups: policy, Monitoring: policy},
	}
	if g.one(2) {
		const id = "1234abcd-12ab-34cd-56ef-1234567890ab"
		storage.Backup = &v1alpha1.TakenBackup{
			Role: arn(region, "iam", "", env.Account, "role/"+g.name(3, 20)), Schedule: "cron(0 3 * * ? *)",
			BeginsInMinutes: int64(g.between(60, 600)), CompletesInMinutes: int64(g.between(600, 9000)),
		}
		env.IDs = map[string]v1alpha1.ComponentIDs{"storage": {"backup-plan": id, "backup-selection": id}}
	}
	env.Adopted.Taken.Storage = storage
	b := &env.Storage.Buckets
	for _, days := range []*int64{&b.Data.NoncurrentVersionDays, &b.Registry.NoncurrentVersionDays, &b.Logs.NoncurrentVersionDays, &b.Backups.NoncurrentVersionDays, &b.Monitoring.NoncurrentVersionDays} {
		if g.one(2) {
			*days = 0
		}
	}
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
	if p.InstanceTags == nil {
		p.InstanceTags = map[string]string{}
	}
	p.InstanceTags["Name"] = p.LaunchTemplate // the modules always tag it
	zones := env.Pools[name].Zones
	if len(zones) == 0 {
		zones = env.Zones
	}
	for _, zone := range zones {
		p.Groups[zone] = name + "-" + env.Name + zone[len(zone)-1:]
	}
	return p
}
