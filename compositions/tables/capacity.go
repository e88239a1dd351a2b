package tables

import (
	"io"
	"strconv"

	"github.com/dominoc/dominoc/compositions/plan"
)

// capacityTable is the table for programs.
type capacityTable struct {
	Subnets []subnetRow `json:"subnets"`
	Pools   []poolRow   `json:"pools"`
}

type subnetRow struct {
	Zone      string      `json:"zone"`
	Subnet    string      `json:"subnet"` // nodes or pods
	CIDR      string      `json:"cidr"`
	Addresses int64       `json:"addresses"`
	Reserved  int64       `json:"reserved"`
	Needed    int64       `json:"needed"` // the reserve included
	Roll      int64       `json:"roll"`   // on top while the nodes of all pools are replaced
	Pools     []demandRow `json:"pools"`
}

type demandRow struct {
	Pool         string `json:"pool"`
	InstanceType string `json:"instanceType"`
	Nodes        int64  `json:"nodes"`
	Surge        int64  `json:"surge"` // nodes that a roll adds first
	PerNode      int64  `json:"perNode"`
}

type poolRow struct {
	Pool       string `json:"pool"`
	Max        int64  `json:"max"`
	LargestMax int64  `json:"largestMax"`
}

// Capacity is the table of the room of an environment's pools.
func Capacity(room plan.Room) Table {
	table := capacityTable{Subnets: []subnetRow{}, Pools: []poolRow{}}
	for _, s := range room.Subnets {
		r := subnetRow{
			Zone: s.Zone, Subnet: "nodes", CIDR: s.Range.String(),
			Addresses: s.Addresses, Reserved: s.Reserved, Needed: s.Needed(), Roll: s.Roll(func(string) bool { return true }), Pools: []demandRow{},
		}
		if s.Pods {
			r.Subnet = "pods"
		}
		for _, d := range s.Demands {
			r.Pools = append(r.Pools, demandRow{d.Pool, d.InstanceType, d.Nodes, d.Surge, d.PerNode})
		}
		table.Subnets = append(table.Subnets, r)
	}
	for _, p := range room.Pools {
		table.Pools = append(table.Pools, poolRow{p.Pool, p.Max, p.Largest})
	}
	return Table{table, table.text}
}

func (t capacityTable) text(w io.Writer) {
	Row(w, "ZONE", "SUBNET", "POOL", "NODES", "EACH", "ADDRESSES", "ROLL", "TYPE")
	for _, s := range t.Subnets {
		for _, d := range s.Pools {
			Row(w, s.Zone, s.Subnet, d.Pool, d.Nodes, d.PerNode, d.Nodes*d.PerNode, more(d.Surge*d.PerNode), d.InstanceType)
		}
		Row(w, s.Zone, s.Subnet, "(reserve)", "", "", s.Reserved, "", "")
		Row(w, s.Zone, s.Subnet, "= of "+s.CIDR, "", "", strconv.FormatInt(s.Needed, 10)+"/"+strconv.FormatInt(s.Addresses, 10), more(s.Roll), s.verdict())
	}
	Row(w)
	Row(w, "POOL", "MAX", "LARGEST")
	for _, p := range t.Pools {
		Row(w, p.Pool, p.Max, p.LargestMax)
	}
}

func (s subnetRow) verdict() string {
	if missing := s.Needed - s.Addresses; missing > 0 {
		return strconv.FormatInt(missing, 10) + " short"
	}
	if missing := s.Needed + s.Roll - s.Addresses; missing > 0 {
		return strconv.FormatInt(missing, 10) + " short in a roll"
	}
	return ""
}
