package aws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// controlPlane holds the cluster against R1: endpoints, logs, encrypted secrets,
// zones; and against its protection.
func (a *Account) controlPlane(ctx context.Context, e Environment, f *findings) error {
	found, err := a.EKS.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &e.Name})
	if err != nil {
		return err
	}
	c := found.Cluster
	f.want(c.Status == types.ClusterStatusActive, "R1: the cluster is %s", c.Status)
	f.want(*c.Version == e.Version, "R1: the cluster has version %s, not %s", *c.Version, e.Version)
	f.want(c.ResourcesVpcConfig.EndpointPrivateAccess, "R1: the private endpoint is off")
	public := c.ResourcesVpcConfig.EndpointPublicAccess
	f.want(public == (len(e.PublicCIDRs) > 0), "R1: the public endpoint is on: %t", public)
	if public {
		f.want(slices.Equal(c.ResourcesVpcConfig.PublicAccessCidrs, e.PublicCIDRs), "R1: %v reach the API", c.ResourcesVpcConfig.PublicAccessCidrs)
	}
	f.want(c.AccessConfig.AuthenticationMode == types.AuthenticationModeApi, "the cluster authenticates by %s", c.AccessConfig.AuthenticationMode)
	f.want(logged(c) == len(types.LogTypeApi.Values()), "R1: %d of the control plane's logs are kept", logged(c))
	f.want(encryptsSecrets(c), "R1: secrets are not encrypted with a key")
	f.want(c.DeletionProtection != nil && *c.DeletionProtection == e.Protected, "the cluster's protection is not %t", e.Protected)
	f.want(c.Tags[EnvironmentTag] == e.Name, "the cluster has the tags %v", c.Tags)
	zones, err := a.zones(ctx, c.ResourcesVpcConfig.SubnetIds)
	f.want(slices.Equal(zones, e.ControlPlaneZones), "the control plane is in %v, not in %v", zones, e.ControlPlaneZones)
	return err
}

func logged(c *types.Cluster) int {
	kept := 0
	for _, setup := range c.Logging.ClusterLogging {
		if *setup.Enabled {
			kept += len(setup.Types)
		}
	}
	return kept
}

func encryptsSecrets(c *types.Cluster) bool {
	return slices.ContainsFunc(c.EncryptionConfig, func(config types.EncryptionConfig) bool {
		return config.Provider != nil && config.Provider.KeyArn != nil && slices.Contains(config.Resources, "secrets")
	})
}

// addons holds the cluster's add-ons against those that Domino needs (R10, R13,
// R14).
func (a *Account) addons(ctx context.Context, e Environment, f *findings) error {
	found, err := a.EKS.ListAddons(ctx, &eks.ListAddonsInput{ClusterName: &e.Name})
	if err != nil {
		return err
	}
	f.want(sameSet(found.Addons, e.Addons), "the add-ons are %v, not %v", found.Addons, e.Addons)
	for _, name := range found.Addons {
		addon, err := a.EKS.DescribeAddon(ctx, &eks.DescribeAddonInput{ClusterName: &e.Name, AddonName: &name})
		if err != nil {
			return err
		}
		f.want(addon.Addon.Status == types.AddonStatusActive, "add-on %s is %s", name, addon.Addon.Status)
		f.want(addon.Addon.Tags[EnvironmentTag] == e.Name, "add-on %s has the tags %v", name, addon.Addon.Tags)
		if driver := map[string]string{"aws-ebs-csi-driver": "ebs-csi", "aws-efs-csi-driver": "efs-csi"}[name]; driver != "" {
			if err := a.driverRole(ctx, e, f, name, driver, addon.Addon.PodIdentityAssociations); err != nil {
				return err
			}
		}
	}
	return nil
}

// controllerRole wants the load balancer controller to have its role by the name that
// Domino's installer gives it and by that of the chart, in both namespaces (R9).
func (a *Account) controllerRole(ctx context.Context, e Environment, f *findings) error {
	found, err := a.EKS.ListPodIdentityAssociations(ctx, &eks.ListPodIdentityAssociationsInput{ClusterName: &e.Name})
	if err != nil {
		return err
	}
	for _, namespace := range []string{"domino-platform", "kube-system"} {
		for _, name := range []string{"aws-load-balancer-controller", e.Name + "-load-balancer-controller"} {
			f.want(slices.ContainsFunc(found.Associations, func(s types.PodIdentityAssociationSummary) bool {
				return *s.Namespace == namespace && *s.ServiceAccount == name
			}), "R9: service account %s/%s has no role", namespace, name)
		}
	}
	return nil
}

// installerDrivers wants each CSI driver that is no add-on to have its role by the
// service account of the upstream chart, in both namespaces where the installer may
// put it (R13, R14).
func (a *Account) installerDrivers(ctx context.Context, e Environment, f *findings) error {
	found, err := a.EKS.ListPodIdentityAssociations(ctx, &eks.ListPodIdentityAssociationsInput{ClusterName: &e.Name})
	if err != nil {
		return err
	}
	for _, storage := range []string{"ebs", "efs"} {
		if slices.Contains(e.Addons, "aws-"+storage+"-csi-driver") {
			continue
		}
		for _, namespace := range []string{"domino-platform", "kube-system"} {
			name := storage + "-csi-controller-sa"
			f.want(slices.ContainsFunc(found.Associations, func(s types.PodIdentityAssociationSummary) bool {
				return *s.Namespace == namespace && *s.ServiceAccount == name
			}), "R13: service account %s/%s has no role", namespace, name)
		}
	}
	return nil
}

// driverRole wants a driver to have a role of its own (R13).
func (a *Account) driverRole(ctx context.Context, e Environment, f *findings, addon, driver string, associations []string) error {
	found, err := a.EKS.ListPodIdentityAssociations(ctx, &eks.ListPodIdentityAssociationsInput{ClusterName: &e.Name})
	if err != nil {
		return err
	}
	for _, summary := range found.Associations {
		if !slices.Contains(associations, *summary.AssociationArn) {
			continue
		}
		described, err := a.EKS.DescribePodIdentityAssociation(ctx, &eks.DescribePodIdentityAssociationInput{ClusterName: &e.Name, AssociationId: summary.AssociationId})
		if err != nil {
			return err
		}
		want := "arn:aws:iam::" + e.Account + ":role/" + e.Name + "-" + driver
		f.want(*described.Association.RoleArn == want, "R13: add-on %s has the role %s, not %s", addon, *described.Association.RoleArn, want)
		return nil
	}
	f.want(false, "R13: add-on %s has no role", addon)
	return nil
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
