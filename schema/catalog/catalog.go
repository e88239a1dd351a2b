// Package catalog has facts about AWS that rarely change: the EC2 instance types, the regions
// with their partitions, the Kubernetes versions of EKS. In go names; out come facts. Package
// plan decides what follows from a fact.
//
// The facts are CSV files in data/, each with its sources, its date and how it is
// renewed above the header; command renew, below, renews those that have a public
// source which a program can read.
// They are read when they are first used, not at start-up.
//
// The letters of zones differ between accounts. So the catalogue does not know the letter of
// the zone without EKS control planes, and the zones that offer a type are those of one
// account.
package catalog

import (
	"embed"
	"fmt"
	"strconv"
	"sync"

	"github.com/dominoc/dominoc/schema/csvtable"
)

//go:embed data/*.csv
var data embed.FS

// rows reads an embedded file and calls each with every row below the header. The files are
// part of the binary: one that cannot be read is a bug, and the package's test reads all.
func rows(name string, each func(row)) {
	content, err := data.ReadFile("data/" + name)
	if err != nil {
		panic(err)
	}
	read(name, string(content), each)
}

// list returns a function that reads the rows of a file when it is first called.
func list[T any](name string, read func(row) T) func() []T {
	return sync.OnceValue(func() []T {
		var all []T
		rows(name, func(r row) { all = append(all, read(r)) })
		return all
	})
}

// index returns a function that reads the rows of a file, by key, when it is first called.
func index[K comparable, V any](name string, read func(row) (K, V)) func() map[K]V {
	return sync.OnceValue(func() map[K]V {
		all := map[K]V{}
		rows(name, func(r row) {
			key, value := read(r)
			all[key] = value
		})
		return all
	})
}

// read panics if the content is not CSV: the rows before the error would be incomplete.
func read(name, content string, each func(row)) {
	header, records, err := csvtable.Read(content)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	columns := map[string]int{}
	for i, column := range header {
		columns[column] = i
	}
	for _, record := range records {
		each(row{name, columns, record})
	}
}

type row struct {
	file    string
	columns map[string]int
	record  []string
}

func (r row) text(column string) string {
	i, known := r.columns[column]
	if !known {
		panic(fmt.Sprintf("%s has no column %q", r.file, column))
	}
	return r.record[i]
}

func (r row) number(column string) int {
	n, err := strconv.Atoi(r.text(column))
	if err != nil {
		panic(fmt.Sprintf("%s: %v in column %q", r.file, err, column))
	}
	return n
}
