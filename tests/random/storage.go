package random

import (
	"strings"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// domain returns a name with a certificate, with a zone for one, or alone.
func (g generator) domain(env *v1alpha1.Environment, region catalog.Region) v1alpha1.Domain {
	d := v1alpha1.Domain{FQDN: g.name(1, 20) + ".example.com"}
	switch g.IntN(3) {
	case 0:
		d.Certificate = &v1alpha1.Certificate{ARN: arn(region, "acm", region.Name, env.Account, "certificate/"+g.name(3, 20))}
	case 1:
		d.HostedZone = &v1alpha1.HostedZone{
			ID: "Z" + g.digits(12), Name: "example.com",
			RoleARN: maybe(g, arn(region, "iam", "", g.digits(12), "role/"+g.name(3, 20))),
		}
	}
	return d
}

func (g generator) storage(env *v1alpha1.Environment) v1alpha1.Storage {
	cold := int64(g.between(1, 100))
	s := v1alpha1.Storage{
		Datasets: v1alpha1.Datasets{
			ThroughputMode: pick(g, []v1alpha1.ThroughputMode{"elastic", "bursting"}),
			AccessPoint:    v1alpha1.AccessPoint{Path: "/domino", Permissions: "777"},
			Backup:         v1alpha1.Backup{ColdAfterDays: cold, DeleteAfterDays: cold + int64(g.between(90, 400))},
		},
		BlockStorage: v1alpha1.BlockStorage{Type: pick(g, []v1alpha1.VolumeType{"gp3", "gp2"})},
		Buckets: v1alpha1.Buckets{
			Data: g.bucket("data"), Registry: g.bucket("registry"), Logs: g.bucket("logs"),
			Backups: g.bucket("backups"), Monitoring: kept(g.bucket("monitoring")),
		},
	}
	if env.Encryption.KeyARN != "" && g.one(2) { // the data is encrypted with a key that exists
		s.Datasets.Existing = &v1alpha1.ExistingDatasets{FileSystemID: g.id("fs"), AccessPointID: g.id("fsap")}
		if id := s.Datasets.Existing.FileSystemID; id[len(id)-1] < '8' { // it keeps the throughput mode that it has
			s.Datasets.ThroughputMode = ""
		}
	}
	return s
}

// drivers returns the CSI drivers, in every combination that the schema allows: an
// EKS add-on is omitted from the environment's add-ons if the installer installs the driver,
// and is not disabled if it does not.
func (g generator) drivers(env *v1alpha1.Environment) v1alpha1.Drivers {
	d := v1alpha1.Drivers{
		EBS: pick(g, []v1alpha1.DriverSource{"addon", "installer", ""}), EFS: pick(g, []v1alpha1.DriverSource{"addon", "installer", ""}),
		Volumes: "account", Rights: "podIdentity",
	}
	ebs, efs := g.driver(env, "aws-ebs-csi-driver", d.EBS), g.driver(env, "aws-efs-csi-driver", d.EFS)
	if ebs && g.one(2) {
		d.Volumes = "cluster"
		if addon, stated := env.Cluster.Addons["aws-ebs-csi-driver"]; stated && addon.Version != "" {
			addon.Version = pick(g, []string{"v1.58.0-eksbuild.1", "v1.100.0-eksbuild.2", "v2.0.0-eksbuild.1"})
			env.Cluster.Addons["aws-ebs-csi-driver"] = addon
		}
	}
	if ebs && d.EBS == "" || efs && d.EFS == "" {
		env.Accept["driver-unstated"] = "Domino is not installed here"
	}
	if d.EBS == "addon" && env.Cluster.InCluster == "none" {
		env.Accept["driver-storage-class"] = "the class is there"
	}
	if (!ebs || !efs) && g.one(3) {
		d.Rights = "nodes"
		return d
	}
	if !ebs && g.one(3) {
		d.ServiceAccounts.EBS = g.driverAccount("ebs-csi-controller-sa")
	}
	if !efs && g.one(3) {
		d.ServiceAccounts.EFS = g.driverAccount("efs-csi-controller-sa")
	}
	return d
}

// driver adapts the environment's add-ons to the installer of a driver, and reports whether
// the driver is an add-on.
func (g generator) driver(env *v1alpha1.Environment, addon string, source v1alpha1.DriverSource) bool {
	stated, given := env.Cluster.Addons[addon]
	switch {
	case source == "installer" && stated.Enabled:
		delete(env.Cluster.Addons, addon)
	case source == "addon" && given:
		stated.Enabled = true
		env.Cluster.Addons[addon] = stated
	case source == "":
		return !given || stated.Enabled
	}
	return source == "addon"
}

// driverAccount returns a service account of a driver: with another name, in another
// namespace, or one that has the driver's role in any case.
func (g generator) driverAccount(usual string) *v1alpha1.ServiceAccount {
	return &v1alpha1.ServiceAccount{
		Namespace:      pick(g, []string{"domino-platform", "kube-system", "storage"}),
		ServiceAccount: pick(g, []string{usual, "driver"}),
	}
}

// bucket has a name of its own in one of three.
func (g generator) bucket(role string) v1alpha1.Bucket {
	b := v1alpha1.Bucket{NoncurrentVersionDays: int64(g.between(1, 3650))}
	if g.one(3) {
		b.Name = g.name(3, 30) + "-" + role
	}
	return b
}

// kept returns a bucket of logs, which in half of the cases deletes them by age. It draws no
// number, so that later values do not change.
func kept(b v1alpha1.Bucket) v1alpha1.LogBucket {
	logs := v1alpha1.LogBucket{Name: b.Name, NoncurrentVersionDays: b.NoncurrentVersionDays}
	if days := b.NoncurrentVersionDays; days%2 == 0 {
		logs.RetentionDays = &days
	}
	return logs
}

// registry is ECR in one of three, where the environment's name can begin the
// names of repositories. AWS has no cache of quay.io outside its first partition.
func (g generator) registry(env *v1alpha1.Environment, region catalog.Region) v1alpha1.Registry {
	on := g.one(3) && !strings.Contains(env.Name, "--")
	cache := on && region.Partition == "aws" && g.one(2)
	return v1alpha1.Registry{ECR: v1alpha1.ECR{Enabled: on, PullThroughCache: cache}}
}
