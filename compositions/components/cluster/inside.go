package cluster

import (
	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"
	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// addon is an add-on of EKS. EKS overwrites changes made inside the cluster:
// the environment's file says what is there.
func (c cluster) addon(name string, spec v1alpha1.AddonSpec) resource.Resource {
	addon := c.Managed(c.key(name), eks.Addon_GroupVersionKind, &eks.Addon{
		Spec: eks.AddonSpec{ForProvider: eks.AddonParameters{
			Region:                   &c.Region,
			ClusterNameRef:           c.Ref("cluster"),
			AddonName:                &name,
			AddonVersion:             resource.Optional(spec.Version),
			ConfigurationValues:      resource.Optional(c.configuration(name, spec)),
			ResolveConflictsOnCreate: new("OVERWRITE"),
			ResolveConflictsOnUpdate: new("OVERWRITE"),
			Tags:                     c.Tagged(),
		}},
	})
	if name == vpcCNI {
		return addon.Exporting("status.atProvider.arn", "vpcCNI")
	}
	return addon
}

// loadBalancers gives the load balancer controller its role. The installer makes
// the service account and its namespace, before or after (R9, R18).
func (c cluster) loadBalancers(spec v1alpha1.ClusterSpec) []resource.Resource {
	if spec.Adopted != nil {
		return nil
	}
	return []resource.Resource{c.Managed("pod-load-balancer", eks.PodIdentityAssociation_GroupVersionKind, &eks.PodIdentityAssociation{
		Spec: eks.PodIdentityAssociationSpec{ForProvider: eks.PodIdentityAssociationParameters_2{
			Region:         &c.Region,
			ClusterNameRef: c.Ref("cluster"),
			Namespace:      new("domino-platform"),
			ServiceAccount: new("aws-load-balancer-controller"),
			RoleArnRef:     c.RefIn("identity", "load-balancer"),
			Tags:           c.Tagged(),
		}},
	})}
}

// issuer lets IAM trust the tokens of the cluster's service accounts.
func (c cluster) issuer(spec v1alpha1.ClusterSpec, status v1alpha1.ClusterStatus) []resource.Resource {
	if spec.Adopted != nil && !spec.Adopted.OIDCProvider {
		return nil
	}
	issuer := c.Managed("issuer", iam.OpenIDConnectProvider_GroupVersionKind, &iam.OpenIDConnectProvider{
		Spec: iam.OpenIDConnectProviderSpec{ForProvider: iam.OpenIDConnectProviderParameters{
			URL:          &status.Issuer,
			ClientIDList: []*string{new("sts.amazonaws.com")},
			Tags:         c.TagsOf(c.Name),
		}},
	})
	if spec.OIDCKnown { // IAM answers with the URL as trust policies have it, without https://
		issuer = issuer.Exporting("status.atProvider.url", "oidcProvider")
	}
	return []resource.Resource{issuer}
}

// kubeconfig writes a secret with a short-lived token.
func (c cluster) kubeconfig() resource.Resource {
	auth := &eks.ClusterAuth{Spec: eks.ClusterAuthSpec{ForProvider: eks.ClusterAuthParameters{
		Region:         c.Region,
		ClusterNameRef: c.Ref("cluster"),
	}}}
	auth.SetWriteConnectionSecretToReference(&xpv1.LocalSecretReference{Name: v1alpha1.KubeconfigSecret(c.Name)})
	return c.Managed("kubeconfig", eks.ClusterAuth_GroupVersionKind, auth)
}
