package cluster

import (
	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// admin is an access entry and, unless its groups alone say what it may do, its
// policy, which takes the principal from the entry and so comes after it.
func (c cluster) admin(key string, spec v1alpha1.AdminSpec) []resource.Resource {
	if spec.PolicyARN == "" {
		return []resource.Resource{c.accessEntry(key, spec)}
	}
	return []resource.Resource{c.accessEntry(key, spec), c.accessPolicy(key, spec)}
}

func (c cluster) accessEntry(key string, spec v1alpha1.AdminSpec) resource.Resource {
	return c.Managed(c.key("admin-"+key), eks.AccessEntry_GroupVersionKind, &eks.AccessEntry{
		Spec: eks.AccessEntrySpec{ForProvider: eks.AccessEntryParameters{
			Region:           &c.Region,
			ClusterNameRef:   c.Ref("cluster"),
			PrincipalArn:     &spec.PrincipalARN,
			KubernetesGroups: resource.Texts(spec.KubernetesGroups),
			Type:             new("STANDARD"),
			Tags:             c.Tagged(),
		}},
	})
}

func (c cluster) accessPolicy(key string, spec v1alpha1.AdminSpec) resource.Resource {
	return c.Managed(c.key("policy-"+key), eks.AccessPolicyAssociation_GroupVersionKind, &eks.AccessPolicyAssociation{
		Spec: eks.AccessPolicyAssociationSpec{ForProvider: eks.AccessPolicyAssociationParameters{
			Region:          &c.Region,
			ClusterNameRef:  c.Ref("cluster"),
			PrincipalArnRef: c.Ref(c.key("admin-" + key)),
			PolicyArn:       &spec.PolicyARN,
			AccessScope:     scope(spec),
		}},
	})
}

func scope(spec v1alpha1.AdminSpec) *eks.AccessScopeParameters {
	if len(spec.Namespaces) == 0 {
		return &eks.AccessScopeParameters{Type: new("cluster")}
	}
	return &eks.AccessScopeParameters{Type: new("namespace"), Namespaces: resource.Texts(spec.Namespaces)}
}

// identityProvider lets the API accept the users of an OIDC provider.
func (c cluster) identityProvider(name string, spec v1alpha1.IdentityProviderSpec) resource.Resource {
	return c.Managed(c.key("idp-"+name), eks.IdentityProviderConfig_GroupVersionKind, &eks.IdentityProviderConfig{
		Spec: eks.IdentityProviderConfigSpec{ForProvider: eks.IdentityProviderConfigParameters{
			Region:         &c.Region,
			ClusterNameRef: c.Ref("cluster"),
			Oidc: &eks.IdentityProviderConfigOidcParameters{
				IssuerURL:      &spec.IssuerURL,
				ClientID:       &spec.ClientID,
				UsernameClaim:  resource.Optional(spec.UsernameClaim),
				UsernamePrefix: resource.Optional(spec.UsernamePrefix),
				GroupsClaim:    resource.Optional(spec.GroupsClaim),
				GroupsPrefix:   resource.Optional(spec.GroupsPrefix),
				RequiredClaims: resource.TextMap(spec.RequiredClaims),
			},
			Tags: c.Tagged(),
		}},
	}).Named(name)
}
