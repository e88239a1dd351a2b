package takeover

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/proof"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Zone is a zone in which Terraform made no subnets, brought with subnets of another owner:
// the third zone of an installation that has two.
type Zone struct {
	Name    string
	Subnets map[string]v1alpha1.Subnet // by role: private, public, pod
}

// ParseZone reads NAME=SUBNET:CIDR, with further subnets of the zone after commas as
// ROLE:SUBNET:CIDR, such as us-west-2c=subnet-0a1b:10.0.96.0/19,pod:subnet-2c3d:100.64.64.0/19.
func ParseZone(text string) (Zone, error) {
	name, rest, found := strings.Cut(text, "=")
	z := Zone{Name: name, Subnets: map[string]v1alpha1.Subnet{}}
	for _, one := range strings.Split(rest, ",") {
		role, subnet := "private", strings.Split(one, ":")
		if len(subnet) == 3 {
			role, subnet = subnet[0], subnet[1:]
		}
		if !found || len(subnet) != 2 || role != "private" && role != "public" && role != "pod" {
			return z, errors.New("must be NAME=SUBNET:CIDR, with public:SUBNET:CIDR and pod:SUBNET:CIDR after commas")
		}
		if _, err := netip.ParsePrefix(subnet[1]); err != nil {
			return z, fmt.Errorf("%q is not a range such as 10.0.96.0/19", subnet[1])
		}
		z.Subnets[role] = v1alpha1.Subnet{ID: subnet[0], CIDR: subnet[1]}
	}
	if _, there := z.Subnets["private"]; !there {
		return z, errors.New("the zone has no private subnet, for its nodes")
	}
	return z, nil
}

// bring adds zones to those that the states have. An error is a *workspace.Mistake.
func (f *facts) bring(zones []Zone) error {
	for _, z := range zones {
		if slices.Contains(f.zones(), z.Name) {
			return &workspace.Mistake{Err: fmt.Errorf("--zone %s: the states have the subnets of this zone; name zones that Terraform did not make, each once", z.Name)}
		}
		if f.made == nil {
			f.made = map[string]bool{}
		}
		f.made[z.Name] = true
		for role, subnet := range ordered.All(z.Subnets) {
			if f.subnets[role] == nil {
				f.subnets[role] = map[string]v1alpha1.Subnet{}
			}
			f.subnets[role][z.Name] = subnet
			f.zoneOf[subnet.ID] = z.Name
		}
	}
	return nil
}

// unnamed refuses zones of an environment that were brought when it was imported, and are not
// named now.
func (f *facts) unnamed(is load.Result) []Refused {
	if is.Environment == nil || is.Environment.Adopted == nil || is.Environment.Network.VPC == nil {
		return nil
	}
	var all []Refused
	subnets := is.Environment.Network.VPC.Subnets
	for _, zone := range is.Environment.Zones {
		if slices.Contains(f.zones(), zone) {
			continue
		}
		private := subnets.Private[zone]
		name := zone + "=" + private.ID + ":" + private.CIDR
		for _, further := range []struct {
			role string
			v1alpha1.Subnet
		}{{"public", subnets.Public[zone]}, {"pod", subnets.Pod[zone]}} {
			if further.ID != "" {
				name += "," + further.role + ":" + further.ID + ":" + further.CIDR
			}
		}
		all = append(all, Refused{
			What:  fmt.Sprintf("zone %q of environment %q is in none of the states", zone, is.Environment.Name),
			First: "if it was brought, name it as for the import: --zone " + name,
		})
	}
	return all
}

// ofZone reports whether a difference is what a zone that was brought needs: a node group
// of each pool, and the subnet of its pods in the settings of the VPC CNI.
func (f *facts) ofZone(d proof.Difference) bool {
	if len(f.made) == 0 {
		return false
	}
	if d.Effect == proof.Creates && strings.HasSuffix(d.Kind, "/NodeGroup") {
		for slot, zone := range f.zones() {
			if f.made[zone] && strings.HasSuffix(d.Key, fmt.Sprintf("nodes-z%d", slot)) {
				return true
			}
		}
	}
	return strings.HasSuffix(d.Kind, "/Addon") && d.Path == "configurationValues" && strings.HasSuffix(d.ID, ":vpc-cni") && f.podRange() != ""
}

// newMountTargets are commands that make the file system reachable in the zones that were
// brought.
func (f *facts) newMountTargets() []string {
	group := "SECURITY-GROUP"
	for _, m := range f.mountTargets() {
		group = strings.Join(m.Texts("security_groups"), " ")
	}
	var commands []string
	for zone := range ordered.All(f.made) {
		commands = append(commands, fmt.Sprintf("aws efs create-mount-target --region %s --file-system-id %s --subnet-id %s --security-groups %s",
			f.region, f.fileSystem().Text("id"), f.subnets["private"][zone].ID, group))
	}
	return commands
}
