package addons_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/addons"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

const key = "arn:aws:kms:us-west-2:123456789012:alias/prod-us"

func full() v1alpha1.AddonsSpec {
	return v1alpha1.AddonsSpec{
		Addons: map[string]v1alpha1.NodeAddonSpec{
			"coredns":            {Version: "v1.12.4-eksbuild.1", Configuration: `{"replicaCount":3}`},
			"aws-ebs-csi-driver": {PodIdentity: identity("ebs-csi", "ebs-csi-controller-sa")},
			"aws-efs-csi-driver": {PodIdentity: identity("efs-csi", "efs-csi-controller-sa")},
		},
		PodIdentities: map[string]v1alpha1.PodIdentitySpec{
			"autoscaler": {RoleARN: "arn:aws:iam::123456789012:role/prod-us-autoscaler", Namespace: "kube-system", ServiceAccount: "cluster-autoscaler"},
			"lb-kube-domino": {
				RoleARN:   "arn:aws:iam::123456789012:role/prod-us-load-balancer-controller",
				Namespace: "kube-system", ServiceAccount: "prod-us-load-balancer-controller",
			},
		},
		InCluster: &v1alpha1.InClusterSpec{
			Access: &v1alpha1.AccessSpec{
				RoleARN:   "arn:aws:iam::123456789012:role/dominoc-provider",
				PolicyARN: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
				Network:   true,
			},
			StorageClass: &v1alpha1.StorageClassSpec{Type: "gp3", KMSKeyID: key},
			Calico: &v1alpha1.CalicoSpec{
				Registry: "123456789012.dkr.ecr.us-west-2.amazonaws.com/prod-us/quay/",
			},
			Autoscaler: &v1alpha1.AutoscalerSpec{ImageTag: "v1.35.0"},
		},
	}
}

func identity(role, serviceAccount string) *v1alpha1.AddonIdentity {
	return &v1alpha1.AddonIdentity{RoleARN: "arn:aws:iam::123456789012:role/prod-us-" + role, ServiceAccount: serviceAccount}
}

// inGit is the same for a GitOps tool inside the cluster.
func inGit() v1alpha1.AddonsSpec {
	spec := full()
	spec.InCluster.Access = nil
	return spec
}

func lower(spec v1alpha1.AddonsSpec) []resource.Resource {
	return addons.Lower(lowered.Common(), spec, v1alpha1.AddonsStatus{})
}

func TestAllAddonsAreAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "addons.yaml", lower(full()))
}

func TestInGitNothingInsideTheClusterIsComposed(t *testing.T) {
	for name, spec := range map[string]v1alpha1.AddonsSpec{"gitops": inGit(), "none": {Addons: full().Addons, PodIdentities: full().PodIdentities}} {
		resources := lower(spec)
		lowered.Check(t, resources)
		require.ElementsMatch(t, []string{
			"coredns", "aws-ebs-csi-driver", "aws-efs-csi-driver",
			"uses-coredns", "uses-aws-ebs-csi-driver", "uses-aws-efs-csi-driver", "autoscaler-identity", "lb-kube-domino-identity",
		}, keys(resources), name)
	}
}

func TestTheVPCCNIsOwnEngineNeedsNoChart(t *testing.T) {
	spec := full()
	spec.InCluster.Calico, spec.InCluster.Autoscaler = nil, nil
	resources := lower(spec)
	lowered.Check(t, resources)
	require.NotContains(t, keys(resources), "helm")
	require.NotContains(t, keys(resources), "calico-nodes")
	require.Contains(t, keys(resources), "storage-class-gp3")
}

func keys(resources []resource.Resource) []string {
	var all []string
	for _, r := range resources {
		all = append(all, r.Key)
	}
	return all
}

// The storage class of the install page (R13), and what encrypts it.
func TestTheStorageClassIsThatOfTheInstallPage(t *testing.T) {
	spec := inGit()
	for _, volumes := range []v1alpha1.VolumeType{"gp3", "gp2"} {
		spec.InCluster.StorageClass.Type = volumes
		require.Equal(t, map[string]any{
			"apiVersion":        "storage.k8s.io/v1",
			"kind":              "StorageClass",
			"metadata":          map[string]any{"name": "dominodisk-" + string(volumes)},
			"parameters":        map[string]any{"type": string(volumes), "encrypted": "true", "kmsKeyId": key},
			"provisioner":       "ebs.csi.aws.com",
			"reclaimPolicy":     "Delete",
			"volumeBindingMode": "WaitForFirstConsumer",
		}, manifests(spec)["flux/storage-class-"+string(volumes)+".yaml"])
	}
}

// The installer makes its namespaces itself (R18).
func TestNoNamespaceOfTheInstallerIsMade(t *testing.T) {
	inGit := manifests(inGit())
	require.NotEmpty(t, inGit)
	for path, object := range inGit {
		require.NotEqual(t, "Namespace", object["kind"], path)
	}
	releases := 0
	for _, r := range lower(full()) {
		content := lowered.Content(t, r)
		if content["kind"] == "Release" {
			releases++
			namespace := content["spec"].(map[string]any)["forProvider"].(map[string]any)["namespace"]
			require.Contains(t, []any{"kube-system", "tigera-operator"}, namespace)
		}
	}
	require.NotZero(t, releases)
}
