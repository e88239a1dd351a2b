package plan

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/dominoc/dominoc/schema/diag"
)

// slots is the number of zones in every layout, used or not: adding a zone must not move the
// subnets of others.
const slots = 3

// The sizes of VPC that have a layout, as prefix lengths.
const (
	largestVPC  = 16
	smallestVPC = 20
)

// controlPlaneBits is the size of a control-plane subnet: EKS asks for 6
// addresses and advises 16.
const controlPlaneBits = 28

// layout is the division of a VPC (see the package comment). All of it is
// decided by the VPC's range alone.
type layout struct {
	private, public, controlPlane [slots]netip.Prefix
}

// layOut divides a VPC. It is false for a range that is too small or too large.
func layOut(vpc netip.Prefix) (layout, bool) {
	var l layout
	if vpc.Bits() < largestVPC || vpc.Bits() > smallestVPC {
		return l, false
	}
	rest := part(vpc, privateBits(vpc), slots)
	public := publicBits(vpc)
	control := part(rest, public, slots)
	for slot := range slots {
		l.private[slot] = part(vpc, privateBits(vpc), slot)
		l.public[slot] = part(rest, public, slot)
		l.controlPlane[slot] = part(control, controlPlaneBits, slot)
	}
	return l, true
}

// privateBits returns the size of a node subnet: a quarter of the VPC.
func privateBits(vpc netip.Prefix) int { return vpc.Bits() + 2 }

// publicBits returns the size of a public subnet: a /24 of a /16, and at least a /26, because
// a load balancer requires a /27 with eight free addresses, and there may be several.
func publicBits(vpc netip.Prefix) int { return min(vpc.Bits()+8, 26) }

// part returns the i-th part of a range, of the given prefix length.
func part(whole netip.Prefix, bits, i int) netip.Prefix {
	first := whole.Masked().Addr().As4()
	n := binary.BigEndian.Uint32(first[:]) + uint32(i)<<(32-bits)
	var address [4]byte
	binary.BigEndian.PutUint32(address[:], n)
	return netip.PrefixFrom(netip.AddrFrom4(address), bits)
}

// addresses returns the number of addresses of a range.
func addresses(p netip.Prefix) int64 { return 1 << (32 - p.Bits()) }

// within reports whether all of inner lies in outer.
func within(inner, outer netip.Prefix) bool {
	return inner.Bits() >= outer.Bits() && outer.Contains(inner.Addr())
}

// parse reads an IPv4 range.
func parse(text string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err == nil && p.Addr().Is4()
}

// parse reads a range of the environment. It refuses what the schema accepted although it
// is not a range.
func (r *resolver) parse(path diag.Path, text string) (netip.Prefix, bool) {
	p, ok := parse(text)
	if !ok {
		r.refuse("cidr-invalid", path, problem{
			message: fmt.Sprintf("%q is not an IPv4 range such as \"10.0.0.0/16\"", text),
		})
	}
	return p, ok
}
