package endpoints_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/components/endpoints"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

func ours() v1alpha1.EndpointsSpec {
	const s3 = "com.amazonaws.us-west-2.s3"
	return v1alpha1.EndpointsSpec{
		VPC:   v1alpha1.Reference{Name: "prod-us-network-vpc"},
		Nodes: v1alpha1.Reference{Name: "prod-us-security-nodes"},
		S3Gateway: &v1alpha1.GatewayEndpointSpec{Service: s3, RouteTables: map[string]v1alpha1.Reference{
			"public":     {Name: "prod-us-network-routes-public"},
			"private-z0": {Name: "prod-us-network-routes-private-z0"},
			"private-z1": {Name: "prod-us-network-routes-private-z1"},
			"private-z2": {Name: "prod-us-network-routes-private-z2"},
		}},
		Peers: map[string]v1alpha1.EndpointsPeer{"office": {CIDR: "192.168.0.0/20"}},
		Interfaces: map[string]v1alpha1.InterfaceEndpointSpec{
			"s3":      {Service: s3, InboundOnly: true},
			"ecr-api": {Service: "com.amazonaws.us-west-2.ecr.api"},
			"ecr-dkr": {Service: "com.amazonaws.us-west-2.ecr.dkr"},
		},
		Subnets: map[string]v1alpha1.Reference{
			"z0": {Name: "prod-us-network-private-z0"},
			"z1": {Name: "prod-us-network-private-z1"},
			"z2": {Name: "prod-us-network-private-z2"},
		},
	}
}

func lower(spec v1alpha1.EndpointsSpec) []resource.Resource {
	return endpoints.Lower(lowered.Common(), spec, v1alpha1.EndpointsStatus{})
}

func TestThreeZonesWithEveryEndpointAreAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "three-zones.yaml", lower(ours()))
}

func TestAnExistingVPCIsServedByItsIDs(t *testing.T) {
	spec := v1alpha1.EndpointsSpec{
		VPC:        v1alpha1.Reference{ID: "vpc-0123456789abcdef0"},
		Nodes:      v1alpha1.Reference{Name: "prod-us-security-nodes"},
		VPCCIDR:    "10.8.0.0/16",
		S3Gateway:  &v1alpha1.GatewayEndpointSpec{Service: "com.amazonaws.us-west-2.s3", RouteTables: map[string]v1alpha1.Reference{"private-z0": {ID: "rtb-0123456789abcdef0"}}},
		Interfaces: map[string]v1alpha1.InterfaceEndpointSpec{"ecr-api": {Service: "com.amazonaws.us-west-2.ecr.api"}},
		Subnets:    map[string]v1alpha1.Reference{"z0": {ID: "subnet-0123456789abcdef0"}},
	}
	lowered.Golden(t, "existing.yaml", lower(spec))
}

func TestWithoutInterfacesThereIsNoSecurityGroup(t *testing.T) {
	spec := ours()
	spec.Interfaces = nil
	for _, r := range lower(spec) {
		require.Contains(t, []string{"VPCEndpoint", "VPCEndpointRouteTableAssociation"}, r.Object.GetObjectKind().GroupVersionKind().Kind)
	}
}
