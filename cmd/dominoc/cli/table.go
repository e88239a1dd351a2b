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
	c.Flags().StringVar(format, "format", "text", "of the table: text, json")
	complete(c, "format", []string{"text", "json"})
}

func checkTableFormat(format string) error {
	if format != "text" && format != "json" {
		return wrong(fmt.Errorf("unknown format %q: must be text, json", format))
	}
	return nil
}

// printTable writes value as JSON, or what text writes with its columns
// aligned.
func (o *options) printTable(format string, value any, text func(io.Writer)) error {
	var b strings.Builder
	if format == "json" {
		if err := words.WriteJSON(&b, value); err != nil {
			return failed(err)
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
	if _, err := io.WriteString(o.streams.Out, strings.Join(lines, "\n")); err != nil {
		return failed(err)
	}
	return nil
}

// row writes the cells of one line.
func row(w io.Writer, cells ...any) {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		texts[i] = words.Line(fmt.Sprint(cell))
	}
	fmt.Fprintln(w, strings.Join(texts, "\t"))
}
