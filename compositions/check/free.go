package check

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
)

// space knows which addresses the fleet uses.
type space struct {
	used []interval // sorted and apart

	// lowest is where the search in a block for ranges of one size goes on:
	// what was taken is never given back.
	lowest map[netip.Prefix]uint64
}

// interval is a run of addresses, the last one included.
type interval struct{ first, last uint64 }

// Free is the lowest range of the size of one, in the block of private addresses
// of one, that no member has or routes to.
func Free(members []Member, like netip.Prefix) (netip.Prefix, bool) {
	c := &checker{members: members}
	return c.space().take(like)
}

// space gathers every range that an environment has or routes to.
func (c *checker) space() *space {
	var all []interval
	add := func(text string) {
		if p, ok := parse(text); ok {
			all = append(all, extent(p))
		}
	}
	for _, m := range c.members {
		n := m.Environment.Network
		add(vpcCIDR(m.Environment))
		add(n.PodCIDR)
		add(n.ServiceCIDR)
		for _, peer := range n.Peers {
			add(peer.CIDR)
		}
	}
	return &space{used: merged(all), lowest: map[netip.Prefix]uint64{}}
}

func merged(all []interval) []interval {
	slices.SortFunc(all, func(a, b interval) int { return cmp.Compare(a.first, b.first) })
	var apart []interval
	for _, i := range all {
		if n := len(apart); n > 0 && i.first <= apart[n-1].last+1 {
			apart[n-1].last = max(apart[n-1].last, i.last)
			continue
		}
		apart = append(apart, i)
	}
	return apart
}

func extent(p netip.Prefix) interval {
	first := p.Masked().Addr().As4()
	n := uint64(binary.BigEndian.Uint32(first[:]))
	return interval{n, n + size(p) - 1}
}

func size(p netip.Prefix) uint64 { return 1 << (32 - p.Bits()) }

// blocks are the private ranges, and that of carriers, which pods may use.
func blocks() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"),
		netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("100.64.0.0/10"),
	}
}

// take gives the lowest free range of the size of one, in the block of one, and
// never gives it again.
func (s *space) take(like netip.Prefix) (netip.Prefix, bool) {
	i := slices.IndexFunc(blocks(), func(b netip.Prefix) bool { return b.Contains(like.Addr()) && b.Bits() <= like.Bits() })
	if i < 0 {
		return netip.Prefix{}, false
	}
	block := extent(blocks()[i])
	key := netip.PrefixFrom(blocks()[i].Addr(), like.Bits())
	at := s.next(max(block.first, s.lowest[key]), size(like))
	if at+size(like)-1 > block.last {
		return netip.Prefix{}, false
	}
	s.lowest[key] = at + size(like)
	s.occupy(interval{at, at + size(like) - 1})
	return netip.PrefixFrom(address(at), like.Bits()), true
}

// next is the lowest run of n addresses, at a multiple of n, that nothing uses.
func (s *space) next(at, n uint64) uint64 {
	for i := s.search(at); i < len(s.used) && s.used[i].first < at+n; i++ {
		at = (s.used[i].last + n) / n * n
	}
	return at
}

// search is the index of the first interval that ends at or after an address.
func (s *space) search(at uint64) int {
	i, _ := slices.BinarySearchFunc(s.used, at, func(i interval, at uint64) int { return cmp.Compare(i.last, at) })
	return i
}

func (s *space) occupy(i interval) { s.used = slices.Insert(s.used, s.search(i.first), i) }

func address(n uint64) netip.Addr {
	var a [4]byte
	binary.BigEndian.PutUint32(a[:], uint32(n))
	return netip.AddrFrom4(a)
}
