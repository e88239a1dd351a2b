package catalog

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"
)

// Table is a file of the catalogue. What happened after its date, it does not
// know.
type Table struct {
	File string // such as eks-versions.csv
	What string // such as Kubernetes versions of EKS
	Date string // YYYY-MM-DD: the day of its newest source, or that of a collection
}

// Tables are all files of the catalogue, by name.
func Tables() []Table { return tables() }

// DateOf is the date of a file of the catalogue.
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

// table reads the line "# date: YYYY-MM-DD, WHAT" above a header.
func table(file, content string) Table {
	for line := range strings.Lines(content) {
		comment, is := strings.CutPrefix(line, "# date: ")
		if !is {
			if strings.HasPrefix(line, "#") {
				continue
			}
			break
		}
		date, what, _ := strings.Cut(strings.TrimSpace(comment), ", ")
		if _, err := time.Parse(time.DateOnly, date); err == nil && what != "" {
			return Table{File: file, What: what, Date: date}
		}
	}
	panic(fmt.Sprintf("%s has no line \"# date: YYYY-MM-DD, what it is\" above its header", file))
}
