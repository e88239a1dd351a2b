package random

import (
	"strings"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// domain is a name with a certificate, with a zone for one, or alone.
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
			Backups: g.bucket("backups"), Monitoring: g.bucket("monitoring"),
		},
	}
	if env.Encryption.KeyARN != "" && g.one(2) { // the data is encrypted with a key that exists
		s.Datasets.Existing = &v1alpha1.ExistingDatasets{FileSystemID: g.id("fs"), AccessPointID: g.id("fsap")}
	}
	return s
}

// bucket has a name of its own in one of three.
func (g generator) bucket(role string) v1alpha1.Bucket {
	b := v1alpha1.Bucket{NoncurrentVersionDays: int64(g.between(1, 3650))}
	if g.one(3) {
		b.Name = g.name(3, 30) + "-" + role
	}
	return b
}

// registry is ECR in one of three, where the environment's name can begin the
// names of repositories. AWS has no cache of quay.io outside its first partition.
func (g generator) registry(env *v1alpha1.Environment, region catalog.Region) v1alpha1.Registry {
	on := g.one(3) && !strings.Contains(env.Name, "--")
	cache := on && region.Partition == "aws" && g.one(2)
	return v1alpha1.Registry{ECR: v1alpha1.ECR{Enabled: on, PullThroughCache: cache}}
}
