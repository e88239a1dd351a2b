package privilege

import "slices"

// Actions are all that the table has, sorted.
func Actions() []string {
	var all []string
	for _, rows := range permissions() {
		for _, r := range rows {
			all = append(all, r.actions...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
