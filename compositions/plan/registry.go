package plan

import (
	"strings"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// kindsOfImage are the images that Domino builds (baseline 1.3).
var kindsOfImage = [...]string{"environment", "genai-model", "model"}

// The prefix of a pull-through cache rule has at most 30 characters (ECR API
// reference, CreatePullThroughCacheRule).
const (
	longestCachePrefix = 30
	cacheOfQuay        = "/quay"
)

// registry returns Amazon ECR; nothing if there is none, or it has another owner.
func (r *resolver) registry() *v1alpha1.RegistrySpec {
	ecr := r.env.Registry.ECR
	if !ecr.Enabled {
		return nil
	}
	spec := &v1alpha1.RegistrySpec{KeyARN: r.dataKeyARN, Repositories: r.repositories()}
	if r.env.Adopted != nil {
		return adoptRegistry(spec, r.env.Adopted.Taken.Registry)
	}
	if ecr.PullThroughCache {
		spec.PullThroughCachePrefix = cachePrefix(r.env.Name)
	}
	return spec
}

// repositories are <environment>/<kind of image>.
func (r *resolver) repositories() map[string]v1alpha1.RepositorySpec {
	specs := map[string]v1alpha1.RepositorySpec{}
	for _, kind := range kindsOfImage {
		specs[kind] = v1alpha1.RepositorySpec{Name: r.env.Name + "/" + kind}
	}
	return specs
}

// cachePrefix returns <environment>/quay. It cuts a longer name and adds a hash, because two
// environments of an account must not share a cache.
func cachePrefix(environment string) string {
	room := longestCachePrefix - len(cacheOfQuay)
	if len(environment) > room {
		hash := shortHash(environment)
		environment = strings.TrimRight(environment[:room-len(hash)-1], "-") + "-" + hash
	}
	return environment + cacheOfQuay
}
