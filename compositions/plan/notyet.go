package plan

import (
	"reflect"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// notYet refuses what the schema has and this release does not compile yet, so
// that no setting is a silent no-op. What is not set is not missed. An entry
// goes when the component that makes it comes.
func (r *resolver) notYet() {
	d, n, c, s := r.env.Domain, r.env.Network, r.env.Cluster, r.env.Storage
	r.later(d.Certificate != nil, "domain", "certificate")
	r.later(d.HostedZone != nil, "domain", "hostedZone")
	r.later(n.PodCIDR != "", "network", "podCIDR")
	r.later(c.InCluster != "provider" && c.InCluster != "", "cluster", "inCluster")
	r.later(c.Autoscaler, "cluster", "autoscaler")
	for _, addon := range []string{"aws-ebs-csi-driver", "aws-efs-csi-driver", "coredns"} {
		a, given := c.Addons[addon]
		r.later(given && !reflect.DeepEqual(a, v1alpha1.Addon{Enabled: true}), "cluster", "addons", addon)
	}
	r.later(s.Datasets.ThroughputMode == "bursting", "storage", "datasets", "throughputMode")
	r.later(!defaultBackup(s.Datasets.Backup), "storage", "datasets", "backup")
	r.later(s.Datasets.Existing != nil, "storage", "datasets", "existing")
	r.later(s.BlockStorage.Type == "gp2", "storage", "blockStorage", "type")
	r.bucketsNotYet(s.Buckets)
	r.later(r.env.Registry.ECR.Enabled, "registry", "ecr", "enabled")
	r.later(r.env.Registry.ECR.PullThroughCache, "registry", "ecr", "pullThroughCache")
}

func (r *resolver) bucketsNotYet(b v1alpha1.Buckets) {
	for role, bucket := range inOrder(map[string]v1alpha1.Bucket{
		"data": b.Data, "registry": b.Registry, "logs": b.Logs, "backups": b.Backups, "monitoring": b.Monitoring,
	}) {
		r.later(bucket.Name != "", "storage", "buckets", role, "name")
		r.later(bucket.NoncurrentVersionDays != 0 && bucket.NoncurrentVersionDays != 30, "storage", "buckets", role, "noncurrentVersionDays")
	}
}

// defaultBackup compares with the schema's defaults; absent is one too.
func defaultBackup(b v1alpha1.Backup) bool {
	return b == v1alpha1.Backup{} || b == v1alpha1.Backup{ColdAfterDays: 35, DeleteAfterDays: 125}
}

func (r *resolver) later(set bool, path ...string) {
	if !set {
		return
	}
	r.refuse("not-yet-compiled", diag.Path(path), problem{
		message: "this release of dominoc does not compile " + diag.Path(path).String() + " yet",
		hint:    "leave it out",
	})
}
