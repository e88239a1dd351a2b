package plan_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The service accounts of a driver that the installer brings are those of the
// upstream chart, in either namespace, and one of the user's.
func TestADriverOfTheInstallersHasItsRoleByEachName(t *testing.T) {
	accounts := func(edit func(*v1alpha1.Drivers)) map[string]string {
		spec := resolve(t, func(env *v1alpha1.Environment) {
			env.Storage.Drivers.EBS = "installer"
			edit(&env.Storage.Drivers)
		})
		all := map[string]string{}
		for key, identity := range spec.Addons.PodIdentities {
			if plan.DriverOf(key) != "" {
				require.Equal(t, "arn:aws:iam::123456789012:role/prod-us-"+plan.DriverOf(key)+"-csi", identity.RoleARN)
				all[identity.Namespace+"/"+identity.ServiceAccount] = plan.DriverOf(key)
			}
		}
		return all
	}
	usual := map[string]string{"domino-platform/ebs-csi-controller-sa": "ebs", "kube-system/ebs-csi-controller-sa": "ebs"}
	require.Equal(t, usual, accounts(func(*v1alpha1.Drivers) {}))
	require.Equal(t, usual, accounts(func(d *v1alpha1.Drivers) {
		d.ServiceAccounts.EBS = &v1alpha1.ServiceAccount{Namespace: "kube-system", ServiceAccount: "ebs-csi-controller-sa"}
	}))
	require.Equal(t, map[string]string{
		"domino-platform/ebs-csi-controller-sa": "ebs", "kube-system/ebs-csi-controller-sa": "ebs", "storage/driver": "ebs",
		"domino-platform/efs-csi-controller-sa": "efs", "kube-system/efs-csi-controller-sa": "efs",
	}, accounts(func(d *v1alpha1.Drivers) {
		d.EFS = "installer"
		d.ServiceAccounts.EBS = &v1alpha1.ServiceAccount{Namespace: "storage", ServiceAccount: "driver"}
	}))
	require.Empty(t, accounts(func(d *v1alpha1.Drivers) { d.Rights = "nodes" }))
}

// The policy of the driver of EBS follows what the file states; one that states
// nothing keeps the policy that it has.
func TestTheVolumesOfTheDriverFollowTheFile(t *testing.T) {
	for _, c := range []struct {
		drivers v1alpha1.Drivers
		volumes v1alpha1.RoleVolumes
		nodes   *v1alpha1.NodeDrivers
	}{
		{v1alpha1.Drivers{EBS: "", EFS: "", Volumes: "account", Rights: "podIdentity"}, "", nil},
		{v1alpha1.Drivers{EBS: "addon", EFS: "addon", Volumes: "account", Rights: "podIdentity"}, "", nil},
		{v1alpha1.Drivers{EBS: "addon", EFS: "installer", Volumes: "cluster", Rights: "podIdentity"}, "cluster", nil},
		{v1alpha1.Drivers{EBS: "installer", EFS: "addon", Volumes: "account", Rights: "podIdentity"}, "driver", nil},
		{v1alpha1.Drivers{EBS: "addon", EFS: "installer", Volumes: "cluster", Rights: "nodes"}, "cluster", &v1alpha1.NodeDrivers{EFS: true}},
		{v1alpha1.Drivers{EBS: "installer", EFS: "installer", Volumes: "account", Rights: "nodes"}, "driver", &v1alpha1.NodeDrivers{EBS: true, EFS: true}},
	} {
		spec := resolve(t, func(env *v1alpha1.Environment) {
			env.Storage.Drivers = c.drivers
			if c.drivers.EBS == "" {
				env.Accept["driver-unstated"] = "as before"
			}
		})
		require.Equal(t, c.volumes, spec.Identity.Volumes, "%v", c.drivers)
		require.Equal(t, c.nodes, spec.Identity.NodeDrivers, "%v", c.drivers)
	}
}

// The installer creates the storage class where it brings the driver, and is told
// not to where the driver is an add-on.
func TestWhoMakesTheStorageClass(t *testing.T) {
	for source, installer := range map[v1alpha1.DriverSource]bool{"addon": false, "installer": true} {
		spec := resolve(t, func(env *v1alpha1.Environment) { env.Storage.Drivers.EBS = source })
		require.Equal(t, installer, *spec.Outputs.DominoConfigValues.StorageClasses.Block.Create)
		require.Equal(t, installer, spec.Addons.InCluster.StorageClass == nil)
	}
	env := prod()
	env.Cluster.InCluster = "none"
	delete(env.Accept, "endpoint-unreachable")
	_, found := plan.Resolve(env, there)
	require.Contains(t, lines(found), "storage.drivers.ebs: warning: nothing creates the storage class dominodisk-gp3")
}

// Volumes of executions carry the environment's tags, where the driver takes them.
// What the file says of the add-on's own settings counts.
func TestVolumesHaveTheEnvironmentsTags(t *testing.T) {
	tags := func(edit func(*v1alpha1.Environment)) map[string]any {
		spec := resolve(t, func(env *v1alpha1.Environment) {
			env.Tags = map[string]string{"owner": "platform team", "a=b": "c", "KubernetesCluster": "x"}
			env.Accept["volume-tag"] = "nobody demands these"
			edit(env)
		})
		var configuration map[string]any
		require.NoError(t, json.Unmarshal([]byte(spec.Addons.Addons["aws-ebs-csi-driver"].Configuration), &configuration))
		return configuration["controller"].(map[string]any)
	}
	require.Equal(t, map[string]any{
		"extraVolumeTags": map[string]any{"dominoc.dev/environment": "prod-us", "owner": "platform team"},
	}, tags(func(*v1alpha1.Environment) {}))
	require.Equal(t, map[string]any{
		"extraVolumeTags": map[string]any{"dominoc.dev/environment": "prod-us", "owner": "another", "more": "x"}, "replicaCount": 3.0,
	}, tags(func(env *v1alpha1.Environment) {
		env.Cluster.Addons = map[string]v1alpha1.Addon{"aws-ebs-csi-driver": {Enabled: true, Configuration: map[string]any{
			"controller": map[string]any{"replicaCount": 3.0, "extraVolumeTags": map[string]any{"owner": "another", "more": "x"}},
		}}}
	}))
}

func TestWhatIsSaidOfDrivers(t *testing.T) {
	env := prod()
	env.Tags = map[string]string{"a=b": "c"}
	env.Storage.Drivers.EBS = ""
	_, found := plan.Resolve(env, there)
	require.Equal(t, `storage.drivers: warning: who installs the CSI driver is not stated for EBS; in this release EKS does, as an add-on, which conflicts with the driver of Domino's installer [driver-unstated]
  hint: write storage: drivers: {ebs: "addon"} for a running environment; for a new one, ebs: "addon" and efs: "installer"
tags."a=b": warning: volumes of executions do not get the tag "a=b": the EBS driver does not accept this key [volume-tag]
  hint: choose a key without an equals sign that is not one of the driver's own
`, lines(found))
}
