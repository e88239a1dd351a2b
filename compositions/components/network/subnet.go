package network

import (
	"strings"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func (n network) subnet(key string, spec v1alpha1.NetworkSubnet) resource.Resource {
	subnet := n.Managed(key, ec2.Subnet_GroupVersionKind, &ec2.Subnet{Spec: ec2.SubnetSpec{ForProvider: ec2.SubnetParameters_2{
		Region:              &n.Region,
		VPCIDRef:            n.Ref("vpc"),
		AvailabilityZone:    &spec.Zone,
		CidrBlock:           &spec.CIDR,
		MapPublicIPOnLaunch: new(false),
		Tags:                n.TagsOf(spec.Name, n.discovery(spec.Role)...),
	}}})
	if slot, pods := strings.CutPrefix(key, "pod-"); pods {
		return subnet.Exporting("status.atProvider.id", "podSubnets."+slot+".id")
	}
	return subnet
}

// discovery are the tags by which the load balancer controller finds a subnet.
func (n network) discovery(role v1alpha1.SubnetRole) []map[string]string {
	switch role {
	case "public":
		return []map[string]string{n.ClusterShared, {"kubernetes.io/role/elb": "1"}}
	case "private":
		return []map[string]string{n.ClusterShared, {"kubernetes.io/role/internal-elb": "1"}}
	default:
		return nil
	}
}

func (n network) association(key string, spec v1alpha1.NetworkSubnet) resource.Resource {
	return n.Managed("assoc-"+key, ec2.RouteTableAssociation_GroupVersionKind, &ec2.RouteTableAssociation{
		Spec: ec2.RouteTableAssociationSpec{ForProvider: ec2.RouteTableAssociationParameters{
			Region:          &n.Region,
			SubnetIDRef:     n.Ref(key),
			RouteTableIDRef: n.Ref("routes-" + string(spec.RouteTable)),
		}},
	})
}
