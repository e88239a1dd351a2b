package endpoints

import (
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

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
	list := []resource.Resource{e.group(), e.fromNodes()}
	if e.spec.VPCCIDR != "" {
		list = append(list, e.fromVPC())
	}
	return list
}

// fromVPC lets in whoever else is in an existing VPC: its resolver answers them
// all with the addresses of the endpoints.
func (e endpoints) fromVPC() resource.Resource {
	return e.Managed("group-from-vpc", ec2.SecurityGroupIngressRule_GroupVersionKind, &ec2.SecurityGroupIngressRule{
		Spec: ec2.SecurityGroupIngressRuleSpec{ForProvider: ec2.SecurityGroupIngressRuleParameters{
			Region:             &e.Region,
			Description:        new("AWS services for the rest of the VPC"),
			SecurityGroupIDRef: e.Ref("group"),
			CidrIPv4:           &e.spec.VPCCIDR,
			IPProtocol:         new("tcp"),
			FromPort:           resource.Number(https),
			ToPort:             resource.Number(https),
			Tags:               e.TagsOf(e.Name + "-endpoints-from-vpc"),
		}},
	})
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

func (e endpoints) fromNodes() resource.Resource {
	nodes, ref := resource.Resolve(e.spec.Nodes)
	return e.Managed("group-from-nodes", ec2.SecurityGroupIngressRule_GroupVersionKind, &ec2.SecurityGroupIngressRule{
		Spec: ec2.SecurityGroupIngressRuleSpec{ForProvider: ec2.SecurityGroupIngressRuleParameters{
			Region:                       &e.Region,
			Description:                  new("AWS services for the nodes"),
			SecurityGroupIDRef:           e.Ref("group"),
			ReferencedSecurityGroupID:    nodes,
			ReferencedSecurityGroupIDRef: ref,
			IPProtocol:                   new("tcp"),
			FromPort:                     resource.Number(https),
			ToPort:                       resource.Number(https),
			Tags:                         e.TagsOf(e.Name + "-endpoints-from-nodes"),
		}},
	})
}

// ways are an interface endpoint with its addresses and its group.
func (e endpoints) ways(key string, spec v1alpha1.InterfaceEndpointSpec) []resource.Resource {
	list := []resource.Resource{e.interfaces(key, spec), e.guard(key)}
	for slot, subnet := range resource.Sorted(e.spec.Subnets) {
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
