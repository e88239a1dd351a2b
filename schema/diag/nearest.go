package diag

import (
	"math"
	"strings"
)

// Nearest is the candidate that name was probably meant to be, or "" when none
// is near: at most a third of the longer name may differ, two edits at least
// for names of four letters and more. Of equally near ones the first wins.
func Nearest(name string, candidates []string) string {
	best, distance := "", 0
	for _, c := range candidates {
		if c == name {
			continue
		}
		d := edits(strings.ToLower(name), strings.ToLower(c))
		if d <= allowance(name, c) && (best == "" || d < distance) {
			best, distance = c, d
		}
	}
	return best
}

func allowance(a, b string) int {
	longer := max(len(a), len(b))
	if longer < 4 {
		return 1
	}
	return max(2, longer/3)
}

// edits counts insertions, deletions, replacements and swaps of neighbours
// (the optimal string alignment distance).
func edits(a, b string) int {
	const longest = 64 // longer names are no typos
	if len(a) > longest || len(b) > longest {
		return math.MaxInt
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			rows[i][j] = step(rows, a, b, i, j)
		}
	}
	return rows[len(a)][len(b)]
}

func step(rows [][]int, a, b string, i, j int) int {
	cost := 1
	if a[i-1] == b[j-1] {
		cost = 0
	}
	d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
	if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
		d = min(d, rows[i-2][j-2]+1)
	}
	return d
}
