package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/schema/csvtable"
)

// table is a file of the catalogue: comments, a header, rows.
type table struct {
	comments []string
	columns  []string
	rows     [][]string
}

func fileOf(folder, name string) string { return filepath.Join(folder, name+".csv") }

// open reads a table of the folder.
func open(folder, name string) (*table, error) {
	content, err := os.ReadFile(fileOf(folder, name))
	if err != nil {
		return nil, err
	}
	t, err := parse(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", fileOf(folder, name), err)
	}
	return t, nil
}

func parse(content []byte) (*table, error) {
	t := &table{}
	for line := range strings.Lines(string(content)) {
		if !strings.HasPrefix(line, "#") {
			break
		}
		t.comments = append(t.comments, strings.TrimSuffix(line, "\n"))
	}
	var err error
	t.columns, t.rows, err = csvtable.Read(string(content))
	return t, err
}

func (t *table) bytes() []byte {
	var b bytes.Buffer
	for _, line := range t.comments {
		b.WriteString(line + "\n")
	}
	w := csv.NewWriter(&b)
	_ = w.WriteAll(slices.Concat([][]string{t.columns}, t.rows)) // a buffer takes all
	return b.Bytes()
}

// find returns the row whose first columns are these; nil for none.
func (t *table) find(key ...string) []string {
	for _, row := range t.rows {
		if slices.Equal(row[:len(key)], key) {
			return row
		}
	}
	return nil
}

// first returns the least version in the first column.
func (t *table) first() string {
	return slices.MinFunc(t.rows, func(a, b []string) int { return compareVersions(a[0], b[0]) })[0]
}

// sortByVersion sorts by the first column, which has versions.
func (t *table) sortByVersion() {
	slices.SortStableFunc(t.rows, func(a, b []string) int { return compareVersions(a[0], b[0]) })
}

var dateLine = regexp.MustCompile(`^# date: (\S+), `)

// date is that of the comments.
func (t *table) date() (string, error) {
	for _, line := range t.comments {
		if m := dateLine.FindStringSubmatch(line); m != nil {
			return m[1], nil
		}
	}
	return "", errors.New("no line \"# date: \"")
}

// cite has the comments name the commit from which a path was read, in the place of
// an earlier one, and gives the table its date.
func (t *table) cite(from tree, path string) error {
	date, err := t.date()
	if err != nil {
		return err
	}
	if from.date < date {
		return fmt.Errorf("%s is of %s, older than the table, which is of %s", from.repository, from.date, date)
	}
	source := from.repository + " " + path
	commit := regexp.MustCompile(regexp.QuoteMeta(source) + `( at [0-9a-f]{12} \([0-9-]{10}\))?`)
	cited := source + " at " + from.commit + " (" + from.date + ")"
	found := false
	for i, line := range t.comments {
		found = found || strings.HasPrefix(line, "# source: ") && commit.MatchString(line)
		line = commit.ReplaceAllString(line, cited)
		t.comments[i] = dateLine.ReplaceAllString(line, "# date: "+from.date+", ")
	}
	if !found {
		return fmt.Errorf("no line \"# source: \" names %s", source)
	}
	return nil
}

var numbers = regexp.MustCompile(`[0-9]+`)

// compareVersions compares the numbers of two versions one by one.
func compareVersions(a, b string) int {
	return slices.CompareFunc(numbers.FindAllString(a, -1), numbers.FindAllString(b, -1), func(a, b string) int {
		x, _ := strconv.Atoi(a)
		y, _ := strconv.Atoi(b)
		return x - y
	})
}

func newest(versions ...string) string { return slices.MaxFunc(versions, compareVersions) }
