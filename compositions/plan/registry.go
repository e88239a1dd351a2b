package plan

import (
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// repositories are the kinds of image that Domino builds (baseline 1.3).
var repositories = [...]string{"environment", "genai-model", "model"}

// The prefix of a pull-through cache rule has at most 30 characters (ECR API
// reference, CreatePullThroughCacheRule).
const (
	longestCachePrefix = 30
	cacheOfQuay        = "/quay"
)

// registry is Amazon ECR, or nothing.
func (r *resolver) registry() *v1alpha1.RegistrySpec {
	ecr := r.env.Registry.ECR
	if !ecr.Enabled {
		r.checkNoCache()
		return nil
	}
	r.checkRepositoryName()
	spec := &v1alpha1.RegistrySpec{Key: r.key(), Repositories: map[string]v1alpha1.RepositorySpec{}}
	for _, kind := range repositories {
		spec.Repositories[kind] = v1alpha1.RepositorySpec{Name: r.env.Name + "/" + kind}
	}
	if ecr.PullThroughCache {
		r.checkCacheRegion()
		spec.PullThroughCachePrefix = cachePrefix(r.env.Name)
	}
	return spec
}

// cachePrefix is <environment>/quay. A longer name is cut and told apart by a
// hash, because two environments of one account must not share a cache.
func cachePrefix(environment string) string {
	room := longestCachePrefix - len(cacheOfQuay)
	if len(environment) > room {
		hash := shortHash(environment)
		environment = strings.TrimRight(environment[:room-len(hash)-1], "-") + "-" + hash
	}
	return environment + cacheOfQuay
}

// checkRepositoryName refuses what ECR takes for no name of a repository.
func (r *resolver) checkRepositoryName() {
	if !strings.Contains(r.env.Name, "--") {
		return
	}
	r.refuse("repository-name", diag.Path{"name"}, problem{
		message: fmt.Sprintf("%q has two hyphens in a row, which ECR does not allow in the repositories that begin with it (R16)", r.env.Name),
		hint:    "choose another name, or leave registry.ecr off",
		notes:   []diag.Note{r.note(diag.Path{"registry", "ecr", "enabled"}, "the registry")},
	})
}

func (r *resolver) checkNoCache() {
	if !r.env.Registry.ECR.PullThroughCache {
		return
	}
	r.refuse("cache-without-registry", diag.Path{"registry", "ecr", "pullThroughCache"}, problem{
		message: "a cache of quay.io, but no registry that it would be part of (R16)",
		hint:    "set registry.ecr.enabled to true, or leave the cache out",
	})
}

// checkCacheRegion: ECR caches other registries in the partition aws only.
func (r *resolver) checkCacheRegion() {
	if r.region.Partition == "aws" {
		return
	}
	r.refuse("cache-region", diag.Path{"registry", "ecr", "pullThroughCache"}, problem{
		message: fmt.Sprintf("ECR has no cache of quay.io in %q, which is of partition %q; allowed are regions of partition \"aws\"", r.env.Region, r.region.Partition),
		hint:    "leave it out, and copy the images into the registry",
		notes:   []diag.Note{r.note(diag.Path{"region"}, "the region")},
	})
}
