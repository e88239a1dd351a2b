package catalog

import "net/netip"

// Range is an IPv4 range of special purpose: one that the internet does not
// route, or not like others.
type Range struct {
	Prefix   netip.Prefix
	Name     string // such as private use
	RFC      string // such as RFC 1918
	Endpoint bool   // EKS takes it in the allow list of a public endpoint
	VPC      string // VPCPrivate, VPCPublic or VPCUnusable
}

// What a range is for a VPC.
const (
	VPCPrivate  = "private"  // nothing on the internet has these addresses
	VPCPublic   = "public"   // the VPC hides whatever has these addresses elsewhere
	VPCUnusable = "unusable" // no host can have these addresses
)

// Ranges returns all ranges of special purpose, by address.
func Ranges() []Range { return ranges() }

var ranges = list("ipv4-ranges.csv", func(r row) Range {
	return Range{netip.MustParsePrefix(r.text("cidr")), r.text("name"), r.text("rfc"), r.text("endpoint") == "taken", r.text("vpc")}
})
