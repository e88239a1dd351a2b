package diff

import (
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// expires reports data of an installation that was taken over and that AWS deletes from now
// on. What is new has its rule from the start; here the rule is added to what is full.
func (c comparison) expires(before, after *v1alpha1.EnvironmentSpec) {
	was := expiring(before)
	for key, is := range ordered.All(expiring(after)) {
		if from := is.since(was[key]); len(from) > 0 {
			c.reportOn(is.component, dataLoss, key, strings.Join(from, ", and ")+", including existing ones; before, they were kept",
				byHand("before merging, copy what must be kept longer"))
		}
	}
}

// expiry is what AWS deletes by the rules of a bucket or a repository, after days; 0 for
// never.
type expiry struct {
	component, name           string
	versions, objects, images int64
}

// since returns what is deleted, and was not by the rules before. That a bucket with other
// rules deletes objects too is a change of its rules (see expired).
func (e expiry) since(was expiry) []string {
	var from []string
	if e.versions > 0 && was.versions == 0 {
		from = append(from, fmt.Sprintf("overwritten and deleted objects in %s older than %d days are deleted", e.name, e.versions))
	}
	if e.objects > 0 && was.objects == 0 && was.versions == 0 {
		from = append(from, fmt.Sprintf("objects in %s older than %d days are deleted", e.name, e.objects))
	}
	if e.images > 0 && was.images == 0 {
		from = append(from, fmt.Sprintf("images in %s that lost their last tag more than %d days ago are deleted", e.name, e.images))
	}
	return from
}

// untaggedDays is after how many days ECR deletes untagged images (package registry).
const untaggedDays = 14

// expiring returns the rules of taken buckets and repositories, by key.
func expiring(spec *v1alpha1.EnvironmentSpec) map[string]expiry {
	rules := map[string]expiry{}
	if spec.Storage != nil {
		for role, b := range bucketsOf(spec.Storage.Buckets) {
			if b.Adopted != nil {
				rules["lifecycle-"+role] = expiry{component: "storage", name: b.Name, versions: b.NoncurrentVersionDays, objects: b.RetentionDays}
			}
		}
	}
	if r := spec.Registry; r != nil && r.Adopted != nil && r.Adopted.ExpireUntagged {
		for kind, repository := range r.Repositories {
			rules["lifecycle-"+kind] = expiry{component: "registry", name: repository.Name, images: untaggedDays}
		}
	}
	return rules
}

// bucketsOf returns buckets by role.
func bucketsOf(b v1alpha1.BucketsSpec) map[string]v1alpha1.BucketSpec {
	return map[string]v1alpha1.BucketSpec{"data": b.Data, "registry": b.Registry, "logs": b.Logs, "backups": b.Backups, "monitoring": b.Monitoring}
}

// ofTakenStorage reports storage that leaves the environment after it took it over, and edited
// facts of storage that stays.
func (c comparison) ofTakenStorage(before, after *v1alpha1.EnvironmentSpec) {
	was, is := before.Storage, after.Storage
	if was == nil || was.Datasets.Adopted == nil {
		return
	}
	if is == nil || is.Datasets.Adopted == nil {
		c.edited("storage", "taken.storage", true, false, "the file system and the buckets leave the environment, which made no others: Crossplane deletes what holds no data, unless adopted.hold keeps it in AWS")
		return
	}
	c.edited("storage", "taken.storage.securityGroup", was.Datasets.SecurityGroup, is.Datasets.SecurityGroup, "the mount targets get the other security group, and who may reach the first one no longer mounts datasets")
	c.edited("storage", "taken.storage.backup", was.Datasets.Adopted.Backup, is.Datasets.Adopted.Backup, "AWS Backup gets the other schedule or role, or none")
	for role, b := range ordered.All(bucketsOf(was.Buckets)) {
		if other := bucketsOf(is.Buckets)[role]; b.Adopted != nil && other.Adopted != nil {
			c.edited("storage", "taken.storage.policies."+role, b.Adopted.Policy, other.Adopted.Policy, "the bucket gets the other policy")
		}
	}
}
