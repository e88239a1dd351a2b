// Package csvtable reads tables that are part of the program: CSV, with comments above a
// header. In goes the text of a file, out come its rows; what a column means is left to the
// packages that have tables, which call it.
package csvtable

import (
	"encoding/csv"
	"errors"
	"strings"
)

// Read returns the header of a table and the rows below it.
func Read(content string) (header []string, rows [][]string, err error) {
	reader := csv.NewReader(strings.NewReader(content))
	reader.Comment = '#'
	all, err := reader.ReadAll()
	switch {
	case err != nil:
		return nil, nil, err
	case len(all) == 0:
		return nil, nil, errors.New("no header")
	}
	return all[0], all[1:], nil
}

// Rows returns the rows of a table in the binary. It panics at what is no CSV: a test of
// the package that has the table reads it.
func Rows(content string) [][]string {
	_, rows, err := Read(content)
	if err != nil {
		panic(err)
	}
	return rows
}
