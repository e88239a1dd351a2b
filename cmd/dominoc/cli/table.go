package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/schema/words"
)

// tableFlag adds --format to a command that prints a table.
func tableFlag(c *cobra.Command, format *string) {
	formatFlag(c, format, "of the table: text, json", []string{"text", "json"})
}

// printTable writes value as JSON, or what text writes with its columns
// aligned.
func (o *options) printTable(format string, value any, text func(io.Writer)) error {
	var b strings.Builder
	if format == "json" {
		if err := words.WriteJSON(&b, value); err != nil {
			return err
		}
	} else {
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		text(w)
		_ = w.Flush() // to memory
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return o.print(strings.Join(lines, "\n"))
}

// row writes the cells of one line.
func row(w io.Writer, cells ...any) {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		texts[i] = words.Line(fmt.Sprint(cell))
	}
	fmt.Fprintln(w, strings.Join(texts, "\t"))
}
