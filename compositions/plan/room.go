package plan

import (
	"net/netip"
	"slices"
	"sort"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Room is the addresses that the pools of an environment use in its subnets, with every pool
// at its maximum, and the largest maximum of each (R11).
type Room struct {
	Subnets []SubnetRoom // by slot, in each zone the nodes' before the pods'
	Pools   []PoolRoom   // by name
}

// SubnetRoom is a subnet and the demands of the pools on it.
type SubnetRoom struct {
	Zone      string
	Pods      bool // whether it is the pods' subnet, not the nodes'
	Range     netip.Prefix
	Addresses int64 // of the range
	Reserved  int64 // for AWS, EKS and endpoints
	Demands   []Demand

	path diag.Path // of the range
}

// Demand is the need of one pool in a subnet.
type Demand struct {
	Pool         string
	InstanceType string // the listed type that takes the most addresses
	Nodes        int64  // at most, in this zone
	Surge        int64  // nodes that EKS adds before it replaces those of the pool
	PerNode      int64  // addresses
}

// Needed returns the number of addresses that the pools need, including the reserve.
func (s SubnetRoom) Needed() int64 {
	sum := s.Reserved
	for _, d := range s.Demands {
		sum += d.Nodes * d.PerNode
	}
	return sum
}

func (s SubnetRoom) missing() int64 { return s.Needed() - s.Addresses }

// Roll returns the number of addresses in addition to Needed while EKS replaces the nodes of
// all pools that roll, at once.
func (s SubnetRoom) Roll(rolls func(pool string) bool) int64 {
	var sum int64
	for _, d := range s.Demands {
		if rolls(d.Pool) {
			sum += d.Surge * d.PerNode
		}
	}
	return sum
}

// Staying returns the number of addresses by which the nodes of an earlier state need more
// than those that replace them: all of them stay until the first is replaced.
func (s SubnetRoom) Staying(earlier []SubnetRoom, rolls func(pool string) bool) int64 {
	var sum int64
	for _, before := range earlier {
		for _, d := range s.Demands {
			i := slices.IndexFunc(before.Demands, func(b Demand) bool { return b.Pool == d.Pool })
			if before.Zone == s.Zone && before.Pods == s.Pods && i >= 0 && rolls(d.Pool) {
				sum += d.Nodes * max(0, before.Demands[i].PerNode-d.PerNode)
			}
		}
	}
	return sum
}

// PoolRoom is a pool's maximum, and the largest maximum for which the subnets have room while
// the other pools keep theirs. Largest is 0 if no node fits, and at most MostNodes.
type PoolRoom struct {
	Pool         string
	Max, Largest int64
}

// MostNodes is the most that the schema lets a pool have.
const MostNodes = 1000

// RoomOf returns the room of an environment that its schema has accepted. Resolve may refuse
// the environment because it lacks addresses.
func RoomOf(env *v1alpha1.Environment) Room {
	r := newResolver(env, func(diag.Path) diag.Pos { return diag.Pos{} })
	room := Room{Subnets: r.subnetRooms()}
	for name, pool := range ordered.All(env.Pools) {
		room.Pools = append(room.Pools, PoolRoom{name, number(pool.Size.Max), r.largestMax(name, pool, room.Subnets)})
	}
	return room
}

// largestMax returns the largest number of nodes of a pool that fit when Resolve splits them
// over its zones.
func (r *resolver) largestMax(name string, pool v1alpha1.Pool, subnets []SubnetRoom) int64 {
	zones := r.poolZones(pool)
	carried := map[string]int64{} // nodes by zone
	for _, zone := range zones {
		carried[zone] = MostNodes
	}
	for _, s := range subnets {
		if most, asked := s.carries(name); asked {
			carried[s.Zone] = min(carried[s.Zone], most)
		}
	}
	fits := func(most int) bool {
		for i, nodes := range split(int64(most), len(zones)) {
			if nodes > carried[zones[i]] {
				return false
			}
		}
		return true
	}
	return int64(sort.Search(MostNodes, func(n int) bool { return !fits(n + 1) }))
}

// carries returns the number of nodes of a pool that fit into a subnet in addition to those
// of the other pools.
func (s SubnetRoom) carries(pool string) (nodes int64, asked bool) {
	for _, d := range s.Demands {
		if d.Pool == pool && d.PerNode > 0 {
			others := s.Needed() - d.Nodes*d.PerNode
			return max(0, s.Addresses-others) / d.PerNode, true
		}
	}
	return 0, false
}
