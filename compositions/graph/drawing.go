package graph

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// drawing collects the nodes of an environment.
type drawing struct {
	spec  v1alpha1.EnvironmentSpec
	nodes []Node
}

func (d *drawing) add(nodes ...Node) { d.nodes = append(d.nodes, nodes...) }

// all draws all nodes, each area from left to right and from the top down.
func (d *drawing) all() {
	d.vpc()
	for _, zone := range d.columns() {
		d.public(zone)
		d.private(zone)
		d.pods(zone)
		d.controlPlaneSubnet(zone)
	}
	d.cluster()
	d.endpoints()
	d.peers()
	d.storage()
	d.registry()
	d.identity()
	d.security()
	d.inside()
	d.domain()
}

// facts returns what applies to the whole environment.
func (d *drawing) facts() []string {
	facts := []string{
		"account " + d.spec.Common.Account,
		"Kubernetes " + d.spec.Cluster.Version,
		words.Count(len(d.spec.Zones), "zone"),
	}
	if d.spec.Common.Deletion == "allow" {
		return append(facts, "may be deleted")
	}
	return append(facts, "data is protected")
}

// columns returns the zones of the nodes by slot, then the zones of the control plane
// alone.
func (d *drawing) columns() []string {
	return union(slices.Clone(d.spec.Zones), d.spec.ControlPlaneZones)
}

// slot returns the slot of a zone of the nodes, such as z0; empty for another zone.
func (d *drawing) slot(zone string) string {
	if i := slices.Index(d.spec.Zones, zone); i >= 0 {
		return "z" + strconv.Itoa(i)
	}
	return ""
}

func (d *drawing) vpc() {
	network := d.spec.Network
	if network == nil || network.VPC == nil {
		node := Node{
			ID: "vpc", Place: Place{Area: VPC}, Look: Outside, Title: "VPC that exists",
			resources: []string{"network/flow-log"},
		}
		if d.spec.Security != nil {
			node.Size = d.spec.Security.VPC.ID
		}
		d.add(node)
		return
	}
	vpc := Node{
		ID: "vpc", Place: Place{Area: VPC}, Look: Network, Title: "VPC", Size: network.VPC.CIDR,
		resources: []string{"network/vpc", "network/pod-range", "network/flow-log", "network/default-group"},
	}
	if network.VPC.PodCIDR != "" {
		vpc.Lines = append(vpc.Lines, "pods "+network.VPC.PodCIDR)
	}
	if network.FlowLog != nil {
		vpc.Lines = append(vpc.Lines, "flow log of refused traffic")
	}
	d.add(vpc, Node{
		ID: "internet-gateway", Place: Place{Area: Internet}, Look: Network, Title: "Internet gateway",
		resources: []string{"network/internet-gateway"},
	})
}

// subnet returns the subnet of a role in a zone that the environment creates.
func (d *drawing) subnet(role v1alpha1.SubnetRole, zone string) (key string, spec v1alpha1.NetworkSubnet, found bool) {
	if d.spec.Network == nil {
		return "", spec, false
	}
	for key, spec := range ordered.All(d.spec.Network.Subnets) {
		if spec.Role == role && spec.Zone == zone {
			return key, spec, true
		}
	}
	return "", spec, false
}

// made draws a subnet that the environment creates, with its route.
func (d *drawing) made(area Area, title, key string, spec v1alpha1.NetworkSubnet, further ...string) {
	d.add(Node{
		ID: "subnet-" + key, Place: Place{Area: area, Zone: spec.Zone}, Look: Subnet, Title: title, Size: spec.CIDR,
		resources: append([]string{"network/" + key, "network/assoc-" + key}, further...),
	})
}

// existing draws a subnet of the user.
func (d *drawing) existing(area Area, title, zone string, subnet v1alpha1.Reference) {
	d.add(Node{
		ID: "subnet-" + string(area) + "-" + zone, Place: Place{Area: area, Zone: zone}, Look: Subnet,
		Title: title, Size: subnet.ID,
	})
}

func (d *drawing) public(zone string) {
	key, spec, found := d.subnet("public", zone)
	if !found {
		return
	}
	d.made(Public, "Public subnet", key, spec, "network/routes-public", "network/default-public")
	for slot, gateway := range ordered.All(d.spec.Network.NATGateways) {
		if string(gateway.Subnet) == key {
			d.add(Node{
				ID: "nat-" + slot, Place: Place{Area: Public, Zone: zone}, Look: Network, Title: "NAT gateway", Size: "Elastic IP",
				resources: []string{"network/nat-" + slot, "network/eip-" + slot},
			})
		}
	}
}

func (d *drawing) private(zone string) {
	slot := d.slot(zone)
	if key, spec, found := d.subnet("private", zone); found {
		d.made(Private, "Node subnet", key, spec, "network/routes-"+key, "network/default-"+key)
	} else if subnet, uses := d.nodeSubnet(slot); uses {
		d.existing(Private, "Node subnet", zone, subnet)
	}
	for _, name := range d.poolNames() {
		if part, stands := d.spec.Pools[name].Zones[slot]; stands {
			d.pool(name, slot, part)
		}
	}
	if d.spec.Storage == nil {
		return
	}
	if _, mounts := d.spec.Storage.Datasets.MountTargets[slot]; mounts {
		d.add(Node{
			ID: "mount-" + slot, Place: Place{Area: Private, Zone: zone}, Look: Storage, Title: "EFS mount target",
			resources: []string{"storage/mount-" + slot},
		})
	}
}

// nodeSubnet returns the subnet of the nodes in a slot.
func (d *drawing) nodeSubnet(slot string) (v1alpha1.Reference, bool) {
	for _, name := range d.poolNames() {
		if part, stands := d.spec.Pools[name].Zones[slot]; stands {
			return part.Subnet, true
		}
	}
	return v1alpha1.Reference{}, false
}

// poolNames returns the pools: those labelled platform and default first, as on the
// install page, then by name.
func (d *drawing) poolNames() []string {
	rank := func(name string) int {
		label := d.spec.Pools[name].Labels["dominodatalab.com/node-pool"]
		if i := slices.Index([]string{"platform", "default", "default-gpu"}, label); i >= 0 {
			return i
		}
		return 3
	}
	return slices.SortedFunc(maps.Keys(d.spec.Pools), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
}

func (d *drawing) pool(name, slot string, part v1alpha1.ZoneSpec) {
	spec := d.spec.Pools[name]
	component := v1alpha1.PoolPrefix + name
	node := Node{
		ID: component + "-" + slot, Place: Place{Area: Private, Zone: part.Zone}, Look: Compute,
		Title: name, Size: nodes(part),
		Lines: []string{instances(spec.Types()), fmt.Sprintf("%d GiB %s", spec.Disk.SizeGiB, spec.Disk.Type)},
		resources: []string{
			component + "/template", component + "/nodes-" + slot, component + "/" + slot + "-*", component + "/*-" + slot,
			"tags-" + name + "/" + strings.Replace(slot, "z", "t", 1) + "-*", // see nodepool.LowerGroupTags
		},
	}
	if spec.Labels["nvidia.com/gpu"] == "true" {
		node.Look = GPU
		node.Badges = append(node.Badges, "GPU")
	}
	if spec.CapacityType == "SPOT" {
		node.Badges = append(node.Badges, "spot")
	}
	if strings.Contains(spec.AMIType, "ARM_64") {
		node.Badges = append(node.Badges, "arm64")
	}
	d.add(node)
}

// nodes describes the number of nodes in a zone.
func nodes(part v1alpha1.ZoneSpec) string {
	if part.Min == part.Max {
		return words.Count(int(part.Max), "node")
	}
	return fmt.Sprintf("%d–%d nodes", part.Min, part.Max)
}

func instances(types []string) string {
	if len(types) > 1 {
		return fmt.Sprintf("%s +%d", types[0], len(types)-1)
	}
	return types[0]
}

func (d *drawing) pods(zone string) {
	if key, spec, found := d.subnet("pod", zone); found {
		d.made(Pods, "Pod subnet", key, spec)
	} else if pods := d.spec.Cluster.PodNetworking; pods != nil {
		if part, uses := pods.Zones[d.slot(zone)]; uses {
			d.existing(Pods, "Pod subnet", zone, v1alpha1.Reference{ID: part.SubnetID})
		}
	}
}

func (d *drawing) controlPlaneSubnet(zone string) {
	i := slices.Index(d.spec.ControlPlaneZones, zone)
	if key, spec, found := d.subnet("controlPlane", zone); found {
		d.made(ControlPlane, "Control plane", key, spec, "network/routes-control-plane")
	} else if i >= 0 && i < len(d.spec.Cluster.Subnets) {
		d.existing(ControlPlane, "Control plane", zone, d.spec.Cluster.Subnets[i])
	}
}

func (d *drawing) cluster() {
	spec := d.spec.Cluster
	node := Node{
		ID: "cluster", Place: Place{Area: Cluster}, Look: Compute,
		Title: "EKS control plane " + d.spec.Common.Name, Size: "Kubernetes " + spec.Version,
		Lines: []string{"private endpoint", "services " + spec.ServiceCIDR}, resources: []string{"cluster/*"},
	}
	for _, addon := range slices.Sorted(maps.Keys(spec.Addons)) {
		node.resources = append(node.resources, "!cluster/"+addon)
	}
	if len(spec.PublicCIDRs) > 0 {
		node.Lines[0] = "private endpoint, public endpoint for " + strings.Join(spec.PublicCIDRs, ", ")
	}
	if d.spec.Security != nil && len(d.spec.Security.PrivateCIDRs) > 0 {
		var from []string
		for _, r := range ordered.All(d.spec.Security.PrivateCIDRs) {
			from = append(from, r.CIDR)
		}
		node.Lines = append(node.Lines, "reached from "+strings.Join(from, ", "))
	}
	if len(spec.LogTypes) > 0 {
		node.Lines = append(node.Lines, "logs kept "+words.Count(int(spec.LogRetentionDays), "day"))
	}
	d.add(node)
}

// endpointNames are common names of the interfaces' services.
var endpointNames = map[string]string{"s3": "S3 interface", "ecr-api": "ECR API", "ecr-dkr": "ECR images"}

func (d *drawing) endpoints() {
	spec := d.spec.Endpoints
	if spec == nil {
		return
	}
	if spec.S3Gateway != nil {
		d.add(Node{
			ID: "endpoint-s3-gateway", Place: Place{Area: Endpoints}, Look: Network, Title: "S3 gateway",
			resources: []string{"endpoints/s3-gateway", "endpoints/routes-*"},
		})
	}
	for key := range ordered.All(spec.Interfaces) {
		d.add(Node{
			ID: "endpoint-" + key, Place: Place{Area: Endpoints}, Look: Network, Title: cmp.Or(endpointNames[key], key),
			resources: []string{"endpoints/interface-" + key, "endpoints/" + key + "-z*", "endpoints/group-" + key, "endpoints/group", "endpoints/group-from-*", "endpoints/peer-*"},
		})
	}
}

// peers draws the peers of all route tables: each table with a peer has a route.
func (d *drawing) peers() {
	if d.spec.Network == nil {
		return
	}
	peers := map[string]*Node{}
	for table, spec := range ordered.All(d.spec.Network.RouteTables) {
		for name, route := range ordered.All(spec.Peers) {
			if peers[name] == nil {
				connection := cmp.Or(route.VPCPeeringConnectionID, route.TransitGatewayID, route.VPNGatewayID, d.asked(name))
				peers[name] = &Node{
					ID: "peer-" + name, Place: Place{Area: Peers}, Look: Outside, Title: name, Size: route.CIDR, Lines: []string{"via " + connection},
				}
			}
			key := resource.Within(resource.Room("network"), "peer-"+table+"-"+name)
			peers[name].resources = append(peers[name].resources, "network/"+key)
		}
	}
	for key, attachment := range ordered.All(d.spec.Network.Attachments) {
		for name := range ordered.All(attachment.Peers) {
			peers[name].resources = append(peers[name].resources, "network/attach-"+key)
		}
	}
	for _, peer := range ordered.All(peers) {
		d.add(*peer)
	}
}

// asked returns the VPC to which a peering connection is requested for a peer, or "".
func (d *drawing) asked(peer string) string {
	for _, attachment := range ordered.All(d.spec.Network.Attachments) {
		if attachment.Peers[peer] {
			return attachment.PeerVPCID
		}
	}
	return ""
}

// edges returns the routes of traffic: from the nodes to the NAT gateway of their route
// table, and from there to the internet.
func (d *drawing) edges() []Edge {
	if d.spec.Network == nil {
		return nil
	}
	var edges []Edge
	for key, subnet := range ordered.All(d.spec.Network.Subnets) {
		table := d.spec.Network.RouteTables[string(subnet.RouteTable)]
		switch {
		case subnet.Role == "public":
			edges = append(edges, Edge{"subnet-" + key, "internet-gateway"})
		case subnet.Role == "private" && table.NATGateway != "":
			edges = append(edges, Edge{"subnet-" + key, "nat-" + string(table.NATGateway)})
		}
	}
	return edges
}
