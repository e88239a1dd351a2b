package network

import (
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// attachmentID is the path below the status of an attachment's id.
func attachmentID(key string) string { return "attachments." + key + ".id" }

// attachment attaches a gateway to the VPC, or connects it with another VPC. It goes
// when AWS lets it go: until then AWS keeps the VPC and the subnets
// (DependencyViolation).
func (n network) attachment(key string, spec v1alpha1.AttachmentSpec) resource.Resource {
	var attached resource.Resource
	switch {
	case spec.VPNGatewayID != "":
		attached = n.vpn(key, spec)
	case spec.VPCPeeringConnectionID != "":
		attached = n.accepted(key, spec)
	case spec.PeerVPCID != "":
		attached = n.requested(key, spec)
	default:
		attached = n.transit(key, spec)
	}
	return outside(attached).Exporting("status.atProvider.id", attachmentID(key))
}

// transit leaves the route tables of the gateway to its owner: AWS associates the
// attachment with the default one, where there is one.
func (n network) transit(key string, spec v1alpha1.AttachmentSpec) resource.Resource {
	vpc, ref := resource.Resolve(spec.VPC)
	subnets, refs := resource.ResolveAll(spec.Subnets)
	return n.Managed("attach-"+key, ec2.TransitGatewayVPCAttachment_GroupVersionKind, &ec2.TransitGatewayVPCAttachment{
		Spec: ec2.TransitGatewayVPCAttachmentSpec{ForProvider: ec2.TransitGatewayVPCAttachmentParameters{
			Region:           &n.Region,
			TransitGatewayID: &spec.TransitGatewayID,
			VPCID:            vpc,
			VPCIDRef:         ref,
			SubnetIds:        subnets,
			SubnetIDRefs:     refs,
			Tags:             n.TagsOf(spec.Name),
		}},
	})
}

func (n network) vpn(key string, spec v1alpha1.AttachmentSpec) resource.Resource {
	vpc, ref := resource.Resolve(spec.VPC)
	return n.Managed("attach-"+key, ec2.VPNGatewayAttachment_GroupVersionKind, &ec2.VPNGatewayAttachment{
		Spec: ec2.VPNGatewayAttachmentSpec{ForProvider: ec2.VPNGatewayAttachmentParameters{
			Region:       &n.Region,
			VPNGatewayID: &spec.VPNGatewayID,
			VPCID:        vpc,
			VPCIDRef:     ref,
		}},
	})
}

// requested asks another VPC for a peering connection. AWS takes the answer from who
// owns that VPC, in its region; where it is the same account and region the provider
// gives it at once.
func (n network) requested(key string, spec v1alpha1.AttachmentSpec) resource.Resource {
	vpc, ref := resource.Resolve(spec.VPC)
	peering := ec2.VPCPeeringConnectionParameters_2{
		Region:    &n.Region,
		VPCID:     vpc,
		VPCIDRef:  ref,
		PeerVPCID: &spec.PeerVPCID,
		Tags:      n.TagsOf(spec.Name),
	}
	if spec.PeerOwnerID == "" {
		peering.AutoAccept = new(true)
	} else {
		peering.PeerOwnerID, peering.PeerRegion = &spec.PeerOwnerID, &spec.PeerRegion
	}
	return n.Managed("attach-"+key, ec2.VPCPeeringConnection_GroupVersionKind, &ec2.VPCPeeringConnection{
		Spec: ec2.VPCPeeringConnectionSpec{ForProvider: peering},
	})
}

// accepted is this side of a peering connection that the other one asked for. When it
// goes the connection stays: the side that asked for it deletes it.
func (n network) accepted(key string, spec v1alpha1.AttachmentSpec) resource.Resource {
	return n.Managed("attach-"+key, ec2.VPCPeeringConnectionAccepter_GroupVersionKind, &ec2.VPCPeeringConnectionAccepter{
		Spec: ec2.VPCPeeringConnectionAccepterSpec{ForProvider: ec2.VPCPeeringConnectionAccepterParameters{
			Region:                 &n.Region,
			VPCPeeringConnectionID: &spec.VPCPeeringConnectionID,
			AutoAccept:             new(true),
			Tags:                   n.TagsOf(spec.Name),
		}},
	})
}

// outside does not keep the network from being ready: whether the way to a peer
// comes up, its owner decides, who shares a gateway, attaches it or accepts, and
// nothing here may wait for that. `dominoc status` names what is not well.
func outside(r resource.Resource) resource.Resource {
	r.Ready = nil
	return r
}
