package plan

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

const rolePod v1alpha1.SubnetRole = "pod"

const vpcCNI = "vpc-cni"

// podSubnet returns the range of a slot's pods: a quarter of the pod range.
func podSubnet(pods netip.Prefix, slot int) netip.Prefix { return part(pods, pods.Bits()+2, slot) }

// addPodSubnets adds a pod subnet for each zone. It has the route table of the zone's node
// subnet.
func (r *resolver) addPodSubnets(subnets map[string]v1alpha1.NetworkSubnet) {
	pods, ok := parse(r.env.Network.PodCIDR)
	if !ok || pods.Bits() < largestVPC || pods.Bits() > smallestVPC {
		return // off, or refused by the schema
	}
	// AWS adds a second range of private addresses only to a VPC whose first one is of the
	// same block (VPC user guide, "IPv4 CIDR block association restrictions").
	if vpc, block := r.vpc.prefix, privateBlock(pods); r.vpc.valid && block != "" && block != privateBlock(vpc) {
		r.refuse("pod-range-block", diag.Path{"network", "podCIDR"}, problem{
			message: fmt.Sprintf("AWS does not add %q to a VPC of %q: a second range of %s needs a first one of the same block", pods, vpc, block),
			hint:    "use a range of 100.64.0.0/10, or of the VPC's block",
			notes:   []diag.Note{r.note(r.vpc.path, "the range of the VPC")},
		})
	}
	for slot, zone := range r.zones {
		subnets["pod-"+slotKey(slot)] = r.subnet(rolePod, "pod", zone, podSubnet(pods, slot), v1alpha1.RouteTableKey(privateKey(slot)))
	}
}

// privateBlock returns the block of private addresses that contains a range, if any.
func privateBlock(p netip.Prefix) string {
	for _, block := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
		if within(p, netip.MustParsePrefix(block)) {
			return block
		}
	}
	return ""
}

// podNetworking returns the VPC CNI's custom networking, or nothing.
func (r *resolver) podNetworking() *v1alpha1.PodNetworkingSpec {
	if r.env.Network.PodCIDR == "" {
		return nil
	}
	addon, given := r.env.Cluster.Addons[vpcCNI]
	if given && !addon.Enabled {
		if r.env.Adopted != nil { // its own VPC CNI has the settings
			return nil
		}
		r.refuse("pod-range-without-cni", diag.Path{"cluster", "addons", vpcCNI, "enabled"}, problem{
			message: "without the add-on vpc-cni, pods get no addresses of network.podCIDR",
			hint:    "enable the add-on, or remove network.podCIDR",
			notes:   []diag.Note{r.note(diag.Path{"network", "podCIDR"}, "the pod range")},
		})
		return nil
	}
	if _, given := addon.Configuration["eniConfig"]; given {
		r.refuse("addon-configuration", diag.Path{"cluster", "addons", vpcCNI, "configuration", "eniConfig"}, problem{
			message: "eniConfig is set, but it follows from network.podCIDR",
			hint:    "remove it",
			notes:   []diag.Note{r.note(diag.Path{"network", "podCIDR"}, "the pod range")},
		})
	}
	return &v1alpha1.PodNetworkingSpec{
		Settings:        strings.TrimSuffix(strings.TrimPrefix(r.configuration(vpcCNI, addon), "{"), "}"),
		SecurityGroupID: cmp.Or(r.nodesGroup().ID, Unknown),
		Zones:           r.podZones(),
	}
}

func (r *resolver) podZones() map[string]v1alpha1.PodZoneSpec {
	zones := map[string]v1alpha1.PodZoneSpec{}
	for slot, zone := range r.zones {
		id := Unknown
		if vpc := r.vpc.existing; vpc != nil {
			id = vpc.Subnets.Pod[zone].ID
		}
		zones[slotKey(slot)] = v1alpha1.PodZoneSpec{Zone: zone, SubnetID: id}
	}
	return zones
}

// homeOf returns the range that an existing subnet should lie in.
func (r *resolver) homeOf(subnet span) (netip.Prefix, string, diag.Path, bool) {
	if slices.Contains(subnet.path, "pod") {
		pods, ok := parse(r.env.Network.PodCIDR)
		return pods, "network.podCIDR", diag.Path{"network", "podCIDR"}, ok
	}
	return r.vpc.prefix, "the VPC", r.vpc.path, r.vpc.valid
}
