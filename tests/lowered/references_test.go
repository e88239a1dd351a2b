package lowered_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/components/addons"
	"github.com/dominoc/dominoc/compositions/components/cluster"
	"github.com/dominoc/dominoc/compositions/components/domain"
	"github.com/dominoc/dominoc/compositions/components/endpoints"
	"github.com/dominoc/dominoc/compositions/components/identity"
	"github.com/dominoc/dominoc/compositions/components/network"
	"github.com/dominoc/dominoc/compositions/components/nodepool"
	"github.com/dominoc/dominoc/compositions/components/registry"
	"github.com/dominoc/dominoc/compositions/components/security"
	"github.com/dominoc/dominoc/compositions/components/storage"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

// A component refers to another's objects by name, and only the management
// cluster would notice a name that nothing has.
func TestEveryReferenceNamesAnObjectThatAComponentMakes(t *testing.T) {
	environment := environment()
	made := map[object]bool{}
	for _, composite := range wholes() {
		made[composite] = true
	}
	for _, r := range environment {
		made[object{r.Object.GetObjectKind().GroupVersionKind().Kind, r.Object.GetName()}] = true
	}
	found := 0
	for _, r := range environment {
		for _, reference := range references(t, "", lowered.Content(t, r)) {
			require.True(t, made[reference], "%s refers to %v", r.Object.GetName(), reference)
			found++
		}
	}
	require.Greater(t, found, 60)
}

// wholes returns the composite resources that are kept as a whole, by the object that
// keeps them: of what they compose any part may still leave the environment's
// file, which one kept by itself could not while what it is kept for is there.
func wholes() map[string]object {
	return map[string]object{
		"addons-way-security":  {xr.Security.Name, "prod-us-security"},
		"addons-way-network":   {xr.Network.Name, "prod-us-network"},
		"cluster-uses-storage": {xr.Storage.Name, "prod-us-storage"},
	}
}

func TestWhatMayShrinkIsKeptAsAWhole(t *testing.T) {
	kept := map[string]any{}
	for _, r := range environment() {
		if r.Object.GetObjectKind().GroupVersionKind().Kind == "Usage" {
			kept[r.Object.GetName()] = lowered.Content(t, r)["spec"].(map[string]any)["of"]
		}
	}
	for by, composite := range wholes() {
		require.Equal(t, map[string]any{
			"apiVersion": xr.APIVersion, "kind": composite.kind,
			"resourceRef": map[string]any{"name": composite.name},
		}, kept["prod-us-"+by], by)
	}
}

type object struct{ kind, name string }

// references returns the objects that a value refers to: fields whose name ends in
// Ref or Refs, and the two sides of a Usage.
func references(t *testing.T, field string, value any) []object {
	var out []object
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			out = append(out, references(t, field, element)...)
		}
	case map[string]any:
		if of, ok := v["resourceRef"].(map[string]any); ok {
			return []object{{v["kind"].(string), of["name"].(string)}}
		}
		if name, ok := v["name"].(string); ok && strings.HasSuffix(strings.TrimSuffix(field, "s"), "Ref") && !notObject(field, name) {
			return []object{{target(t, field), name}}
		}
		for key, element := range v {
			out = append(out, references(t, key, element)...)
		}
	}
	return out
}

// notObject tells references to what no component makes: the environment's
// provider config, and the secret that a provider writes.
func notObject(field, name string) bool {
	secrets := []string{"writeConnectionSecretToRef", "secretRef"}
	return slices.Contains(secrets, field) || field == "providerConfigRef" && name == lowered.Common().Name
}

// target returns the kind that a field refers to.
func target(t *testing.T, field string) string {
	t.Helper()
	kind, known := map[string]string{
		"vpcIdRef": "VPC", "subnetIdRef": "Subnet", "subnetIdRefs": "Subnet", "routeTableIdRef": "RouteTable",
		"gatewayIdRef": "InternetGateway", "natGatewayIdRef": "NATGateway", "allocationIdRef": "EIP",
		"securityGroupIdRef": "SecurityGroup", "securityGroupIdRefs": "SecurityGroup", "securityGroupsRefs": "SecurityGroup",
		"referencedSecurityGroupIdRef": "SecurityGroup", "vpcSecurityGroupIdRefs": "SecurityGroup",
		"targetKeyIdRef": "Key", "kmsKeyIdRef": "Key", "kmsKeyArnRef": "Key", "kmsMasterKeyIdRef": "Key", "kmsKeyRef": "Key",
		"fileSystemIdRef": "FileSystem", "targetVaultNameRef": "Vault", "planIdRef": "Plan", "certificateArnRef": "Certificate",
		"vpcEndpointIdRef": "VPCEndpoint",
		"roleRef":          "Role", "roleArnRef": "Role",
		"nodeRoleArnRef": "Role", "iamRoleArnRef": "Role", "policyArnRef": "Policy", "clusterNameRef": "Cluster", "principalArnRef": "AccessEntry", "providerConfigRef": "ProviderConfig",
	}[field]
	require.True(t, known, "what does %s refer to?", field)
	return kind
}

// environment returns every component of a small environment.
func environment() []resource.Resource {
	c := lowered.Common()
	subnet := v1alpha1.Reference{Name: "prod-us-network-private-z0"}
	return slices.Concat(
		network.Lower(c, v1alpha1.NetworkSpec{
			VPC: &v1alpha1.NetworkVPC{CIDR: "10.0.0.0/16", PodCIDR: "100.64.0.0/16"},
			Subnets: map[string]v1alpha1.NetworkSubnet{
				"private-z0": {Role: "private", RouteTable: "private-z0"},
				"public-z0":  {Role: "public", RouteTable: "public"},
				"pod-z0":     {Role: "pod", RouteTable: "private-z0"},
			},
			NATGateways: map[string]v1alpha1.NATGateway{"z0": {Subnet: "public-z0"}},
			RouteTables: map[string]v1alpha1.RouteTable{
				"public":     {},
				"private-z0": {NATGateway: "z0", Peers: map[string]v1alpha1.PeerRoute{"office": {CIDR: "192.168.0.0/16"}}},
			},
			FlowLog: &v1alpha1.FlowLogSpec{VPC: v1alpha1.Reference{Name: "prod-us-network-vpc"}},
		}, v1alpha1.NetworkStatus{}),
		endpoints.Lower(c, v1alpha1.EndpointsSpec{
			VPC:   v1alpha1.Reference{Name: "prod-us-network-vpc"},
			Nodes: v1alpha1.Reference{Name: "prod-us-security-nodes"},
			S3Gateway: &v1alpha1.GatewayEndpointSpec{RouteTables: map[string]v1alpha1.Reference{
				"private-z0": {Name: "prod-us-network-routes-private-z0"},
			}},
			Interfaces: map[string]v1alpha1.InterfaceEndpointSpec{"ecr-api": {}},
			Subnets:    map[string]v1alpha1.Reference{"z0": subnet},
		}, v1alpha1.EndpointsStatus{}),
		identity.Lower(c, v1alpha1.IdentitySpec{
			CreateKey: true, Autoscaler: true, Registry: &v1alpha1.NodeRegistry{},
		}, v1alpha1.IdentityStatus{}),
		security.Lower(c, v1alpha1.SecuritySpec{VPC: v1alpha1.Reference{Name: "prod-us-network-vpc"}}, v1alpha1.SecurityStatus{}),
		cluster.Lower(c, v1alpha1.ClusterSpec{
			Subnets:           []v1alpha1.Reference{subnet},
			OurKey:            true,
			Admins:            map[string]v1alpha1.AdminSpec{"1a2b3c": {}},
			IdentityProviders: map[string]v1alpha1.IdentityProviderSpec{"company": {}},
			Addons:            map[string]v1alpha1.AddonSpec{"vpc-cni": {}},
		}, v1alpha1.ClusterStatus{}),
		pool(c, "platform", subnet),
		pool(c, "compute", subnet),
		addons.Lower(c, v1alpha1.AddonsSpec{
			Addons:        map[string]v1alpha1.NodeAddonSpec{"coredns": {}},
			PodIdentities: map[string]v1alpha1.PodIdentitySpec{"autoscaler": {}},
			InCluster: &v1alpha1.InClusterSpec{
				Access:       &v1alpha1.AccessSpec{Network: true},
				StorageClass: &v1alpha1.StorageClassSpec{Type: "gp3"},
				Calico:       &v1alpha1.CalicoSpec{},
				Autoscaler:   &v1alpha1.AutoscalerSpec{},
			},
		}, v1alpha1.AddonsStatus{}),
		storage.Lower(c, v1alpha1.StorageSpec{
			Datasets: v1alpha1.DatasetsSpec{
				SecurityGroup: v1alpha1.Reference{Name: "prod-us-security-efs"},
				MountTargets:  map[string]v1alpha1.MountTargetSpec{"z0": {Subnet: subnet}},
			},
		}, v1alpha1.StorageStatus{}),
		registry.Lower(c, v1alpha1.RegistrySpec{
			Repositories: map[string]v1alpha1.RepositorySpec{"model": {Name: "prod-us/model"}},
		}, v1alpha1.RegistryStatus{}),
		domain.Lower(c, v1alpha1.DomainSpec{}, v1alpha1.DomainStatus{}),
	)
}

func pool(c v1alpha1.Common, role v1alpha1.NodeRole, subnet v1alpha1.Reference) []resource.Resource {
	return nodepool.Lower(c, v1alpha1.NodePoolSpec{
		Pool: string(role), Role: role,
		SecurityGroup: v1alpha1.Reference{Name: "prod-us-security-nodes"},
		Zones:         map[string]v1alpha1.ZoneSpec{"z0": {Subnet: subnet}},
	}, v1alpha1.NodePoolStatus{})
}
