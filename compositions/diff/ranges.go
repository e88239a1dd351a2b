package diff

import (
	"net/netip"
	"slices"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// elements returns the elements of a list that was added or removed as a whole, or else
// the single ones.
func elements(whole any, single []any) []any {
	if list, ok := whole.([]any); ok {
		return list
	}
	return single
}

// outside returns the ranges that the others together do not cover.
func outside(ranges, others []any) []any {
	var held []netip.Prefix
	for _, v := range others {
		if p, err := netip.ParsePrefix(fieldpath.Text(v)); err == nil {
			held = append(held, p.Masked())
		}
	}
	return slices.DeleteFunc(slices.Clone(ranges), func(r any) bool {
		p, err := netip.ParsePrefix(fieldpath.Text(r))
		return err == nil && holds(held, p.Masked())
	})
}

// holds reports whether ranges together cover another: two /25 cover their /24. If
// ranges overlap it without containing it, its halves are checked.
func holds(outer []netip.Prefix, inner netip.Prefix) bool {
	within := slices.DeleteFunc(slices.Clone(outer), func(o netip.Prefix) bool { return !o.Overlaps(inner) })
	switch {
	case len(within) == 0:
		return false
	case slices.ContainsFunc(within, func(o netip.Prefix) bool { return o.Bits() <= inner.Bits() }):
		return true
	}
	low := netip.PrefixFrom(inner.Addr(), inner.Bits()+1)
	return holds(within, low) && holds(within, upperHalf(low))
}

// upperHalf returns the range that follows a lower half and completes the larger range.
func upperHalf(low netip.Prefix) netip.Prefix {
	addr := low.Addr().AsSlice()
	bit := low.Bits() - 1
	addr[bit/8] |= 1 << (7 - bit%8)
	high, _ := netip.AddrFromSlice(addr)
	return netip.PrefixFrom(high, low.Bits())
}

// admitted reports whether the rules of an environment admit all traffic that a security
// group rule admits.
func admitted(rule map[string]any, e *Environment) bool {
	var ranges []any
	for _, r := range e.Resources {
		if kindOf(r.Object) == kindIngress && door(r.Object) == door(rule) {
			ranges = append(ranges, provided(r.Object, "cidrIpv4"))
		}
	}
	return len(outside([]any{provided(rule, "cidrIpv4")}, ranges)) == 0
}

// door identifies what a rule opens: the group, the protocol and the ports.
func door(rule map[string]any) string {
	var parts []any
	for _, name := range []string{"securityGroupId", "securityGroupIdRef", "ipProtocol", "fromPort", "toPort"} {
		parts = append(parts, provided(rule, name))
	}
	return canonical(parts)
}
