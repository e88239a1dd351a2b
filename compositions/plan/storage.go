package plan

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// bucketRoles are the buckets, in the order of the schema.
var bucketRoles = [...]string{"data", "registry", "logs", "backups", "monitoring"}

// storage returns the file system and the buckets; nothing if they have another owner.
func (r *resolver) storage() *v1alpha1.StorageSpec {
	if r.env.Adopted != nil && r.env.Adopted.Taken.Storage == nil {
		return nil
	}
	buckets := r.buckets
	r.checkBuckets()
	spec := &v1alpha1.StorageSpec{
		KeyARN:   r.dataKeyARN,
		Datasets: r.datasets(),
		Buckets: v1alpha1.BucketsSpec{
			Data: buckets["data"], Registry: buckets["registry"], Logs: buckets["logs"],
			Backups: buckets["backups"], Monitoring: buckets["monitoring"],
		},
		LoadBalancerLogAccount: r.region.LoadBalancerLogAccount,
	}
	if r.env.Adopted != nil {
		adoptStorage(spec, r.env.Adopted.Taken.Storage)
	}
	return spec
}

// datasets returns the file system, new or existing. The schema requires the key of an
// existing one.
func (r *resolver) datasets() v1alpha1.DatasetsSpec {
	d := r.env.Storage.Datasets
	spec := v1alpha1.DatasetsSpec{
		ThroughputMode: string(d.ThroughputMode),
		SecurityGroup:  r.made("security", "efs"),
		MountTargets:   r.mountTargets(),
		Backup:         v1alpha1.BackupSpec{ColdAfterDays: d.Backup.ColdAfterDays, DeleteAfterDays: d.Backup.DeleteAfterDays},
	}
	if d.Existing != nil {
		spec.FileSystemID, spec.AccessPointID = d.Existing.FileSystemID, d.Existing.AccessPointID
	}
	return spec
}

// mountTargets returns a mount target for each node subnet.
func (r *resolver) mountTargets() map[string]v1alpha1.MountTargetSpec {
	targets := map[string]v1alpha1.MountTargetSpec{}
	for slot, zone := range r.zones {
		targets[slotKey(slot)] = v1alpha1.MountTargetSpec{Subnet: r.vpc.nodes[zone]}
	}
	return targets
}

// findBuckets decides the buckets, by role. The default name contains the account, because
// all buckets in AWS share one space of names.
func (r *resolver) findBuckets() map[string]v1alpha1.BucketSpec {
	buckets := map[string]v1alpha1.BucketSpec{}
	for role, bucket := range r.bucketsOfUser() {
		buckets[role] = v1alpha1.BucketSpec{
			Name:                  cmp.Or(bucket.Name, strings.Join([]string{r.env.Name, r.env.Account, role}, "-")),
			NoncurrentVersionDays: bucket.NoncurrentVersionDays, RetentionDays: number(bucket.RetentionDays),
		}
	}
	return buckets
}

// bucketsOfUser returns the buckets as the user states them, by role. Only the bucket of
// access logs deletes objects by age.
func (r *resolver) bucketsOfUser() map[string]v1alpha1.LogBucket {
	b := r.env.Storage.Buckets
	kept := func(b v1alpha1.Bucket) v1alpha1.LogBucket {
		return v1alpha1.LogBucket{Name: b.Name, NoncurrentVersionDays: b.NoncurrentVersionDays}
	}
	return map[string]v1alpha1.LogBucket{
		"data": kept(b.Data), "registry": kept(b.Registry), "logs": kept(b.Logs), "backups": kept(b.Backups), "monitoring": b.Monitoring,
	}
}

// checkBuckets checks all names, given and default, against the rules of S3. The
// schema checks the given ones only.
func (r *resolver) checkBuckets() {
	for i, role := range bucketRoles {
		name := r.buckets[role].Name
		// S3 reserves some names (S3 user guide, "General purpose bucket naming rules").
		for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
			if strings.HasPrefix(name, prefix) {
				r.refuseReserved(role, name, fmt.Sprintf("begins with %q", prefix))
			}
		}
		for _, suffix := range []string{"-s3alias", "--ol-s3", "--x-s3", "--table-s3"} {
			if strings.HasSuffix(name, suffix) {
				r.refuseReserved(role, name, fmt.Sprintf("ends with %q", suffix))
			}
		}
		for _, other := range bucketRoles[:i] {
			if r.buckets[other].Name == name {
				r.refuse("bucket-unique", r.bucketPath(role), problem{
					message: fmt.Sprintf("the %s and the %s bucket are both named %q; each role needs a separate bucket (R15)", other, role, name),
					notes:   []diag.Note{r.note(r.bucketPath(other), "the "+other+" bucket")},
				})
			}
		}
	}
}

func (r *resolver) refuseReserved(role, name, what string) {
	r.refuse("bucket-name", r.bucketPath(role), problem{
		message: fmt.Sprintf("%s bucket %q %s, which S3 reserves (R15)", role, name, what),
		hint:    "set storage.buckets." + role + ".name",
	})
}

// bucketPath returns the path of the field that decides a bucket's name: its own, or the
// environment's name, from which the default derives.
func (r *resolver) bucketPath(role string) diag.Path {
	if r.bucketsOfUser()[role].Name == "" {
		return diag.Path{"name"}
	}
	return diag.Path{"storage", "buckets", role, "name"}
}
