package plan

import (
	"fmt"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// endpoints returns the private endpoints of AWS services, or nothing: an existing VPC
// keeps its own unless the user requests dominoc's.
func (r *resolver) endpoints() *v1alpha1.EndpointsSpec {
	spec := v1alpha1.EndpointsSpec{
		VPC: r.vpc.reference, Nodes: r.made("security", "nodes"), S3Gateway: r.s3Gateway(),
	}
	spec.Interfaces = r.interfaceEndpoints(spec.S3Gateway != nil)
	if len(spec.Interfaces) > 0 {
		spec.Subnets = map[string]v1alpha1.Reference{}
		for slot, zone := range r.zones {
			spec.Subnets[slotKey(slot)] = r.vpc.nodes[zone]
		}
		if vpc := r.vpc.existing; vpc != nil {
			spec.VPCCIDR = masked(vpc.CIDR)
		}
	}
	if spec.Interfaces["s3"].InboundOnly {
		spec.Peers = r.endpointPeers()
	}
	if spec.S3Gateway == nil && len(spec.Interfaces) == 0 {
		return nil
	}
	return &spec
}

// s3Gateway returns the gateway endpoint of S3 for all route tables but the control plane's,
// whose interfaces open no connections. It is free, so a VPC that dominoc creates always has
// it. An existing VPC has it only on request: it needs route tables, and would conflict with
// another gateway endpoint.
func (r *resolver) s3Gateway() *v1alpha1.GatewayEndpointSpec {
	tables := map[string]v1alpha1.Reference{}
	switch {
	case r.vpc.existing == nil:
		for key := range r.routeTables() {
			if key != string(tableControl) {
				tables[key] = r.made("network", "routes-"+key)
			}
		}
	case r.env.Network.Endpoints.S3:
		for slot, id := range r.existingTables() {
			tables[privateKey(slot)] = v1alpha1.Reference{ID: id}
		}
	}
	if len(tables) == 0 {
		return nil
	}
	return &v1alpha1.GatewayEndpointSpec{Service: r.region.EndpointService("s3"), RouteTables: tables}
}

// interfaceEndpoints returns the interface endpoints that the environment asks for.
// The clients in a VPC with an S3 gateway use the gateway, so that an S3 interface
// next to it serves peers only. The ways into an existing VPC are its owner's, and so
// is an endpoint for those who come in by them.
func (r *resolver) interfaceEndpoints(gateway bool) map[string]v1alpha1.InterfaceEndpointSpec {
	all := map[string]v1alpha1.InterfaceEndpointSpec{}
	if ours := r.env.Network.VPC == nil; r.env.Network.Endpoints.S3 && (ours || !gateway) {
		all["s3"] = v1alpha1.InterfaceEndpointSpec{Service: r.region.EndpointService("s3"), InboundOnly: gateway}
	}
	if r.env.Network.Endpoints.ECR {
		all["ecr-api"] = v1alpha1.InterfaceEndpointSpec{Service: r.region.EndpointService("ecr.api")}
		all["ecr-dkr"] = v1alpha1.InterfaceEndpointSpec{Service: r.region.EndpointService("ecr.dkr")}
	}
	return all
}

// endpointPeers returns the networks that reach the interfaces from beyond the VPC.
func (r *resolver) endpointPeers() map[string]v1alpha1.EndpointsPeer {
	peers := map[string]v1alpha1.EndpointsPeer{}
	for _, peer := range r.env.Network.Peers {
		peers[peer.Name] = v1alpha1.EndpointsPeer{CIDR: masked(peer.CIDR)}
	}
	return peers
}

// checkAPIReachable warns when Crossplane's providers need a cluster whose endpoint
// only the nodes reach.
func (r *resolver) checkAPIReachable() {
	c := r.env.Cluster
	if c.InCluster != "provider" || c.Endpoint.Public || len(c.Endpoint.PrivateCIDRs) > 0 {
		return
	}
	r.warn("endpoint-unreachable", diag.Path{"cluster", "endpoint"}, problem{
		message: fmt.Sprintf("cluster.inCluster is %q, but only the nodes reach the Kubernetes API: Crossplane could never install objects in the cluster", c.InCluster),
		hint: "add the management cluster's range to cluster.endpoint.privateCIDRs and its network to network.peers; " +
			"or open the public endpoint to its addresses with cluster.endpoint.public and allowedCIDRs; or set cluster.inCluster to \"gitops\" or \"none\"",
	})
}
