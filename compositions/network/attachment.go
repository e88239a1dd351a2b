package network

import (
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// attachmentID is the path below the status of an attachment's id.
func attachmentID(key string) string { return "attachments." + key + ".id" }

// attachment attaches a gateway to the VPC. It goes when AWS lets it go: until
// then AWS keeps the VPC and the subnets (DependencyViolation).
func (n network) attachment(key string, spec v1alpha1.AttachmentSpec) resource.Resource {
	attached := n.transit(key, spec)
	if spec.VPNGatewayID != "" {
		attached = n.vpn(key, spec)
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

// outside does not keep the network from being ready: whether the way to a peer
// comes up, its owner decides, who shares a gateway, attaches it or accepts, and
// nothing here may wait for that. `dominoc status` names what is not well.
func outside(r resource.Resource) resource.Resource {
	r.Ready = nil
	return r
}
