package catalog

// These directives derive tables from others, without the network. The directive of
// renewal.go, which runs before these because of the file's name, renews the others first.

//go:generate go -C generate run .
//go:generate go run ./renew -data data default-instance-types

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"
)

// Table is a file of the catalogue. It has no facts after its date.
type Table struct {
	File    string   // such as eks-versions.csv
	What    string   // such as Kubernetes versions of EKS
	Date    string   // YYYY-MM-DD: the day of its newest source, or that of a collection
	Sources []string // where its rows are from
	Renewal string   // the command that renews it, or "by hand: " and the sources to read
}

// Tables returns all files of the catalogue, by name.
func Tables() []Table { return tables() }

// DateOf returns the date of a file of the catalogue.
func DateOf(file string) string {
	for _, t := range tables() {
		if t.File == file {
			return t.Date
		}
	}
	panic(file + " is not a file of the catalogue")
}

var tables = sync.OnceValue(func() []Table {
	files, err := fs.Glob(data, "data/*.csv")
	if err != nil {
		panic(err)
	}
	var all []Table
	for _, file := range files {
		content, err := data.ReadFile(file)
		if err != nil {
			panic(err)
		}
		all = append(all, table(strings.TrimPrefix(file, "data/"), string(content)))
	}
	return all
})

// table reads the comments above a header: "# source: SOURCE", one or more,
// "# renew: HOW", "# date: YYYY-MM-DD, WHAT", and notes.
func table(file, content string) Table {
	t := Table{File: file}
	for line := range strings.Lines(content) {
		comment, is := strings.CutPrefix(line, "# ")
		if !is {
			break
		}
		kind, text, _ := strings.Cut(strings.TrimSpace(comment), ": ")
		switch kind {
		case "source":
			t.Sources = append(t.Sources, text)
		case "renew":
			t.Renewal = text
		case "date":
			t.Date, t.What, _ = strings.Cut(text, ", ")
		}
	}
	if _, err := time.Parse(time.DateOnly, t.Date); err != nil || t.What == "" || t.Renewal == "" || len(t.Sources) == 0 {
		panic(fmt.Sprintf("%s does not say above its header \"# source: \", \"# renew: \" and \"# date: YYYY-MM-DD, what it is\"", file))
	}
	return t
}
