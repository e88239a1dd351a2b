// Package addons lowers DominoAddons: what a cluster gets once it has nodes.
//
// What comes in is decided: which add-ons, their roles by ARN, the storage
// class, who enforces NetworkPolicy, who installs an autoscaler. What comes out:
//
//   - the add-ons of EKS whose pods need nodes: DNS, and the drivers of EBS and
//     EFS with their roles by Pod Identity (R13, R14);
//   - the role of the Cluster Autoscaler's pods, on request (R17), and that of the
//     load balancer controller for each further service account that it may have;
//   - what lives inside the cluster, each thing defined once and written in two
//     ways. Lower composes it through provider-helm and provider-kubernetes;
//     Manifests writes it for a Flux or an Argo CD inside the cluster. Those are
//     the storage class of executions, Calico for network policy alone (R10) and
//     the Cluster Autoscaler. What the installer creates is left to it (R18);
//   - in the first way, how the providers get in: an access entry of Crossplane's
//     own role, and ProviderConfigs that use the kubeconfig of DominoCluster;
//   - usages, in the order of deletion: what lives inside goes first, then the
//     ways in, then the cluster.
//
// It exports addons.<name>.version.
//
// Keys, which never change:
//
//	coredns, aws-ebs-csi-driver, aws-efs-csi-driver, each with uses-<name>
//	autoscaler-identity, lb-<which>-identity
//	access, access-policy, helm, kubernetes
//	storage-class-<type>, calico-crds, calico, autoscaler, each with in-<key> and via-<key>
//	way-cluster, way-entry, way-kubeconfig, way-network, way-security
//
// Package compositions calls Lower, and output Manifests.
package addons

import (
	"slices"

	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Lower makes the resources of an environment's add-ons.
func Lower(common v1alpha1.Common, spec v1alpha1.AddonsSpec, _ v1alpha1.AddonsStatus) []resource.Resource {
	a := addons{resource.Component{Common: common, Component: "addons"}}
	return slices.Concat(
		resource.EachAll(spec.Addons, a.addon),
		resource.Each(spec.PodIdentities, a.podIdentity),
		a.inside(spec.InCluster),
	)
}

type addons struct{ resource.Component }

// addon is an add-on of EKS. EKS overwrites changes made inside the cluster:
// the environment's file says what is there.
func (a addons) addon(name string, spec v1alpha1.NodeAddonSpec) []resource.Resource {
	addon := a.Managed(name, eks.Addon_GroupVersionKind, &eks.Addon{
		Spec: eks.AddonSpec{ForProvider: eks.AddonParameters{
			Region:                   &a.Region,
			ClusterNameRef:           a.RefIn("cluster", "cluster"),
			AddonName:                &name,
			AddonVersion:             resource.Optional(spec.Version),
			ConfigurationValues:      resource.Optional(spec.Configuration),
			PodIdentityAssociation:   association(spec.PodIdentity),
			ResolveConflictsOnCreate: new("OVERWRITE"),
			ResolveConflictsOnUpdate: new("OVERWRITE"),
			Tags:                     a.Tagged(),
		}},
	}).Exporting("status.atProvider.addonVersion", "addons."+name+".version")
	itself := a.Subject("addons", name, eks.Addon_GroupVersionKind)
	return []resource.Resource{addon, a.Usage("uses-"+name, a.cluster(), itself, "an add-on belongs to the cluster")}
}

func association(identity *v1alpha1.AddonIdentity) []eks.PodIdentityAssociationParameters {
	if identity == nil {
		return nil
	}
	return []eks.PodIdentityAssociationParameters{{RoleArn: &identity.RoleARN, ServiceAccount: &identity.ServiceAccount}}
}

// podIdentity gives a service account a role. It needs no usage: it goes with
// the cluster.
func (a addons) podIdentity(key string, spec v1alpha1.PodIdentitySpec) resource.Resource {
	return a.Managed(key+"-identity", eks.PodIdentityAssociation_GroupVersionKind, &eks.PodIdentityAssociation{
		Spec: eks.PodIdentityAssociationSpec{ForProvider: eks.PodIdentityAssociationParameters_2{
			Region:         &a.Region,
			ClusterNameRef: a.RefIn("cluster", "cluster"),
			Namespace:      &spec.Namespace,
			ServiceAccount: &spec.ServiceAccount,
			RoleArn:        &spec.RoleARN,
			Tags:           a.Tagged(),
		}},
	})
}

func (a addons) cluster() resource.Subject {
	return a.Subject("cluster", "cluster", eks.Cluster_GroupVersionKind)
}
