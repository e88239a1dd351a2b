package plan

import (
	"strings"

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
		return nil
	}
	spec := &v1alpha1.RegistrySpec{Key: r.key(), Repositories: map[string]v1alpha1.RepositorySpec{}}
	for _, kind := range repositories {
		spec.Repositories[kind] = v1alpha1.RepositorySpec{Name: r.env.Name + "/" + kind}
	}
	if ecr.PullThroughCache {
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
