package plan

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The ways of cluster.inCluster.
const (
	throughProviders v1alpha1.InCluster = "provider"
	byTheUser        v1alpha1.InCluster = "none"
)

const coreDNS = "coredns"

// The service account of the Cluster Autoscaler, also if the installer installs it.
const (
	autoscalerNamespace      = "kube-system"
	autoscalerServiceAccount = "cluster-autoscaler"
)

// nodeAddons returns the add-ons whose pods need nodes: DNS, and the CSI drivers that
// are add-ons.
func (r *resolver) nodeAddons() map[string]v1alpha1.NodeAddonSpec {
	specs := map[string]v1alpha1.NodeAddonSpec{}
	if addon, given := r.env.Cluster.Addons[coreDNS]; !given || addon.Enabled {
		specs[coreDNS] = v1alpha1.NodeAddonSpec{Version: addon.Version, Configuration: r.dnsConfiguration(addon)}
	}
	for _, d := range r.drivers() {
		if !d.addon {
			continue
		}
		addon := r.env.Cluster.Addons[d.name]
		specs[d.name] = v1alpha1.NodeAddonSpec{
			Version:       addon.Version,
			Configuration: r.configuration(d.name, addon),
			PodIdentity:   &v1alpha1.AddonIdentity{RoleARN: r.roleARN(d.role), ServiceAccount: d.account},
		}
	}
	return specs
}

// dnsConfiguration places DNS on the platform's nodes, as the Terraform modules do, because
// compute nodes are added and removed all the time. The user's settings override this.
func (r *resolver) dnsConfiguration(addon v1alpha1.Addon) string {
	all := map[string]any{"nodeSelector": map[string]any{labelCalico: "true"}}
	maps.Copy(all, addon.Configuration)
	addon.Configuration = all
	return r.configuration(coreDNS, addon)
}

// roleARN returns the ARN of one of the environment's own roles, which is known
// before the role is made.
func (r *resolver) roleARN(role string) string {
	return r.iamARN("role/" + r.env.Name + "-" + role)
}

// podIdentities returns the associations for programs that are not EKS add-ons: the load
// balancer controller and the CSI drivers, under each name that they may have, the
// autoscaler, which has its rights even if the user installs it, and the user's own.
func (r *resolver) podIdentities() map[string]v1alpha1.PodIdentitySpec {
	specs := r.podRoleIdentities()
	if r.env.Adopted != nil { // the roles that are there trust the service accounts themselves
		return specs
	}
	for _, a := range r.controllerAccounts() {
		specs[a.key] = v1alpha1.PodIdentitySpec{
			RoleARN: r.roleARN("load-balancer-controller"), Namespace: a.namespace, ServiceAccount: a.name,
		}
	}
	for _, d := range r.drivers() {
		for _, a := range r.driverAccounts(d) {
			specs[a.key] = v1alpha1.PodIdentitySpec{RoleARN: r.roleARN(d.role), Namespace: a.namespace, ServiceAccount: a.name}
		}
	}
	if r.env.Cluster.Autoscaler {
		specs["autoscaler"] = v1alpha1.PodIdentitySpec{
			RoleARN: r.roleARN("autoscaler"), Namespace: autoscalerNamespace, ServiceAccount: autoscalerServiceAccount,
		}
	}
	return specs
}

// inCluster returns the objects inside the cluster, in the same terms for both ways in.
func (r *resolver) inCluster() *v1alpha1.InClusterSpec {
	c := r.env.Cluster
	if c.InCluster == byTheUser {
		return nil
	}
	spec := &v1alpha1.InClusterSpec{
		Access:       r.access(),
		StorageClass: r.storageClass(),
		Calico:       r.calico(),
	}
	if c.Autoscaler {
		spec.Autoscaler = &v1alpha1.AutoscalerSpec{ImageTag: "v" + catalog.AutoscalerRelease(c.Version)}
	}
	return spec
}

// storageClass returns the storage class, unless Domino's installer creates it, which it
// does where it installs the driver.
func (r *resolver) storageClass() *v1alpha1.StorageClassSpec {
	if r.installerBlockStorage() {
		return nil
	}
	return &v1alpha1.StorageClassSpec{Type: r.env.Storage.BlockStorage.Type, KMSKeyID: r.volumeKey()}
}

// access returns the access of the provider itself: EKS gives the creator of a cluster no
// access to it unless the request asks for it.
func (r *resolver) access() *v1alpha1.AccessSpec {
	if r.env.Cluster.InCluster != throughProviders {
		return nil
	}
	return &v1alpha1.AccessSpec{
		RoleARN: r.providerRoleARN(), PolicyARN: r.accessPolicyARN(clusterAdmin),
		HandOver: r.env.Cluster.HandOver,
		Network:  r.vpc.existing == nil,

		ForeignGroups: r.foreignGroups(),
	}
}

// volumeKey returns the user's key, or the alias of ours: a storage class in Git cannot
// wait for the key's ARN, and an existing one cannot be changed.
func (r *resolver) volumeKey() string {
	return cmp.Or(r.env.Encryption.KeyARN, r.arn("kms", r.env.Region, r.env.Account, "alias/"+r.env.Name))
}

// calico returns Calico, which runs on the platform's nodes and gets its images from
// quay.io through the pull-through cache, if there is one.
func (r *resolver) calico() *v1alpha1.CalicoSpec {
	if r.env.Cluster.NetworkPolicy != "calico" {
		return nil
	}
	release := catalog.CalicoFor(r.env.Cluster.Version)
	if version := r.env.Cluster.Version; !release.TestedWith(version) {
		r.warn("calico-untested", diag.Path{"cluster", "version"}, problem{
			message: fmt.Sprintf("Calico %s is tested with Kubernetes %s to %s, as of %s, and not with %q",
				release.Release, release.Oldest, release.Newest, catalog.DateOf("calico-releases.csv"), version),
			hint: fmt.Sprintf("use a version in that range, or cluster.networkPolicy: \"vpc-cni\" for a new cluster; accept this once you have tested network policies with %s", version),
		})
	}
	spec := &v1alpha1.CalicoSpec{
		Version: release.Release, Definitions: release.DefinitionsChart, Tolerations: r.platformTolerations(),
		FIPS: r.env.FIPS,
	}
	if ecr := r.env.Registry.ECR; ecr.Enabled && ecr.PullThroughCache {
		spec.Registry = r.registryHost() + "/" + cachePrefix(r.env.Name) + "/"
	}
	return spec
}

// platformTolerations returns the tolerations with which pods run on every node of the
// platform (R2), whose pools may have the user's taints.
func (r *resolver) platformTolerations() []v1alpha1.TolerationSpec {
	keys := map[string]bool{}
	for name, pool := range ordered.All(r.env.Pools) {
		if role(name, pool) == platformRole {
			for _, taint := range taints(pool) {
				keys[taint.Key] = true
			}
		}
	}
	var specs []v1alpha1.TolerationSpec
	for key := range ordered.All(keys) {
		specs = append(specs, v1alpha1.TolerationSpec{Key: key})
	}
	return specs
}

// registryHost returns the account's registry in the region.
func (r *resolver) registryHost() string {
	return strings.Join([]string{r.env.Account, "dkr.ecr", r.env.Region, r.region.DNSSuffix}, ".")
}
