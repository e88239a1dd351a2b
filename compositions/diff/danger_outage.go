package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// outageKinds are the kinds that traffic or workloads need, and the effect of a
// deletion.
var outageKinds = map[string]string{
	kindCluster:                                        "the control plane is deleted, with everything that runs in the cluster",
	"ec2.aws.m.upbound.io/VPC":                         "the VPC is deleted",
	"ec2.aws.m.upbound.io/Subnet":                      "the subnet is deleted with what is in it",
	"ec2.aws.m.upbound.io/InternetGateway":             "traffic to and from the internet is no longer possible",
	"ec2.aws.m.upbound.io/NATGateway":                  "traffic to the internet through the gateway is no longer possible, and its connections end",
	"ec2.aws.m.upbound.io/Route":                       "the route is deleted",
	"ec2.aws.m.upbound.io/TransitGatewayVPCAttachment": "the VPC is detached from the transit gateway",
	"ec2.aws.m.upbound.io/VPNGatewayAttachment":        "the VPC is detached from the VPN gateway",
	"ec2.aws.m.upbound.io/VPCPeeringConnection":        "the peering connection is deleted",
	kindIngress:                                             "traffic that the rule admits is blocked",
	"ec2.aws.m.upbound.io/RouteTable":                       "its subnets lose their routes",
	"ec2.aws.m.upbound.io/RouteTableAssociation":            "the subnet loses its routes",
	"ec2.aws.m.upbound.io/VPCEndpoint":                      "traffic to the endpoint's service takes the internet, or fails",
	"ec2.aws.m.upbound.io/VPCEndpointRouteTableAssociation": "subnets with the route table no longer reach the endpoint",
	"ec2.aws.m.upbound.io/VPCEndpointSubnetAssociation":     "the endpoint no longer has an address in the subnet's zone",
	"efs.aws.m.upbound.io/MountTarget":                      "nodes in its zone no longer reach the file system",
	"eks.aws.m.upbound.io/Addon":                            "the add-on is removed from the cluster",
	"ecr.aws.m.upbound.io/PullThroughCacheRule":             "nodes can no longer pull images through the cache",
	"iam.aws.m.upbound.io/RolePolicyAttachment":             "the role loses a policy",
	"kubernetes.m.crossplane.io/Object":                     "the object in the cluster is deleted",
	"acm.aws.m.upbound.io/Certificate":                      "load balancers lose their certificate",
}

// outages reports removed resources that the installation needs.
func (c comparison) outages() {
	c.poolOutages()
	c.closed()
	parents := c.destroyed()
	for _, change := range c.changes {
		_, carries := outageKinds[change.Kind]
		switch {
		case !carries || c.head == nil && change.Kind != kindCluster:
		case change.Kind == kindIngress && change.Action == Destroy && c.head != nil && admitted(change.old, c.head):
		case change.Action == Destroy && !parentDestroyed(change, parents) && !c.ofDriver(change) && !c.unreached(change):
			c.report(about(outage, change, cmp.Or(c.detached(change), loss(change)), Advice{}))
		case change.Action == Replace:
			c.report(about(outage, change, renamed(change), leftOut("keep the name or id")))
		}
	}
}

// destroyed returns the names, in the management cluster, of the destroyed resources.
func (c comparison) destroyed() map[string]bool {
	names := map[string]bool{}
	for _, change := range c.changes {
		if change.Action == Destroy {
			names[change.Object] = true
		}
	}
	return names
}

// parentDestroyed reports whether the parent is destroyed as well.
func parentDestroyed(c Change, gone map[string]bool) bool {
	parents := []string{"vpcId", "subnetId", "routeTableId", "securityGroupId", "role", "vpcEndpointId"}
	return slices.ContainsFunc(parents, func(field string) bool { return gone[providedText(c.old, field+"Ref", "name")] })
}

// unreached reports whether a destroyed endpoint had no client: its private DNS answers
// only queries from outside the VPC, and no rule admits a network there. Earlier
// releases of dominoc created such an endpoint for S3 in every VPC.
func (c comparison) unreached(change Change) bool {
	if provided(change.old, "dnsOptions", "privateDnsOnlyForInboundResolverEndpoint") != true {
		return false
	}
	return !slices.ContainsFunc(c.base.Resources, func(r Resource) bool { return admitsPeer(r.Component, r.Key) })
}

// admitsPeer reports whether a rule admits a network outside the VPC to the endpoints.
func admitsPeer(component, key string) bool {
	return component == "endpoints" && strings.HasPrefix(key, "peer-")
}

// loss returns the effect of a resource's deletion.
func loss(c Change) string {
	switch shortKind(c.Kind) {
	case "Route":
		return "the route to " + providedText(c.old, "destinationCidrBlock") + " is deleted"
	case "SecurityGroupIngressRule":
		return opened(c.old) + " is no longer admitted"
	case "RolePolicyAttachment":
		role, policy := attached(c.old)
		return fmt.Sprintf("role %s loses policy %s", role, policy)
	case "Object":
		return fmt.Sprintf("%v %v is deleted in the cluster", provided(c.old, "manifest", "kind"), provided(c.old, "manifest", "metadata", "name"))
	}
	return outageKinds[c.Kind]
}

// detached names the gateway from which a VPC is detached, and the one that replaces it;
// "" for any other resource.
func (c comparison) detached(change Change) string {
	from := gateway(change.old)
	if from == "" {
		return ""
	}
	message := "the VPC is detached from " + from + ": the two networks are disconnected"
	if shortKind(change.Kind) == "VPCPeeringConnection" {
		message = "the peering connection with " + from + " is deleted, and traffic that the other side routes through it is lost: the two networks are disconnected"
	}
	var instead []any
	for _, other := range c.changes {
		if to := gateway(other.new); other.Action == Create && to != "" {
			instead = append(instead, to)
		}
	}
	if len(instead) > 0 {
		message += ", and traffic takes " + listed(instead) + " once it is attached and the other network routes back through it"
	}
	return message
}

// gateway returns the gateway of an attachment, the other VPC of a peering connection,
// or "".
func gateway(attachment map[string]any) string {
	switch shortKind(kindOf(attachment)) {
	case "TransitGatewayVPCAttachment":
		return providedText(attachment, "transitGatewayId")
	case "VPNGatewayAttachment":
		return providedText(attachment, "vpnGatewayId")
	case "VPCPeeringConnection":
		if owner := providedText(attachment, "peerOwnerId"); owner != "" {
			return fmt.Sprintf("%s of account %s in %s", providedText(attachment, "peerVpcId"), owner, providedText(attachment, "peerRegion"))
		}
		return providedText(attachment, "peerVpcId")
	}
	return ""
}

// closed reports ranges from which the control plane can no longer be reached.
func (c comparison) closed() {
	for _, change := range c.changes {
		if change.Kind != kindCluster || change.Action != Update {
			continue
		}
		message := ""
		if f := fieldAt(change, "vpcConfig", "publicAccessCidrs"); f != nil {
			if went := outside(f.Removed, elements(f.New, f.Added)); len(went) > 0 {
				message = listed(went) + " no longer reaches the control plane"
			}
		}
		if f := fieldAt(change, "vpcConfig", "endpointPublicAccess"); f != nil && f.Old == true {
			message = "the control plane loses its public endpoint"
		}
		if message != "" {
			d := about(outage, change, message, Advice{})
			d.Subject = publicEndpointSubject
			c.report(d)
		}
	}
}

// poolOutages reports the pools that lose nodes, one danger each.
func (c comparison) poolOutages() {
	if c.head == nil {
		return
	}
	zones := map[string][]Change{}
	for _, change := range c.changes {
		if change.Kind == kindNodeGroup && change.Action == Destroy {
			zones[change.Component] = append(zones[change.Component], change)
		}
	}
	for component, gone := range ordered.All(zones) {
		c.poolOutage(component, gone)
	}
}

// poolOutage reports the nodes that a pool loses. If another pool that existed before
// replaces it (R5), that is a handover.
func (c comparison) poolOutage(component string, gone []Change) {
	pool := poolOf(component)
	all := len(groupsOf(c.base, component))
	d := about(outage, gone[0], fmt.Sprintf("the nodes of pool %s are deleted, and what runs on them ends", pool), Advice{})
	d.Key = ""
	switch successor := c.successor(component); {
	case len(gone) < all:
		d.Message = fmt.Sprintf("pool %s loses its nodes in %d of %s", pool, len(gone), words.Count(all, "zone"))
	case successor == "":
		d.Instead = c.replacePool(Keep, "add a pool with replaces: \""+pool+"\", merge, let the workloads move, then remove this one (R5)", pool)
	case len(groupsOf(c.base, v1alpha1.PoolPrefix+successor)) == 0:
		d.Message += fmt.Sprintf(", before pool %s, which replaces it, has nodes", successor)
		d.Instead = inSteps(fmt.Sprintf("keep the pool in this change, with replaces: %q on %s, and remove it in a later one, when the other pool runs (R5)", pool, successor),
			merging(take(), keep("pools", pool), set(pool, "pools", successor, "replaces")), merging(take()))
	default:
		var open bool
		if d, open = c.handover(d, pool, successor); !open {
			return
		}
	}
	c.report(d)
}

// successor returns the pool of the new state that has the label of a removed pool, or
// "".
func (c comparison) successor(component string) string {
	label := labelOf(groupsOf(c.base, component))
	if label == "" {
		return ""
	}
	for _, r := range ordered.All(byKey(c.head)) {
		if r.Component != component && poolOf(r.Component) != "" && labelOf([]Resource{r}) == label {
			return poolOf(r.Component)
		}
	}
	return ""
}

// labelOf returns the pool label of the first group.
func labelOf(groups []Resource) string {
	if len(groups) == 0 {
		return ""
	}
	return providedText(groups[0].Object, "labels", plan.PoolLabel)
}

// groupsOf returns the node groups of a component.
func groupsOf(e *Environment, component string) []Resource {
	if e == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(e.Resources), func(r Resource) bool {
		return r.Component != component || kindOf(r.Object) != kindNodeGroup
	})
}

// replaced returns the removed pools that a pool which existed before replaces: from the
// old to the new.
func (c comparison) replaced() map[string]string {
	out := map[string]string{}
	for _, change := range c.changes {
		if change.Kind != kindNodeGroup || change.Action != Destroy {
			continue
		}
		if next := c.successor(change.Component); next != "" && len(groupsOf(c.base, v1alpha1.PoolPrefix+next)) > 0 {
			out[poolOf(change.Component)] = next
		}
	}
	return out
}
