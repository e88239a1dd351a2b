package plan

import (
	"cmp"
	"strings"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// providerRole is the path and name of the role that Crossplane assumes in the
// account when the user names none.
const providerRole = "role/dominoc-provider"

// identity is the key and the roles. The roles' names follow from the
// environment's; see checkNames.
func (r *resolver) identity() v1alpha1.IdentitySpec {
	return v1alpha1.IdentitySpec{
		CreateKey:   r.env.Encryption.KeyARN == "",
		AccountRoot: r.iamARN("root"),
		KeyARN:      r.env.Encryption.KeyARN,
		Buckets: v1alpha1.NodeBuckets{
			Data: r.buckets["data"].Name, Registry: r.buckets["registry"].Name,
			Logs: r.buckets["logs"].Name, Backups: r.buckets["backups"].Name,
		},
		Registry:    r.nodeRegistry(),
		Autoscaler:  r.env.Cluster.Autoscaler,
		Volumes:     r.roleVolumes(),
		NodeDrivers: r.nodeDrivers(),
	}
}

// nodeRegistry is what nodes push to and pull from, or nothing.
func (r *resolver) nodeRegistry() *v1alpha1.NodeRegistry {
	if !r.env.Registry.ECR.Enabled {
		return nil
	}
	registry := &v1alpha1.NodeRegistry{Repositories: r.repositories()}
	if r.env.Registry.ECR.PullThroughCache {
		registry.PullThroughCachePrefix = cachePrefix(r.env.Name)
	}
	return registry
}

// iamARN is the ARN of something in the account's IAM.
func (r *resolver) iamARN(resource string) string {
	return r.arn("iam", "", r.env.Account, resource)
}

// arn is the ARN of a resource in the region's partition.
func (r *resolver) arn(service, region, account, resource string) string {
	return strings.Join([]string{"arn", r.region.Partition, service, region, account, resource}, ":")
}

// provider is how Crossplane reaches the account.
func (r *resolver) provider() v1alpha1.Provider {
	p := r.env.Provider
	p.RoleARN = r.providerRoleARN()
	return p
}

func (r *resolver) providerRoleARN() string {
	return cmp.Or(r.env.Provider.RoleARN, r.iamARN(providerRole))
}
