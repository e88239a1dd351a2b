package plan_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/goldenfile"
)

// TestPlans compares whole plans. UPDATE=1 rewrites them.
func TestPlans(t *testing.T) {
	for name, env := range map[string]*v1alpha1.Environment{
		"prod":     prod(),
		"dev":      dev(),
		"existing": peered(existing()),
		"gov":      gov(),
		"pods":     pods(),
	} {
		t.Run(name, func(t *testing.T) {
			p, found := plan.Resolve(env, nowhere)
			require.Empty(t, found)
			got, err := json.MarshalIndent(p, "", "  ")
			require.NoError(t, err)
			compare(t, "testdata/"+name+".json", string(got)+"\n")
		})
	}
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if goldenfile.Updating() {
		goldenfile.Write(t, file, []byte(got))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), got))
}

func peered(env *v1alpha1.Environment) *v1alpha1.Environment {
	env.Network.Peers = []v1alpha1.Peer{
		{Name: "datacentre", CIDR: "192.168.0.0/20", Connection: "vgw-0123456789abcdef0"},
		{Name: "hub", CIDR: "10.200.0.0/16", Connection: "tgw-0123456789abcdef0"},
		{Name: "warehouse", CIDR: "10.201.0.0/16", Connection: "pcx-0123456789abcdef0"},
	}
	env.Cluster.Endpoint.PrivateCIDRs = []string{"10.200.4.0/24"}
	delete(env.Accept, "endpoint-unreachable")
	return env
}

// pods returns a pod range, in China, where some endpoint services have other names.
func pods() *v1alpha1.Environment {
	env := dev()
	env.Name, env.Region, env.Zones = "pods", "cn-north-1", []string{"cn-north-1a"}
	env.ControlPlaneZones = []string{"cn-north-1a", "cn-north-1b"}
	env.Accept["instance-offerings-unknown"] = "the account was asked"
	env.Network.PodCIDR = "100.64.0.0/16"
	env.Cluster.Addons = map[string]v1alpha1.Addon{
		"vpc-cni": {Enabled: true, Configuration: map[string]any{"env": map[string]any{"WARM_IP_TARGET": "4"}}},
	}
	return env
}

// gov has most of what prod leaves at its default.
func gov() *v1alpha1.Environment {
	env := peered(prod())
	env.Name, env.Region = "gov", "us-gov-west-1"
	env.Zones = []string{"us-gov-west-1b", "us-gov-west-1a", "us-gov-west-1c"}
	env.ControlPlaneZones = env.Zones
	env.Network.CIDR, env.Network.NATGateways = "10.64.0.0/19", "single"
	env.Network.Endpoints.S3 = true
	env.Deletion = "allow"
	env.Tags = map[string]string{"team": "research"}
	env.Encryption.KeyARN = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	env.Provider = v1alpha1.Provider{Source: "IRSA", RoleARN: "arn:aws-us-gov:iam::123456789012:role/crossplane", ExternalID: "fleet"}
	env.Cluster.Endpoint.Public, env.Cluster.Endpoint.AllowedCIDRs = true, []string{"203.0.113.0/24"}
	env.Cluster.NetworkPolicy, env.Cluster.PrefixDelegation = "vpc-cni", true
	env.Cluster.Admins = []any{
		"arn:aws-us-gov:iam::123456789012:role/admins",
		map[string]any{"arn": "arn:aws-us-gov:iam::123456789012:user/auditor", "policy": "AmazonEKSViewPolicy", "namespaces": []any{"domino-platform"}},
	}
	env.Cluster.IdentityProviders = []v1alpha1.IdentityProvider{{Name: "login", IssuerURL: "https://login.example.com", ClientID: "kubernetes", GroupsClaim: "groups"}}
	env.Cluster.Addons = map[string]v1alpha1.Addon{
		"kube-proxy": {Enabled: true, Version: "v1.35.0-eksbuild.2"},
		"vpc-cni":    {Enabled: true, Configuration: map[string]any{"env": map[string]any{"WARM_PREFIX_TARGET": "1"}}},
	}
	env.Cluster.PodRoles = map[string]v1alpha1.PodRole{
		"external-dns": {Namespace: "domino-platform", ServiceAccount: "external-dns", By: "irsa", PolicyARNs: []string{"arn:aws-us-gov:iam::123456789012:policy/zones"}},
		"reports":      reports(),
	}
	edited(env, "platform", func(p *v1alpha1.Pool) { p.Zones = env.Zones[1:2] })
	edited(env, "default-gpu", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"g6.2xlarge"} })
	edited(env, "default", func(p *v1alpha1.Pool) {
		p.Version, p.AMIReleaseVersion, p.CapacityType = "1.34", "1.34.2-20260204", "spot"
		p.Labels = map[string]string{"example.com/tier": "batch"}
		p.Taints = []v1alpha1.Taint{{Key: "example.com/batch", Effect: "PreferNoSchedule"}}
	})
	return env
}

// The autoscaler tells the nodes of a pool by what is on its group.
func TestWhatTheAutoscalerKnowsOfAccelerators(t *testing.T) {
	env := prod()
	env.Pools["inference"] = pool("inference", "inf2.24xlarge", 0, 3, 400)
	edited(env, "inference", func(p *v1alpha1.Pool) { p.Neuron = true })
	env.Pools["old"] = gpuPool()
	edited(env, "old", func(p *v1alpha1.Pool) { p.NodePool, p.InstanceTypes = "old", []string{"g4dn.2xlarge", "g5.2xlarge"} })
	env.Pools["own"] = gpuPool()
	edited(env, "own", func(p *v1alpha1.Pool) {
		p.NodePool, p.Labels = "own", map[string]string{"k8s.amazonaws.com/accelerator": "A10G"}
	})
	p, found := plan.Resolve(env, nowhere)
	require.False(t, found.HasErrors(), "%v", found)
	const label, tag = "k8s.amazonaws.com/accelerator", "k8s.io/cluster-autoscaler/node-template/"
	tags := func(pool string) map[string]string {
		all := map[string]string{}
		for _, t := range p.Spec.Pools[pool].AutoscalerTags {
			all[t.Key] = t.Value
		}
		return all
	}
	for pool, want := range map[string]string{"default-gpu": "nvidia-a10g", "old": "nvidia-tesla-t4", "own": "A10G", "inference": "", "default": ""} {
		require.Equal(t, want, p.Spec.Pools[pool].Labels[label], pool)
		require.Equal(t, want, tags(pool)[tag+"label/"+label], pool)
	}
	require.Equal(t, "AL2023_x86_64_NEURON", p.Spec.Pools["inference"].AMIType)
	require.Equal(t, "6", tags("inference")[tag+"resources/aws.amazon.com/neuron"])
	require.NotContains(t, tags("inference"), tag+"resources/nvidia.com/gpu")
}
