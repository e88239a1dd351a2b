package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// defaults are the pools of the install page, with their usual type and those that
// stand in for it, the best first.
var defaults = []struct {
	pool, usual string
	others      []string
}{
	{"platform", "m7i-flex.2xlarge", []string{"m7i.2xlarge", "m6i.2xlarge"}},
	{"default", "m6i.2xlarge", []string{"m7i.2xlarge"}},
	{"default-gpu", "g5.2xlarge", []string{"g6.2xlarge", "g4dn.2xlarge", "g6e.2xlarge"}},
}

var offeringsSource = regexp.MustCompile(`ec2-offerings\.csv \([0-9-]{10}\)`)

// deriveDefaultTypes adds a row for each region and pool whose usual type the region
// does not offer, from the table of offerings. Rows are never changed and never
// removed: the instance types of a node group cannot change.
func deriveDefaultTypes(t *table, _ repositories, data string) error {
	offered, err := open(data, "ec2-offerings")
	if err != nil {
		return err
	}
	order := map[string]int{}
	for i, row := range offered.rows {
		types := strings.Fields(row[2])
		for j, d := range defaults {
			order[row[0]+d.pool] = i*len(defaults) + j
			if name := standIn(types, d.usual, d.others); name != "" && t.find(row[0], d.pool) == nil {
				t.rows = append(t.rows, []string{row[0], d.pool, name})
			}
		}
	}
	place := func(row []string) int {
		if n, known := order[row[0]+row[1]]; known {
			return n
		}
		return len(order)
	}
	slices.SortStableFunc(t.rows, func(a, b []string) int { return place(a) - place(b) })
	date, err := offered.date()
	if err != nil {
		return err
	}
	for i, line := range t.comments {
		line = offeringsSource.ReplaceAllString(line, fmt.Sprintf("ec2-offerings.csv (%s)", date))
		t.comments[i] = dateLine.ReplaceAllString(line, "# date: "+date+", ")
	}
	return nil
}

// standIn returns the best of the others that every zone offers, or else some zone; empty
// where the usual type is offered, or none.
func standIn(types []string, usual string, others []string) string {
	some := ""
	for _, name := range slices.Concat([]string{usual}, others) {
		everywhere := slices.Contains(types, name)
		if !everywhere && !slices.ContainsFunc(types, func(text string) bool { return strings.HasPrefix(text, name+":") }) {
			continue
		}
		switch {
		case name == usual:
			return ""
		case everywhere:
			return name
		}
		some = cmp.Or(some, name)
	}
	return some
}
