package takeover

import (
	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
)

// claimRegistry reads the repositories and the cache. Their names are an environment's own,
// but for the cache of a long one.
func (f *facts) claimRegistry(c *claim) {
	repositories := f.repositories()
	if len(repositories) == 0 {
		c.refuse("", "leave it out of --take", "there is no repository of ECR that an environment could take")
		return
	}
	scanned := scans(repositories[0])
	for _, r := range repositories[1:] {
		if scans(r) != scanned {
			c.refuse(r.Address, "scan the images of all repositories, or of none, and refresh the state", "its images are scanned, and those of %s are not, or the other way round", repositories[0].Address)
		}
	}
	c.facts.unless(true, "scanOnPush", scanned)
	for _, rule := range f.state.Of(true, "aws_ecr_pull_through_cache_rule", "quay") {
		c.facts.add("cachePrefix", rule.Text("ecr_repository_prefix"))
		c.ids["cache-quay"] = rule.Text("id")
	}
}

// scans reports whether ECR scans what is pushed to a repository.
func scans(r terraform.Resource) bool {
	return truth(r, "image_scanning_configuration", "scan_on_push")
}
