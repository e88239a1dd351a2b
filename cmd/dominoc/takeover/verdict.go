package takeover

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/schema/words"
)

// Refused is a reason why an installation cannot be taken over as it is.
type Refused struct {
	Address string `json:"address,omitempty"` // of Terraform's resource
	What    string `json:"what"`              // what is there, and what an environment needs
	First   string `json:"first"`             // what to do first
}

// refusals are the reasons that the states alone show. What they overlook, the schema and
// the proof find.
func (f *facts) refusals() []Refused {
	if absent := f.absent(); len(absent) > 0 {
		return absent // the rest would follow from it
	}
	var all []Refused
	refuse := func(address, first, format string, args ...any) {
		all = append(all, Refused{address, fmt.Sprintf(format, args...), first})
	}
	c := f.cluster
	if n := len(f.zones()); n != 1 && n != 3 {
		all = append(all, f.thirdZone())
	}
	if !truth(c, "vpc_config", "endpoint_private_access") {
		refuse(c.Address, "turn the private endpoint on", "the private endpoint of the API is off; an environment always has it (R1)")
	}
	for _, cidr := range c.Texts("vpc_config", "public_access_cidrs") {
		if p, err := netip.ParsePrefix(cidr); err == nil && p.Bits() < 8 && truth(c, "vpc_config", "endpoint_public_access") {
			refuse(c.Address, "narrow eks.public_access.cidrs in cluster.tfvars, or turn public_access off, and apply", "%q opens the Kubernetes API to much of the internet; allowed is /8 or longer (R1)", cidr)
		}
	}
	if f.key == "" {
		refuse(c.Address, "associate a key: aws eks associate-encryption-config; then refresh the state", "the cluster's secrets are not encrypted with a KMS key; EKS adds a key, and never takes it away")
	}
	f.storageRefusals(refuse)
	return all
}

// absent refuses an installation of which a whole state is missing, or of which Terraform
// marks something as sensitive that an environment states: the reader drops that.
func (f *facts) absent() []Refused {
	var all []Refused
	missing := func(root, what string) {
		all = append(all, Refused{What: what + " in the states", First: "give the state of the root " + root + " too: terraform state pull"})
	}
	switch vpc := f.cluster.Text("vpc_config", "vpc_id"); {
	case vpc != "" && f.vpc.Text("id") != "" && f.vpc.Text("id") != vpc:
		all = append(all, Refused{
			Address: f.vpc.Address,
			What:    fmt.Sprintf("the cluster is in VPC %q, and the states have VPC %q", vpc, f.vpc.Text("id")),
			First:   "give the states of one installation",
		})
	case len(f.subnets["private"]) == 0:
		missing("infra", "there is no subnet of the nodes")
	}
	if len(f.state.Of(true, "aws_eks_node_group")) == 0 {
		missing("nodes", "there is no node group")
	}
	for _, r := range slices.Concat([]terraform.Resource{f.cluster, f.vpc, f.fileSystem(), f.accessPoint()}, f.state.Of(true, "aws_eks_addon")) {
		if len(r.Withheld) > 0 {
			all = append(all, Refused{Address: r.Address, What: hidden(r), First: "take the mark away (sensitive in the declaration of the variable, or nonsensitive() around the value), apply, and give the new state"})
		}
	}
	return all
}

// hidden says what Terraform marks as sensitive of a resource.
func hidden(r terraform.Resource) string {
	return fmt.Sprintf("Terraform marks %s as sensitive: dominoc does not read it, and cannot compare it", strings.Join(r.Withheld, ", "))
}

// storageRefusals are those of R14 and R15.
func (f *facts) storageRefusals(refuse func(address, first, format string, args ...any)) {
	fs, point := f.fileSystem(), f.accessPoint()
	switch {
	case fs.Address == "":
		refuse("", "set storage.filesystem_type = \"efs\" in infra.tfvars and apply, and move the data to it", "there is no EFS file system; Domino Datasets of an environment are on EFS (R14)")
	case point.Address == "":
		refuse(fs.Address, "make an access point with root directory /domino, permissions 777", "the EFS file system has no access point (R14)")
	default:
		if path := point.Text("root_directory", "path"); path != "/domino" {
			refuse(point.Address, "make an access point with root directory /domino and move Domino to it", "the root directory of the access point is %q; allowed is \"/domino\" (R14)", path)
		}
		if mode := point.Text("root_directory", "creation_info", "permissions"); mode != "777" && mode != "0777" {
			refuse(point.Address, "make an access point with permissions 777 and move Domino to it", "the permissions of the access point's root directory are %q; allowed is \"777\" (R14)", mode)
		}
	}
	names := f.bucketNames()
	var missing []string
	for _, role := range []string{"data", "registry", "logs", "backups", "monitoring"} {
		if names[role] == "" {
			missing = append(missing, role)
		}
	}
	if len(missing) > 0 {
		refuse("", "set storage.s3.create = true in infra.tfvars and apply: it only adds", "there %s for %s; Domino needs each (R15)", map[bool]string{true: "is no S3 bucket", false: "are no S3 buckets"}[len(missing) == 1], strings.Join(missing, ", "))
	}
}

// thirdZone refuses two zones, with the way to a third one. The modules give out ranges in
// the order of the zones' names: a zone that sorts last takes new ones, any other would
// move live subnets.
func (f *facts) thirdZone() Refused {
	zones := f.zones()
	r := Refused{What: fmt.Sprintf("%s, %s; allowed are 1 or 3, because two put an even number of nodes in one failure domain (R6)", words.Count(len(zones), "zone"), strings.Join(zones, ", "))}
	if len(zones) != 2 {
		r.First = "a cluster in such zones is not taken over; make a new environment beside it"
		return r
	}
	free := f.freeRanges()
	last := zones[len(zones)-1]
	if f.vpc.Managed {
		r.First = fmt.Sprintf("if the region has a zone whose name sorts after %q (aws ec2 describe-availability-zones --region %s --query 'AvailabilityZones[].[ZoneName,ZoneId]' --output text), add its id to availability_zone_ids of every pool in infra.tfvars and nodes.tfvars and apply: that only adds, with ranges such as %s. A zone that sorts before would replace live subnets: then make its subnets by another tool and name them: --zone NAME=SUBNET:CIDR",
			last, f.region, strings.Join(free, ", "))
		return r
	}
	r.First = fmt.Sprintf("make subnets in a third zone of the VPC, with ranges such as %s, and name them: --zone NAME=SUBNET:CIDR", strings.Join(free, ", "))
	return r
}

// freeRanges are the first free ranges of the VPC in the sizes of the subnets of each role.
func (f *facts) freeRanges() []string {
	var used []netip.Prefix
	for _, role := range []string{"private", "public", "pod"} {
		for _, s := range f.subnets[role] {
			if p, err := netip.ParsePrefix(s.CIDR); err == nil {
				used = append(used, p)
			}
		}
	}
	var free []string
	for _, role := range []string{"private", "public", "pod"} {
		home := f.vpc.Text("cidr_block")
		if role == "pod" {
			home = f.podRange()
		}
		if p, ok := firstFree(home, f.bitsOf(role), used); ok {
			used = append(used, p)
			free = append(free, fmt.Sprintf("%s (%s)", p, role))
		}
	}
	return free
}

// bitsOf is the length of the prefixes of a role's subnets; 0 if there are none.
func (f *facts) bitsOf(role string) int {
	for _, s := range f.subnets[role] {
		if p, err := netip.ParsePrefix(s.CIDR); err == nil {
			return p.Bits()
		}
	}
	return 0
}

// firstFree returns the first range of a length in another that overlaps none of the used.
func firstFree(home string, bits int, used []netip.Prefix) (netip.Prefix, bool) {
	within, err := netip.ParsePrefix(home)
	if err != nil || bits < within.Bits() || bits == 0 {
		return netip.Prefix{}, false
	}
	for at := within.Masked().Addr(); within.Contains(at); {
		candidate := netip.PrefixFrom(at, bits)
		if !slices.ContainsFunc(used, candidate.Overlaps) {
			return candidate, true
		}
		at = after(candidate)
	}
	return netip.Prefix{}, false
}

// after is the first address after a range of IPv4.
func after(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().As4()
	n := uint32(bytes[0])<<24 | uint32(bytes[1])<<16 | uint32(bytes[2])<<8 | uint32(bytes[3])
	n += 1 << (32 - p.Bits())
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}
