package cluster

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/aws"
	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// installed is what the install page demands for two of the sample environments,
// with the choices that their files make: production in three zones and the one
// in a single zone. It is written by hand, so that the compiler is not asked what
// the compiler should have made.
func installed() map[string]aws.Environment {
	return map[string]aws.Environment{
		"prod-us": {
			Name: "prod-us", Account: "123456789012", Region: "us-west-2",
			Zones:             []string{"us-west-2a", "us-west-2b", "us-west-2c"},
			ControlPlaneZones: []string{"us-west-2a", "us-west-2b", "us-west-2c"},
			Version:           "1.35", NATGateways: 3, Addons: addons("aws-ebs-csi-driver"), Protected: true,
			NoncurrentDays: map[string]int32{"data": 90, "backups": 30, "logs": 30, "registry": 30},
			Pools: map[string]aws.Pool{
				"platform": {
					Sizes:         []aws.Size{{Min: 2, Max: 2, Desired: 2}, {Min: 1, Max: 2, Desired: 1}, {Min: 1, Max: 2, Desired: 1}},
					InstanceTypes: []string{"m7i-flex.2xlarge"}, DiskGiB: 128, AMIType: "AL2023_x86_64_STANDARD", CapacityType: "ON_DEMAND",
					Labels: labels("platform", map[string]string{"dominodatalab.com/calico-controlplane": "true"}), Role: "prod-us-platform",
				},
				"default": {
					Sizes:         []aws.Size{{Min: 1, Max: 5, Desired: 1}, {Min: 1, Max: 5, Desired: 1}, {Min: 1, Max: 5, Desired: 1}},
					InstanceTypes: []string{"m6i.2xlarge"}, DiskGiB: 400, AMIType: "AL2023_x86_64_STANDARD", CapacityType: "ON_DEMAND",
					Labels: labels("default", map[string]string{"domino/build-node": "true"}), Role: "prod-us-compute",
				},
				"default-gpu": {
					Sizes:         []aws.Size{{Max: 2}, {Max: 1}, {Max: 1}},
					InstanceTypes: []string{"g5.2xlarge"}, DiskGiB: 400, AMIType: "AL2023_x86_64_NVIDIA", CapacityType: "ON_DEMAND",
					Labels: labels("default-gpu", map[string]string{"nvidia.com/gpu": "true", "k8s.amazonaws.com/accelerator": "nvidia-a10g"}),
					Taints: []string{"nvidia.com/gpu=true:NoSchedule"}, Role: "prod-us-compute",
				},
				"highmem": {
					Sizes:         []aws.Size{{Max: 2}, {Max: 2}, {Max: 2}},
					InstanceTypes: []string{"r6i.4xlarge", "r5.4xlarge"}, DiskGiB: 800, AMIType: "AL2023_x86_64_STANDARD", CapacityType: "ON_DEMAND",
					Labels: labels("highmem", map[string]string{"example.com/tier": "highmem"}),
					Taints: []string{"example.com/highmem=true:NoSchedule"}, Role: "prod-us-compute",
				},
			},
		},
		"dev": {
			Name: "dev", Account: "234567890123", Region: "us-east-1",
			Zones:             []string{"us-east-1a"},
			ControlPlaneZones: []string{"us-east-1a", "us-east-1b", "us-east-1c"},
			PublicCIDRs:       []string{"203.0.113.0/24"},
			Version:           "1.34", NATGateways: 1, Addons: addons("aws-efs-csi-driver"),
			NoncurrentDays: map[string]int32{"data": 30, "backups": 30, "logs": 30, "registry": 30},
			Pools: map[string]aws.Pool{
				"platform": {
					Sizes:         []aws.Size{{Min: 4, Max: 6, Desired: 4}},
					InstanceTypes: []string{"m7i-flex.2xlarge"}, DiskGiB: 128, AMIType: "AL2023_x86_64_STANDARD", CapacityType: "ON_DEMAND",
					Labels: labels("platform", map[string]string{"dominodatalab.com/calico-controlplane": "true"}), Role: "dev-platform",
				},
				"default": {
					Sizes:         []aws.Size{{Min: 1, Max: 5, Desired: 1}},
					InstanceTypes: []string{"m6i.2xlarge", "m5.2xlarge", "m5a.2xlarge"}, DiskGiB: 400, AMIType: "AL2023_x86_64_STANDARD", CapacityType: "SPOT",
					Labels: labels("default", map[string]string{"domino/build-node": "true"}), Role: "dev-compute",
				},
			},
		},
	}
}

// addons are those of a Domino cluster: its network, its roles, and the CSI driver
// that the installer does not bring.
func addons(driver string) []string {
	return []string{driver, "coredns", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"}
}

// labels are those of a pool's nodes.
func labels(pool string, more map[string]string) map[string]string {
	all := map[string]string{aws.PoolLabel: pool, "dominodatalab.com/domino-node": "true"}
	for key, value := range more {
		all[key] = value
	}
	return all
}

// existing writes down what the sample's files name and others made.
func existing(t *testing.T) string {
	t.Helper()
	production := func(kind, id, key, value string) harness.Object {
		return harness.Object{"account": "123456789012", "region": "us-west-2", "kind": kind, "id": id, key: value}
	}
	data, err := json.Marshal([]harness.Object{
		production("hosted-zone", "Z0123456789ABCDEFGHIJ", "name", "example.com"),
		production("transit-gateway", "tgw-0f9e8d7c6b5a40312", "name", ""),
		{"account": "234567890123", "region": "us-east-1", "kind": "vpn-gateway", "id": "vgw-0c1d2e3f4a5b60718"},
		production("peering-connection", "pcx-0a1b2c3d4e5f60718", "cidr", "10.64.0.0/16"),
		production("vpc", "vpc-0d1e2f3a4b5c60719", "cidr", "10.73.0.0/16"),
		{"account": "345678901234", "region": "eu-west-1", "kind": "vpc", "id": "vpc-0d1e2f3a4b5c60718", "cidr": "10.72.0.0/16"},
		{"account": "234567890123", "region": "us-east-1", "kind": "peering-request", "id": "pcx-0e1f2a3b4c5d60718", "cidr": "10.74.0.0/16", "from": "345678901234"},
		production("role", "", "name", "platform-team"),
		production("policy", "", "name", "domino-boundary"),
		{"account": "234567890123", "region": "us-east-1", "kind": "role", "name": "platform-team"},
	})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "existing.json")
	require.NoError(t, os.WriteFile(file, data, 0o644))
	return file
}

// installPage holds AWS against the demands of the install page.
func (w *emulated) installPage(t *testing.T) {
	for name, e := range installed() {
		if name == "prod-us" { // has it of inAWS
			e.Pools["own"] = aws.Pool{
				Sizes:         []aws.Size{{Max: 1}, {Max: 1}, {Max: 1}},
				InstanceTypes: []string{"m6i.2xlarge"}, DiskGiB: 400, AMIType: "CUSTOM", CapacityType: "ON_DEMAND",
				Labels: labels("own", nil), Role: "prod-us-compute",
			}
		}
		missing, err := w.accounts[name].Missing(context.Background(), e)
		require.NoError(t, err)
		for _, what := range missing {
			t.Errorf("%s: %s", name, what)
		}
	}
}
