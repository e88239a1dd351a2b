package endpoints

import (
	"strings"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// https is the port of every endpoint.
const https = 443

// securityGroup is what the interfaces have in common: who reaches them.
func (e endpoints) securityGroup() []resource.Resource {
	if len(e.spec.Interfaces) == 0 {
		return nil
	}
	nodes, ref := resource.Resolve(e.spec.Nodes)
	list := []resource.Resource{e.group(), e.letIn("group-from-nodes", "AWS services for the nodes", ec2.SecurityGroupIngressRuleParameters{
		ReferencedSecurityGroupID: nodes, ReferencedSecurityGroupIDRef: ref,
	})}
	if e.spec.VPCCIDR != "" {
		// The resolver of an existing VPC answers everyone there with the addresses of
		// the endpoints.
		list = append(list, e.letIn("group-from-vpc", "AWS services for the rest of the VPC", ec2.SecurityGroupIngressRuleParameters{CidrIPv4: &e.spec.VPCCIDR}))
	}
	return append(list, resource.Each(e.spec.Peers, e.fromPeer)...)
}

// fromPeer lets in a network beyond the VPC.
func (e endpoints) fromPeer(name string, peer v1alpha1.EndpointsPeer) resource.Resource {
	key := resource.Within(resource.Room(e.Component.Component), "peer-"+name)
	return e.letIn(key, "AWS services for a peer", ec2.SecurityGroupIngressRuleParameters{CidrIPv4: &peer.CIDR})
}

func (e endpoints) group() resource.Resource {
	name := e.Name + "-endpoints"
	vpc, ref := resource.Resolve(e.spec.VPC)
	return e.Managed("group", ec2.SecurityGroup_GroupVersionKind, &ec2.SecurityGroup{
		Spec: ec2.SecurityGroupSpec{ForProvider: ec2.SecurityGroupParameters_2{
			Region:              &e.Region,
			Name:                &name,
			Description:         new("Endpoints of AWS services"),
			VPCID:               vpc,
			VPCIDRef:            ref,
			RevokeRulesOnDelete: new(true),
			Tags:                e.TagsOf(name),
		}},
	})
}

// letIn is a rule of the group for the clients of the endpoints.
func (e endpoints) letIn(key, description string, rule ec2.SecurityGroupIngressRuleParameters) resource.Resource {
	rule.Region = &e.Region
	rule.Description = &description
	rule.SecurityGroupIDRef = e.Ref("group")
	rule.IPProtocol = new("tcp")
	rule.FromPort, rule.ToPort = resource.Number(https), resource.Number(https)
	rule.Tags = e.TagsOf(e.Name + "-endpoints-" + strings.TrimPrefix(key, "group-"))
	return e.Managed(key, ec2.SecurityGroupIngressRule_GroupVersionKind, &ec2.SecurityGroupIngressRule{
		Spec: ec2.SecurityGroupIngressRuleSpec{ForProvider: rule},
	})
}

// ways are an interface endpoint with its addresses and its group.
func (e endpoints) ways(key string, spec v1alpha1.InterfaceEndpointSpec) []resource.Resource {
	list := []resource.Resource{e.interfaces(key, spec), e.guard(key)}
	for slot, subnet := range ordered.All(e.spec.Subnets) {
		list = append(list, e.address(key, slot, subnet))
	}
	return list
}

func (e endpoints) interfaces(key string, spec v1alpha1.InterfaceEndpointSpec) resource.Resource {
	parameters := ec2.VPCEndpointParameters_2{
		ServiceName:       &spec.Service,
		VPCEndpointType:   new("Interface"),
		PrivateDNSEnabled: new(true),
	}
	if spec.InboundOnly {
		parameters.DNSOptions = &ec2.DNSOptionsParameters{PrivateDNSOnlyForInboundResolverEndpoint: new(true)}
	}
	return e.endpoint("interface-"+key, parameters)
}

// guard puts the group in the place of the VPC's default one, which AWS gives
// every new interface.
func (e endpoints) guard(key string) resource.Resource {
	return e.Managed("group-"+key, ec2.VPCEndpointSecurityGroupAssociation_GroupVersionKind, &ec2.VPCEndpointSecurityGroupAssociation{
		Spec: ec2.VPCEndpointSecurityGroupAssociationSpec{ForProvider: ec2.VPCEndpointSecurityGroupAssociationParameters{
			Region:                    &e.Region,
			VPCEndpointIDRef:          e.Ref("interface-" + key),
			SecurityGroupIDRef:        e.Ref("group"),
			ReplaceDefaultAssociation: new(true),
		}},
	})
}

func (e endpoints) address(key, slot string, subnet v1alpha1.Reference) resource.Resource {
	id, ref := resource.Resolve(subnet)
	return e.Managed(key+"-"+slot, ec2.VPCEndpointSubnetAssociation_GroupVersionKind, &ec2.VPCEndpointSubnetAssociation{
		Spec: ec2.VPCEndpointSubnetAssociationSpec{ForProvider: ec2.VPCEndpointSubnetAssociationParameters{
			Region:           &e.Region,
			VPCEndpointIDRef: e.Ref("interface-" + key),
			SubnetID:         id,
			SubnetIDRef:      ref,
		}},
	})
}
