package random

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// network returns a VPC to create that is large enough, or an existing one, with up to three
// peers. The ranges are apart: VPCs begin with 10, services with 172
// peers
// with 192.168 and pods with 100.
func (g generator) network(env *v1alpha1.Environment) v1alpha1.Network {
	smallest := 20
	for smallest > 16 && 1<<(30-smallest) < hunger(env) {
		smallest--
	}
	vpc := g.vpcRange(g.between(16, smallest))
	n := v1alpha1.Network{
		CIDR:        vpc.String(),
		ServiceCIDR: pick(g, []string{"172.20.0.0/16", "172.16.0.0/12", "172.31.7.0/24"}),
		NATGateways: pick(g, []v1alpha1.NATGateways{"perZone", "single"}),
		Endpoints:   v1alpha1.Endpoints{S3: !g.one(4), ECR: !g.one(4)},
		FlowLogs:    !g.one(4),
		Peers:       g.peers(),
	}
	if g.one(3) {
		n.PodCIDR = pick(g, []string{"100.64.0.0/16", "100.127.0.0/16"})
	}
	if g.one(4) {
		n.NATGateways = "perZone"
		n.VPC = g.existing(env, vpc, len(n.Peers) > 0 || g.one(2))
		n.VPC.Subnets.Pod = g.podSubnets(env.Zones, n.PodCIDR)
	}
	if n.VPC == nil && len(n.Peers) == 0 {
		n.Endpoints.S3 = false
	}
	return n
}

func (g generator) vpcRange(bits int) netip.Prefix {
	address := netip.AddrFrom4([4]byte{10, byte(g.IntN(256)), byte(g.IntN(256)), 0})
	return netip.PrefixFrom(address, bits).Masked()
}

// hunger is more than the addresses that all pools can need in one zone.
func hunger(env *v1alpha1.Environment) int {
	sum := 64
	for _, pool := range env.Pools {
		most := 0
		for _, name := range pool.InstanceTypes {
			t, _ := catalog.FindInstance(name)
			most = max(most, t.ENIs*t.IPv4PerENI, t.ENIs+16*17)
		}
		sum += int(*pool.Size.Max) * most
	}
	return sum
}

func (g generator) peers() []v1alpha1.Peer {
	var peers []v1alpha1.Peer
	gateway := "" // AWS attaches one VPN gateway to a VPC
	for i, name := range distinct(g.IntN(4), func() string { return g.name(1, 20) }) {
		peer := v1alpha1.Peer{
			Name:        name,
			CIDR:        fmt.Sprintf("192.168.%d.0/24", i),
			Connection:  g.id(pick(g, []string{"pcx", "tgw", "vgw"})),
			Environment: maybe(g, g.name(3, 32)),
		}
		if strings.HasPrefix(peer.Connection, "vgw-") {
			gateway = cmp.Or(gateway, peer.Connection)
			peer.Connection = gateway
		}
		peer.Attach = peer.Connection[len(peer.Connection)-1] < '8'
		peers = append(peers, asked(peer))
	}
	return peers
}

// asked makes half of the peering connections that are not accepted requests, to this account
// or another one.
func asked(peer v1alpha1.Peer) v1alpha1.Peer {
	id, peering := strings.CutPrefix(peer.Connection, "pcx-")
	if !peering || peer.Attach || id[len(id)-1] > 'b' {
		return peer
	}
	peer.Connection, peer.Request = "", &v1alpha1.PeeringRequest{VPC: "vpc-" + id}
	if id[len(id)-1] > '9' {
		peer.Request.Account = "012345678909"
	}
	return peer
}

// existing divides a VPC as a user might: a quarter for the nodes of each zone, and small
// ranges of the last quarter for the other subnets.
func (g generator) existing(env *v1alpha1.Environment, vpc netip.Prefix, routed bool) *v1alpha1.VPC {
	v := &v1alpha1.VPC{ID: g.id("vpc"), CIDR: vpc.String(), Subnets: v1alpha1.VPCSubnets{
		Private: map[string]v1alpha1.Subnet{}, Public: map[string]v1alpha1.Subnet{},
	}}
	rest := part(vpc, vpc.Bits()+2, 3)
	for i, zone := range env.Zones {
		v.Subnets.Private[zone] = g.subnet(part(vpc, vpc.Bits()+2, i))
		v.Subnets.Public[zone] = g.subnet(part(rest, 28, i))
	}
	if len(env.Zones) == 1 || g.one(2) {
		v.Subnets.ControlPlane = map[string]v1alpha1.Subnet{}
	}
	for i, zone := range env.ControlPlaneZones {
		if v.Subnets.ControlPlane != nil {
			v.Subnets.ControlPlane[zone] = g.subnet(part(rest, 28, 4+i))
		}
	}
	if routed {
		v.RouteTables = g.routeTables(env.Zones)
	}
	return v
}

// podSubnets returns a quarter of the pod range for each zone.
func (g generator) podSubnets(zones []string, cidr string) map[string]v1alpha1.Subnet {
	if cidr == "" {
		return nil
	}
	pods, subnets := netip.MustParsePrefix(cidr), map[string]v1alpha1.Subnet{}
	for i, zone := range zones {
		subnets[zone] = g.subnet(part(pods, pods.Bits()+2, i))
	}
	return subnets
}

// routeTables returns one per zone, or one for all.
func (g generator) routeTables(zones []string) map[string]string {
	tables, shared, share := map[string]string{}, g.id("rtb"), g.one(3)
	for _, zone := range zones {
		tables[zone] = g.id("rtb")
		if share {
			tables[zone] = shared
		}
	}
	return tables
}

func (g generator) subnet(cidr netip.Prefix) v1alpha1.Subnet {
	return v1alpha1.Subnet{ID: g.id("subnet"), CIDR: cidr.String()}
}

func part(whole netip.Prefix, bits, i int) netip.Prefix {
	address := whole.Addr().As4()
	n := binary.BigEndian.Uint32(address[:]) + uint32(i)<<(32-bits)
	binary.BigEndian.PutUint32(address[:], n)
	return netip.PrefixFrom(netip.AddrFrom4(address), bits)
}
