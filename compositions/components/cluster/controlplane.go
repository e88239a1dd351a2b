package cluster

import (
	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	cloudwatchlogs "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchlogs/v1beta1"
	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// logs are kept as data is: who did what is asked for after a cluster is gone.
func (c cluster) logs(spec v1alpha1.ClusterSpec) resource.Resource {
	name := "/aws/eks/" + c.Name + "/cluster" // where EKS writes
	key := &spec.KeyARN
	if spec.Adopted != nil && spec.Adopted.PlainLogs {
		key = nil
	}
	return c.Managed("logs", cloudwatchlogs.Group_GroupVersionKind, &cloudwatchlogs.Group{
		Spec: cloudwatchlogs.GroupSpec{ForProvider: cloudwatchlogs.GroupParameters{
			Region:          &c.Region,
			RetentionInDays: resource.Number(spec.LogRetentionDays),
			KMSKeyID:        key,
			Tags:            c.TagsOf(name),
		}},
	}).Named(name).Retained(c.Deletion)
}

func (c cluster) controlPlane(spec v1alpha1.ClusterSpec) resource.Resource {
	parameters := eks.ClusterParameters{
		Region:     &c.Region,
		Version:    &spec.Version,
		RoleArnRef: c.RefIn("identity", "cluster"),
		AccessConfig: &eks.AccessConfigParameters{
			AuthenticationMode:                      new("API"),
			BootstrapClusterCreatorAdminPermissions: new(false),
		},
		BootstrapSelfManagedAddons: new(false),
		DeletionProtection:         new(c.Deletion != "allow"),
		EnabledClusterLogTypes:     resource.Texts(spec.LogTypes),
		EncryptionConfig: &eks.EncryptionConfigParameters{
			Provider:  &eks.ProviderParameters{KeyArn: &spec.KeyARN},
			Resources: []*string{new("secrets")},
		},
		KubernetesNetworkConfig: &eks.KubernetesNetworkConfigParameters{
			IPFamily:        new("ipv4"),
			ServiceIPv4Cidr: &spec.ServiceCIDR,
		},
		UpgradePolicy: &eks.UpgradePolicyParameters{SupportType: &spec.SupportType},
		VPCConfig:     c.vpc(spec),
		Tags:          c.TagsOf(c.Name),
	}
	if spec.Adopted != nil {
		c.adopt(&parameters, spec.Adopted)
	}
	return c.Managed("cluster", eks.Cluster_GroupVersionKind, &eks.Cluster{Spec: eks.ClusterSpec{ForProvider: parameters}}).Named(c.Name).
		Exporting("status.atProvider.version", "version").
		Exporting("status.atProvider.endpoint", "endpoint").
		Exporting("status.atProvider.certificateAuthority[0].data", "certificateAuthority").
		Exporting("status.atProvider.identity[0].oidc[0].issuer", "issuer")
}

// adopt makes a control plane say what it has of others. What AWS only takes at creation,
// and never answers, stays as it is for a new one.
func (c cluster) adopt(p *eks.ClusterParameters, spec *v1alpha1.AdoptedClusterSpec) {
	p.RoleArn, p.RoleArnRef = &spec.RoleARN, nil
	p.AccessConfig.AuthenticationMode = &spec.AuthenticationMode
	p.VPCConfig.SecurityGroupIds, p.VPCConfig.SecurityGroupIDRefs = []*string{&spec.SecurityGroupID}, nil
	p.DeletionProtection = new(!spec.Deletable)
}

// vpc is where the control plane's network interfaces are and who reaches them.
func (c cluster) vpc(spec v1alpha1.ClusterSpec) *eks.VPCConfigParameters {
	config := &eks.VPCConfigParameters{
		EndpointPrivateAccess: new(true),
		EndpointPublicAccess:  new(len(spec.PublicCIDRs) > 0),
		PublicAccessCidrs:     resource.Texts(spec.PublicCIDRs),
		SecurityGroupIDRefs:   []xpv1.NamespacedReference{*c.RefIn("security", "cluster")},
	}
	config.SubnetIds, config.SubnetIDRefs = resource.ResolveAll(spec.Subnets)
	return config
}
