// Package registry lowers DominoRegistry: Amazon ECR as the Docker registry of
// Domino (R16).
//
// What comes in is the name of each repository, the key, and the prefix of the
// cache when there is one. What comes out:
//
//   - a repository for each kind of image that Domino builds. Pushes are
//     scanned, a tag never moves to another image, and images are encrypted with
//     the environment's key;
//   - a lifecycle policy on each: what lost its last tag goes after a while.
//     Tagged images stay, because only Domino knows which of them are in use;
//     repositories that were taken over are scanned and have a policy only if
//     the environment says so, and are encrypted as they are;
//   - on request, a rule by which ECR caches the images of quay.io. ECR makes
//     the repositories behind it as they are asked for.
//
// Which nodes may push and pull is part of package identity. Repositories and
// their policies stay in AWS when their object goes, unless the environment
// allows deletion; they are taken up again by name. The cache's rule goes: it
// holds nothing, and AWS refuses to make a second one of the same prefix.
//
// It exports repositories.<key>.url.
//
// Keys, which never change: repo-<key> and lifecycle-<key> for each repository,
// cache-quay.
//
// Only package compositions calls it.
package registry

import (
	"slices"

	ecr "github.com/upbound/provider-aws/v2/apis/namespaced/ecr/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// expireUntagged is the lifecycle policy of every repository. Images that a
// tagged index refers to have no tag themselves; ECR keeps those.
const expireUntagged = `{"rules":[{"rulePriority":1,"description":"images that lost their last tag",` +
	`"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":14},` +
	`"action":{"type":"expire"}}]}`

// Lower makes the resources of a registry.
func Lower(common v1alpha1.Common, spec v1alpha1.RegistrySpec, _ v1alpha1.RegistryStatus) []resource.Resource {
	r := registry{resource.Component{Common: common, Component: "registry"}, spec}
	return slices.Concat(
		resource.Each(spec.Repositories, r.repository),
		r.lifecycles(),
		r.cache(),
	)
}

type registry struct {
	resource.Component
	spec v1alpha1.RegistrySpec
}

func (r registry) repository(key string, spec v1alpha1.RepositorySpec) resource.Resource {
	return r.Managed("repo-"+key, ecr.Repository_GroupVersionKind, &ecr.Repository{
		Spec: ecr.RepositorySpec{ForProvider: ecr.RepositoryParameters{
			Region:                     &r.Region,
			ForceDelete:                new(r.Deletion == "allow"),
			ImageTagMutability:         new("IMMUTABLE"),
			ImageScanningConfiguration: &ecr.ImageScanningConfigurationParameters{ScanOnPush: new(r.scanned())},
			EncryptionConfiguration:    r.encryption(),
			Tags:                       r.TagsOf(spec.Name),
		}},
	}).Named(spec.Name).Retained(r.Deletion).
		Exporting("status.atProvider.repositoryUrl", "repositories."+key+".url")
}

func (r registry) scanned() bool { return r.spec.Adopted == nil || r.spec.Adopted.ScanOnPush }

// encryption is by the key, if there is one. ECR never changes that of a repository, and
// encrypts with keys of its own where nothing is said.
func (r registry) encryption() []ecr.EncryptionConfigurationParameters {
	if r.spec.KeyARN == "" {
		return nil
	}
	return []ecr.EncryptionConfigurationParameters{{EncryptionType: new("KMS"), KMSKey: &r.spec.KeyARN}}
}

func (r registry) lifecycles() []resource.Resource {
	if r.spec.Adopted != nil && !r.spec.Adopted.ExpireUntagged {
		return nil
	}
	return resource.Each(r.spec.Repositories, r.lifecycle)
}

func (r registry) lifecycle(key string, spec v1alpha1.RepositorySpec) resource.Resource {
	return r.Managed("lifecycle-"+key, ecr.LifecyclePolicy_GroupVersionKind, &ecr.LifecyclePolicy{
		Spec: ecr.LifecyclePolicySpec{ForProvider: ecr.LifecyclePolicyParameters{
			Region:     &r.Region,
			Repository: &spec.Name,
			Policy:     new(expireUntagged),
		}},
	}).Retained(r.Deletion)
}

func (r registry) cache() []resource.Resource {
	if r.spec.PullThroughCachePrefix == "" {
		return nil
	}
	return []resource.Resource{r.Managed("cache-quay", ecr.PullThroughCacheRule_GroupVersionKind, &ecr.PullThroughCacheRule{
		Spec: ecr.PullThroughCacheRuleSpec{ForProvider: ecr.PullThroughCacheRuleParameters{
			Region:              &r.Region,
			EcrRepositoryPrefix: &r.spec.PullThroughCachePrefix,
			UpstreamRegistryURL: new("quay.io"),
		}},
	})}
}
