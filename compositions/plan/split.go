package plan

// split spreads n nodes over zones, one more in the lowest slots where it does
// not come out even: 4 over 3 is 2, 1, 1 (R7). What min, max and desired get in
// a zone stays ordered as they are, because a larger n never gets less.
func split(n int64, zones int) []int64 {
	shares := make([]int64, zones)
	for slot := range shares {
		shares[slot] = (n + int64(zones-1-slot)) / int64(zones)
	}
	return shares
}
