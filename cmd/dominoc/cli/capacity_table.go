package cli

import (
	"io"
	"strconv"

	"github.com/dominoc/dominoc/compositions"
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

func tabulate(room compositions.PoolsRoom) capacityTable {
	table := capacityTable{Subnets: []subnetRow{}, Pools: []poolRow{}}
	for _, s := range room.Subnets {
		r := subnetRow{
			Zone: s.Zone, Subnet: "nodes", CIDR: s.Range.String(),
			Addresses: s.Addresses, Reserved: s.Reserved, Needed: s.Needed(), Roll: s.Roll(every), Pools: []demandRow{},
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
	return table
}

func (t capacityTable) text(w io.Writer) {
	row(w, "ZONE", "SUBNET", "POOL", "NODES", "EACH", "ADDRESSES", "ROLL", "TYPE")
	for _, s := range t.Subnets {
		for _, d := range s.Pools {
			row(w, s.Zone, s.Subnet, d.Pool, d.Nodes, d.PerNode, d.Nodes*d.PerNode, more(d.Surge*d.PerNode), d.InstanceType)
		}
		row(w, s.Zone, s.Subnet, "(reserve)", "", "", s.Reserved, "", "")
		row(w, s.Zone, s.Subnet, "= of "+s.CIDR, "", "", strconv.FormatInt(s.Needed, 10)+"/"+strconv.FormatInt(s.Addresses, 10), more(s.Roll), s.verdict())
	}
	row(w)
	row(w, "POOL", "MAX", "LARGEST")
	for _, p := range t.Pools {
		row(w, p.Pool, p.Max, p.LargestMax)
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

func every(string) bool { return true }

// more is what a roll adds, or "" for nothing.
func more(n int64) string {
	if n == 0 {
		return ""
	}
	return "+" + strconv.FormatInt(n, 10)
}
