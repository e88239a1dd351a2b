package plan_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func resolve(t *testing.T, edit func(env *v1alpha1.Environment)) v1alpha1.EnvironmentSpec {
	t.Helper()
	env := prod()
	edit(env)
	p, found := plan.Resolve(env, nowhere)
	require.False(t, found.HasErrors(), "%v", found)
	return p.Spec
}

func TestTheThreeWaysIntoTheCluster(t *testing.T) {
	way := func(in v1alpha1.InCluster) (*v1alpha1.InClusterSpec, v1alpha1.Outputs) {
		spec := resolve(t, func(env *v1alpha1.Environment) {
			env.Cluster.InCluster, env.Storage.Drivers.EBS = in, ""
			env.Accept["driver-unstated"] = "as before"
		})
		return spec.Addons.InCluster, spec.Outputs
	}
	composed, outputs := way("provider")
	require.Equal(t, "arn:aws:iam::123456789012:role/dominoc-provider", composed.Access.RoleARN)
	require.False(t, *outputs.DominoConfigValues.StorageClasses.Block.Create)

	inGit, outputs := way("gitops")
	require.Nil(t, inGit.Access)
	require.False(t, *outputs.DominoConfigValues.StorageClasses.Block.Create)
	inGit.Access = composed.Access
	require.Equal(t, composed, inGit, "what goes in is the same")

	none, outputs := way("none")
	require.Nil(t, none)
	require.True(t, *outputs.DominoConfigValues.StorageClasses.Block.Create, "the installer brings it")
}

func TestTheVPCCNIsEngineLeavesCalicoOut(t *testing.T) {
	spec := resolve(t, func(env *v1alpha1.Environment) { env.Cluster.NetworkPolicy = "vpc-cni" })
	require.Nil(t, spec.Addons.InCluster.Calico)
}

func TestCalicoComesThroughTheCacheWhenThereIsOne(t *testing.T) {
	spec := resolve(t, func(env *v1alpha1.Environment) {
		env.Registry.ECR = v1alpha1.ECR{Enabled: true, PullThroughCache: true}
	})
	require.Equal(t, "123456789012.dkr.ecr.us-west-2.amazonaws.com/prod-us/quay/", spec.Addons.InCluster.Calico.Registry)
	require.Equal(t, "123456789012.dkr.ecr.us-west-2.amazonaws.com/prod-us", spec.Outputs.DominoConfigValues.ExternalDockerRegistry)
	require.False(t, *spec.Outputs.DominoConfigValues.InternalDockerRegistry.Enabled)
}

// The release of the autoscaler is of the cluster's minor version, a patch that exists.
func TestAnAutoscalerOnRequest(t *testing.T) {
	spec := resolve(t, func(env *v1alpha1.Environment) { env.Cluster.Autoscaler, env.Cluster.Version = true, "1.34" })
	require.Equal(t, "v1.34.5", spec.Addons.InCluster.Autoscaler.ImageTag)
	require.Equal(t, "arn:aws:iam::123456789012:role/prod-us-autoscaler", spec.Addons.PodIdentities["autoscaler"].RoleARN)
	require.False(t, *spec.Outputs.DominoConfigValues.Autoscaler.Enabled, "the installer's is off")

	spec = resolve(t, func(*v1alpha1.Environment) {})
	require.Nil(t, spec.Addons.InCluster.Autoscaler)
	require.NotContains(t, spec.Addons.PodIdentities, "autoscaler")
	require.True(t, *spec.Outputs.DominoConfigValues.Autoscaler.Enabled)
}

func TestAddonsThatNeedNodesFollowTheFile(t *testing.T) {
	spec := resolve(t, func(env *v1alpha1.Environment) {
		env.Storage.Drivers.EFS = ""
		env.Cluster.Addons = map[string]v1alpha1.Addon{
			"aws-efs-csi-driver": {Enabled: false},
			"aws-ebs-csi-driver": {Enabled: true, Version: "v1.50.1-eksbuild.1"},
			"coredns":            {Enabled: true, Configuration: map[string]any{"replicaCount": 3}},
		}
	})
	require.Equal(t, map[string]v1alpha1.NodeAddonSpec{
		"aws-ebs-csi-driver": {Version: "v1.50.1-eksbuild.1", Configuration: `{"controller":{"extraVolumeTags":{"dominoc.dev/environment":"prod-us"}}}`, PodIdentity: &v1alpha1.AddonIdentity{
			RoleARN: "arn:aws:iam::123456789012:role/prod-us-ebs-csi", ServiceAccount: "ebs-csi-controller-sa",
		}},
		"coredns": {Configuration: `{"nodeSelector":{"dominodatalab.com/calico-controlplane":"true"},"replicaCount":3}`},
	}, spec.Addons.Addons)
}

// A key of the user's is known, and so is all that it encrypts.
func TestTheKeyOfVolumesAndBuckets(t *testing.T) {
	const arn = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	ours := resolve(t, func(*v1alpha1.Environment) {})
	require.Equal(t, "arn:aws:kms:us-west-2:123456789012:alias/prod-us", ours.Addons.InCluster.StorageClass.KMSKeyID)
	require.Empty(t, ours.Outputs.DominoConfigValues.BlobStorage.Projects.SSEKMSKeyID, "the status adds it")

	users := resolve(t, func(env *v1alpha1.Environment) { env.Encryption.KeyARN = arn })
	require.Equal(t, arn, users.Addons.InCluster.StorageClass.KMSKeyID)
	require.Equal(t, arn, users.Outputs.DominoConfigValues.BlobStorage.Projects.SSEKMSKeyID)
	require.Empty(t, users.Outputs.DominoConfigValues.BlobStorage.Monitoring.SSEKMSKeyID, "S3's own key")
}

// The installer's name, the chart's, and one of the user's, wherever they may be.
func TestTheLoadBalancerControllerHasItsRoleByEachName(t *testing.T) {
	accounts := func(given *v1alpha1.ServiceAccount) (all []string) {
		spec := resolve(t, func(env *v1alpha1.Environment) { env.Cluster.LoadBalancerController = given })
		for _, identity := range spec.Addons.PodIdentities {
			require.Equal(t, "arn:aws:iam::123456789012:role/prod-us-load-balancer-controller", identity.RoleARN)
			all = append(all, identity.Namespace+"/"+identity.ServiceAccount)
		}
		slices.Sort(all)
		return all
	}
	always := []string{
		"domino-platform/prod-us-load-balancer-controller",
		"kube-system/aws-load-balancer-controller",
		"kube-system/prod-us-load-balancer-controller",
	}
	require.Equal(t, always, accounts(nil))
	require.Equal(t, append([]string{"balancing/controller"}, always...), accounts(&v1alpha1.ServiceAccount{Namespace: "balancing", ServiceAccount: "controller"}))
	for _, name := range []string{"prod-us-load-balancer-controller", "aws-load-balancer-controller"} { // EKS takes an account once
		require.Equal(t, always, accounts(&v1alpha1.ServiceAccount{Namespace: "domino-platform", ServiceAccount: name}))
	}
}
