package diff

import (
	"fmt"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// expires reports data of an installation that was taken over and that AWS deletes from now
// on. What is new has its rule from the start; here the rule is added to what is full.
func (c comparison) expires(before, after *v1alpha1.EnvironmentSpec) {
	was := expiring(before)
	for key, is := range ordered.All(expiring(after)) {
		if _, known := was[key]; known {
			continue
		}
		c.reportOn(is.component, dataLoss, key, is.what+", including existing ones; before, they were kept",
			byHand("before merging, copy what must be kept longer"))
	}
}

// expiry is what AWS deletes by a rule of a taken component.
type expiry struct{ component, what string }

// expiring returns what AWS deletes by rules of taken components, by the key of the rule.
func expiring(spec *v1alpha1.EnvironmentSpec) map[string]expiry {
	rules := map[string]expiry{}
	if spec.Storage != nil {
		b := spec.Storage.Buckets
		for role, bucket := range map[string]v1alpha1.BucketSpec{"data": b.Data, "registry": b.Registry, "logs": b.Logs, "backups": b.Backups, "monitoring": b.Monitoring} {
			if bucket.Adopted == nil {
				continue
			}
			if days := bucket.NoncurrentVersionDays; days > 0 {
				rules["lifecycle-"+role] = expiry{"storage", fmt.Sprintf("overwritten and deleted objects in %s older than %d days are deleted", bucket.Name, days)}
			}
			if days := bucket.RetentionDays; days > 0 {
				rules["lifecycle-"+role] = expiry{"storage", fmt.Sprintf("objects in %s older than %d days are deleted", bucket.Name, days)}
			}
		}
	}
	if r := spec.Registry; r != nil && r.Adopted != nil && r.Adopted.ExpireUntagged {
		for kind, repository := range r.Repositories {
			rules["lifecycle-"+kind] = expiry{"registry", fmt.Sprintf("images in %s that lost their last tag more than 14 days ago are deleted", repository.Name)}
		}
	}
	return rules
}
