package addons_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/compositions/components/addons"
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
				Version: "v3.32.4", Definitions: "crd.projectcalico.org.v1",
				Registry:    "123456789012.dkr.ecr.us-west-2.amazonaws.com/prod-us/quay/",
				Tolerations: []v1alpha1.TolerationSpec{{Key: "example.com/platform"}},
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

// What is handed over is not to be deleted, so that it lets go without a connection
// when the way in leaves in the same change.
func TestWhatIsHandedOverIsNotDeleted(t *testing.T) {
	spec := full()
	inside := func() map[string]bool {
		deleted := map[string]bool{}
		for _, r := range lower(spec) {
			content := lowered.Content(t, r)
			if kind := content["kind"]; kind == "Release" || kind == "Object" {
				policies, limited := content["spec"].(map[string]any)["managementPolicies"].([]any)
				deleted[r.Key] = !limited || slices.Contains(policies, any("Delete"))
			}
		}
		return deleted
	}
	require.Equal(t, map[string]bool{"storage-class-gp3": true, "calico-crds": false, "calico": true, "autoscaler": true}, inside())
	spec.InCluster.Access.HandOver = true
	require.Equal(t, map[string]bool{"storage-class-gp3": false, "calico-crds": false, "calico": false, "autoscaler": false}, inside())
}

func TestCalicoRunsInFIPSModeWhereItIsAskedFor(t *testing.T) {
	spec := full()
	mode := func() any {
		for _, r := range lower(spec) {
			if r.Key == "calico" {
				content := lowered.Content(t, r)
				found, _, err := unstructured.NestedFieldNoCopy(content, "spec", "forProvider", "values", "installation", "fipsMode")
				require.NoError(t, err)
				return found
			}
		}
		return "no Calico"
	}
	require.Nil(t, mode())
	spec.InCluster.Calico.FIPS = true
	require.Equal(t, "Enabled", mode())
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
	for _, r := range resources {
		require.NotEqual(t, "Release", lowered.Content(t, r)["kind"])
	}
	require.Contains(t, keys(resources), "helm", "a ProviderConfig that left with the last chart would go before it")
	require.Contains(t, keys(resources), "storage-class-gp3")
}

// Until v3.31 the operator's chart brings the definitions.
func TestDefinitionsHaveAChartOfTheirOwnWhereThereIsOne(t *testing.T) {
	require.Contains(t, keys(lower(full())), "calico-crds")
	spec := full()
	spec.InCluster.Calico.Version, spec.InCluster.Calico.Definitions = "v3.31.7", ""
	resources := lower(spec)
	lowered.Check(t, resources)
	require.NotContains(t, keys(resources), "calico-crds")
	require.Contains(t, keys(resources), "calico")
}

// With definitions go all objects of their kinds, the policies of users among them.
func TestDefinitionsStay(t *testing.T) {
	for _, r := range lower(full()) {
		if content := lowered.Content(t, r); content["kind"] == "Release" {
			policies := at(content, "spec")["managementPolicies"]
			if r.Key == "calico-crds" {
				require.NotContains(t, policies, "Delete")
				require.NotContains(t, policies, "*")
				continue
			}
			require.Nil(t, policies, r.Key)
		}
	}
	git := manifests(inGit())
	for _, file := range []string{"flux/calico-crds-release.yaml", "flux/calico-crds-repository.yaml"} {
		require.Equal(t, "disabled", at(git[file], "metadata", "annotations")["kustomize.toolkit.fluxcd.io/prune"], file)
	}
	require.NotContains(t, git, "argocd/calico-crds.yaml", "an Application of its own would prune those of the other")
	require.Len(t, at(git["argocd/calico.yaml"], "spec")["sources"], 2)
}

// Typha would run on any node and hold up its removal (tigera/operator#1653).
func TestCalicosPodsRunOnThePlatformsNodes(t *testing.T) {
	for _, r := range lower(full()) {
		if r.Key != "calico" {
			continue
		}
		values := at(lowered.Content(t, r), "spec", "forProvider", "values")
		platform := map[string]any{"dominodatalab.com/calico-controlplane": "true"}
		tolerated := []any{
			map[string]any{"key": "node.kubernetes.io/unschedulable", "operator": "Equal", "effect": "NoSchedule"},
			map[string]any{"key": "example.com/platform", "operator": "Exists"},
		}
		require.Equal(t, platform, at(values, "installation", "typhaDeployment", "spec", "template", "spec")["nodeSelector"])
		require.Equal(t, platform, at(values, "installation")["controlPlaneNodeSelector"])
		require.Equal(t, tolerated, at(values, "installation")["controlPlaneTolerations"], "Typha's too")
		require.Equal(t, tolerated, values["tolerations"])
		require.Equal(t, true, values["manageCRDs"])
		return
	}
	t.Fatal("no Calico")
}

// Each object inside the cluster keeps both ways to it: Argo CD deletes in the
// foreground, and the record of who uses a ProviderConfig goes before its user.
func TestWhatLivesInsideKeepsBothWaysIn(t *testing.T) {
	usages := map[[3]string]bool{}
	var inside [][2]string
	for _, r := range lower(full()) {
		content := lowered.Content(t, r)
		switch spec := at(content, "spec"); content["kind"] {
		case "Usage":
			usages[[3]string{name(spec, "by"), spec["of"].(map[string]any)["kind"].(string), name(spec, "of")}] = true
		case "Release", "Object":
			inside = append(inside, [2]string{r.Object.GetName(), at(spec, "providerConfigRef")["name"].(string)})
		}
	}
	require.Len(t, inside, 4)
	for _, o := range inside {
		require.True(t, usages[[3]string{o[0], "ProviderConfig", o[1]}], "%s keeps its ProviderConfig", o[0])
		require.True(t, usages[[3]string{o[0], "AccessPolicyAssociation", "prod-us-addons-access-policy"}], "%s keeps the access policy", o[0])
	}
}

func name(spec map[string]any, side string) string {
	return at(spec, side, "resourceRef")["name"].(string)
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
