// Package tables prints tables for programs and for a reader.
//
// The room of an environment's pools, the totals of AWS quotas, or cells go in; JSON, or
// text in columns, comes out. Packages plan and check count; package cli calls it.
package tables

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/dominoc/dominoc/schema/words"
)

// A Table is rows for programs, and their text for a reader.
type Table struct {
	Rows any
	Text func(w io.Writer) // of lines that Row writes
}

// Formats are the formats of a table, the default first.
func Formats() []string { return []string{"text", "json"} }

// Print writes a table in a format.
func (t Table) Print(w io.Writer, format string) error {
	if format == "json" {
		return words.WriteJSON(w, t.Rows)
	}
	var b strings.Builder
	columns := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	t.Text(columns)
	_ = columns.Flush() // to memory
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	_, err := io.WriteString(w, strings.Join(lines, "\n"))
	return err
}

// Row writes the cells of one line.
func Row(w io.Writer, cells ...any) {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		texts[i] = words.Line(fmt.Sprint(cell))
	}
	fmt.Fprintln(w, strings.Join(texts, "\t"))
}

// more writes what a roll adds, or "" for nothing.
func more(n int64) string {
	if n == 0 {
		return ""
	}
	return "+" + strconv.FormatInt(n, 10)
}
