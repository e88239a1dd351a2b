package random

import (
	"fmt"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func (g generator) cluster(region catalog.Region) v1alpha1.Cluster {
	return v1alpha1.Cluster{
		Version:           pick(g, []string{"1.33", "1.34", "1.35", "1.36"}),
		Authentication:    "API",
		Logs:              v1alpha1.Logs{Types: g.logTypes(), Encrypted: true, RetentionDays: pick(g, []int64{1, 30, 365, 3653})},
		Admins:            g.admins(region),
		IdentityProviders: g.identityProviders(),
		SupportType:       pick(g, []v1alpha1.SupportType{"STANDARD", "EXTENDED"}),
		NetworkPolicy:     pick(g, []v1alpha1.NetworkPolicy{"calico", "vpc-cni"}),
		InCluster:         pick(g, []v1alpha1.InCluster{"provider", "provider", "gitops", "none"}),
		Autoscaler:        g.one(3),
		Addons:            g.addons(),
		PrefixDelegation:  g.one(3),
	}
}

// controller returns the service account of a load balancer controller, mostly none.
func (g generator) controller() *v1alpha1.ServiceAccount {
	if !g.one(4) {
		return nil
	}
	return &v1alpha1.ServiceAccount{
		Namespace:      pick(g, []string{"domino-platform", "kube-system", "balancing"}),
		ServiceAccount: pick(g, []string{"aws-load-balancer-controller", "controller"}),
	}
}

func (g generator) logTypes() []v1alpha1.LogType {
	all := []v1alpha1.LogType{"api", "audit", "authenticator", "controllerManager", "scheduler"}
	g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:g.IntN(len(all)+1)]
}

// admins are bare ARNs and structs, as decoding leaves them.
func (g generator) admins(region catalog.Region) []any {
	arns := distinct(g.IntN(4), func() string {
		return arn(region, "iam", "", g.digits(12), pick(g, []string{"role/", "user/"})+g.name(3, 30))
	})
	var admins []any
	for _, principal := range arns {
		if g.one(2) {
			admins = append(admins, principal)
			continue
		}
		admins = append(admins, g.admin(principal))
	}
	return admins
}

func (g generator) admin(principal string) map[string]any {
	admin := map[string]any{"arn": principal, "policy": pick(g, []string{
		"AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSAdminViewPolicy", "AmazonEKSEditPolicy", "AmazonEKSViewPolicy",
	})}
	if g.one(2) {
		admin["namespaces"] = []any{g.name(1, 20), g.name(1, 20)}
	}
	switch len(principal) % 4 { // no draw: what follows stays as it is
	case 0: // groups alone
		return map[string]any{"arn": principal, "kubernetesGroups": []any{"on-call", "company:viewers"}}
	case 1:
		admin["kubernetesGroups"] = []any{"viewers"}
	}
	return admin
}

func (g generator) identityProviders() []v1alpha1.IdentityProvider {
	if !g.one(3) {
		return nil
	}
	provider := v1alpha1.IdentityProvider{
		Name: g.name(1, 20), IssuerURL: "https://" + g.name(1, 20) + ".example.com/", ClientID: g.name(1, 20),
		UsernameClaim: maybe(g, "email"), UsernamePrefix: maybe(g, "oidc:"),
		GroupsClaim: maybe(g, "groups"), GroupsPrefix: maybe(g, "oidc:"),
	}
	if len(provider.Name)%2 == 0 {
		provider.RequiredClaims = map[string]string{"hd": "example.com", "https://example.com/team": provider.ClientID}
	}
	return []v1alpha1.IdentityProvider{provider}
}

func (g generator) addons() map[string]v1alpha1.Addon {
	addons := map[string]v1alpha1.Addon{}
	for _, name := range []string{
		"vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns", "aws-ebs-csi-driver", "aws-efs-csi-driver",
	} {
		if !g.one(2) {
			continue
		}
		addon := v1alpha1.Addon{
			Enabled: name == "vpc-cni" || !g.one(3), // without vpc-cni no node would become ready
			Version: maybe(g, fmt.Sprintf("v1.%d.%d-eksbuild.%d", g.IntN(30), g.IntN(9), g.between(1, 9))),
		}
		if g.one(3) {
			addon.Configuration = map[string]any{"resources": map[string]any{"limits": map[string]any{"memory": "100Mi"}}}
		}
		addons[name] = addon
	}
	return addons
}

// endpoint is private, and public to some ranges in one of three.
func (g generator) endpoint(n v1alpha1.Network) v1alpha1.Endpoint {
	e := v1alpha1.Endpoint{}
	if g.one(3) {
		e.Public = true
		e.AllowedCIDRs = distinct(g.between(1, 3), func() string { return fmt.Sprintf("203.0.113.%d/32", g.IntN(256)) })
	}
	for _, peer := range n.Peers {
		if g.one(2) {
			e.PrivateCIDRs = append(e.PrivateCIDRs, peer.CIDR)
		}
	}
	return e
}
