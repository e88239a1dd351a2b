package catalog

// PoolFloor is the least that Domino's install page accepts of a pool.
type PoolFloor struct {
	NodePool    string // the label of the pool, such as platform
	Nodes       int
	SizeGiB     int    // of the disk of a node
	Requirement string // such as R2
}

// PoolFloors returns the floors of all pools that have one.
func PoolFloors() []PoolFloor { return poolFloors() }

// FindPoolFloor returns the floor of the pools with a label.
func FindPoolFloor(nodePool string) (PoolFloor, bool) {
	for _, f := range poolFloors() {
		if f.NodePool == nodePool {
			return f, true
		}
	}
	return PoolFloor{}, false
}

var poolFloors = list("pool-floors.csv", func(r row) PoolFloor {
	return PoolFloor{r.text("node_pool"), r.number("nodes"), r.number("disk_gib"), r.text("requirement")}
})
