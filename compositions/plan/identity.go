package plan

import (
	"cmp"
	"strings"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// providerRole is the path and name of the role that Crossplane assumes in the account
// unless the user names another one.
const providerRole = "role/dominoc-provider"

// identity returns the key and the roles, whose names derive from the environment's;
// nothing if they have another owner.
func (r *resolver) identity() *v1alpha1.IdentitySpec {
	if r.env.Adopted != nil {
		return r.adoptedIdentity()
	}
	return &v1alpha1.IdentitySpec{
		CreateKey:   r.env.Encryption.KeyARN == "",
		AccountRoot: r.iamARN("root"),
		KeyARN:      r.env.Encryption.KeyARN,
		Buckets:     r.nodeBuckets(),
		Registry:    r.nodeRegistry(),
		Autoscaler:  r.env.Cluster.Autoscaler,
		Volumes:     r.roleVolumes(),
		NodeDrivers: r.nodeDrivers(),
	}
}

// nodeBuckets returns the names of the buckets that nodes read and write.
func (r *resolver) nodeBuckets() v1alpha1.NodeBuckets {
	return v1alpha1.NodeBuckets{
		Data: r.buckets["data"].Name, Registry: r.buckets["registry"].Name,
		Logs: r.buckets["logs"].Name, Backups: r.buckets["backups"].Name,
	}
}

// nodeRegistry returns the registry that nodes push to and pull from, if any.
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

// iamARN returns the ARN of a resource in the account's IAM.
func (r *resolver) iamARN(resource string) string {
	return r.arn("iam", "", r.env.Account, resource)
}

// arn returns the ARN of a resource in the region's partition.
func (r *resolver) arn(service, region, account, resource string) string {
	return strings.Join([]string{"arn", r.region.Partition, service, region, account, resource}, ":")
}

// provider returns the access of Crossplane to the account.
func (r *resolver) provider() v1alpha1.Provider {
	p := r.env.Provider
	p.RoleARN = r.providerRoleARN()
	return p
}

func (r *resolver) providerRoleARN() string {
	return cmp.Or(r.env.Provider.RoleARN, r.iamARN(providerRole))
}
