package diff

import (
	"net/netip"
	"slices"
)

// elements are those of a list that came or went as a whole, or else one by one.
func elements(whole any, single []any) []any {
	if list, ok := whole.([]any); ok {
		return list
	}
	return single
}

// outside are the ranges of addresses that none of others holds.
func outside(ranges, others []any) []any {
	return slices.DeleteFunc(slices.Clone(ranges), func(r any) bool {
		return slices.ContainsFunc(others, func(o any) bool { return holds(text(o), text(r)) })
	})
}

// holds says that all addresses of one range are in another.
func holds(outer, inner string) bool {
	o, err := netip.ParsePrefix(outer)
	i, errInner := netip.ParsePrefix(inner)
	return err == nil && errInner == nil && o.Bits() <= i.Bits() && o.Contains(i.Addr())
}

// admitted says that a rule of a security group lets in nothing that another one
// of an environment does not let in.
func admitted(rule map[string]any, e *Environment) bool {
	return slices.ContainsFunc(e.Resources, func(r Resource) bool {
		return kindOf(r.Object) == kindIngress && door(r.Object) == door(rule) &&
			holds(text(provided(r.Object, "cidrIpv4")), text(provided(rule, "cidrIpv4")))
	})
}

// admittedStill says of a rule that goes that others let in what it did.
func (c comparison) admittedStill(change Change) bool {
	return c.head != nil && change.Kind == kindIngress && admitted(change.old, c.head)
}

// door is where a rule lets in: the group, the protocol and the ports.
func door(rule map[string]any) string {
	var parts []any
	for _, name := range []string{"securityGroupId", "securityGroupIdRef", "ipProtocol", "fromPort", "toPort"} {
		parts = append(parts, provided(rule, name))
	}
	return canonical(parts)
}
