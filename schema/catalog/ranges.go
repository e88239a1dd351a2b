package catalog

import "net/netip"

// Range is a special-purpose IPv4 range, which the internet does not route, or not like
// others.
type Range struct {
	Prefix   netip.Prefix
	Name     string // such as private use
	RFC      string // such as RFC 1918
	Endpoint bool   // EKS accepts it in the allow list of a public endpoint
	VPC      string // VPCPrivate, VPCPublic or VPCUnusable
}

// The uses of a range in a VPC.
const (
	VPCPrivate  = "private"  // no host on the internet has these addresses
	VPCPublic   = "public"   // the VPC hides the internet hosts with these addresses
	VPCUnusable = "unusable" // no host can have these addresses
)

// Ranges returns all special-purpose ranges, by address.
func Ranges() []Range { return ranges() }

var ranges = list("ipv4-ranges.csv", func(r row) Range {
	return Range{netip.MustParsePrefix(r.text("cidr")), r.text("name"), r.text("rfc"), r.text("endpoint") == "taken", r.text("vpc")}
})
