package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
)

const (
	botocore   = "boto/botocore"
	partitions = "botocore/data/partitions.json"
)

// ours are the partitions in which dominoc has environments, in the table's order.
var ours = []string{"aws", "aws-cn", "aws-us-gov"}

// renewRegions adds the regions that the AWS SDK knows. What it does not tell of a new
// one follows from its partition: regions of aws are opt-in since 2019, those of other
// partitions are not, and in new regions a service principal writes the logs of load
// balancers.
func renewRegions(t *table, from repositories, _ string) error {
	tree, err := from.read(botocore, "", partitions)
	if err != nil {
		return err
	}
	defer tree.remove()
	known, err := readPartitions(tree)
	if err != nil {
		return err
	}
	for _, p := range known {
		if !slices.Contains(ours, p.ID) {
			continue
		}
		optIn := "no"
		if p.ID == "aws" {
			optIn = "yes"
		}
		for name := range p.Regions {
			row := t.find(name)
			switch {
			case !regionName.MatchString(name): // such as aws-global
			case row == nil:
				t.rows = append(t.rows, []string{name, p.ID, p.Outputs.DNSSuffix, optIn, ""})
			default:
				row[1], row[2] = p.ID, p.Outputs.DNSSuffix
			}
		}
	}
	slices.SortFunc(t.rows, func(a, b []string) int {
		return cmp.Or(slices.Index(ours, a[1])-slices.Index(ours, b[1]), cmp.Compare(a[0], b[0]))
	})
	return t.cite(tree, partitions)
}

var regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d+$`)

type partition struct {
	ID      string `json:"id"`
	Outputs struct {
		DNSSuffix string `json:"dnsSuffix"`
	} `json:"outputs"`
	Regions map[string]any `json:"regions"`
}

func readPartitions(files fs.FS) ([]partition, error) {
	var read struct {
		Partitions []partition `json:"partitions"`
	}
	if err := decode(files, partitions, &read); err != nil {
		return nil, err
	}
	for _, id := range ours {
		if !slices.ContainsFunc(read.Partitions, func(p partition) bool { return p.ID == id && len(p.Regions) > 0 && p.Outputs.DNSSuffix != "" }) {
			return nil, fmt.Errorf("%s has no regions of partition %q", partitions, id)
		}
	}
	return read.Partitions, nil
}
