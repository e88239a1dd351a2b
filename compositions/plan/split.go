package plan

// split spreads n nodes over zones; the remainder goes to the lowest slots: 4 over 3 is 2, 1,
// 1 (R7). In each zone min, desired and max stay in order, because a larger n never gets
// less.
func split(n int64, zones int) []int64 {
	shares := make([]int64, zones)
	for slot := range shares {
		shares[slot] = (n + int64(zones-1-slot)) / int64(zones)
	}
	return shares
}
