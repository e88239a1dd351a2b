package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/schema/load"
)

// newExplain is `dominoc explain`.
func newExplain(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "explain [path]",
		Short: "Say what a field of the environment means",
		Long: `Explain prints what a field means, its type, default and rules, and the fields
below it, from the comments of the schema. Without a path: the whole
environment, field by field.`,
		Example: "  dominoc explain\n  dominoc explain pools.default.size\n  dominoc explain zones",
		Args:    cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
			return load.CompletePath(begun), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		},
		RunE: func(_ *cobra.Command, args []string) error {
			path := ""
			if len(args) == 1 {
				path = args[0]
			}
			field, err := load.Explain(path)
			if unknown := (*load.NoField)(nil); errors.As(err, &unknown) {
				return wrong(err)
			}
			if err != nil {
				return failed(err)
			}
			if _, err := fmt.Fprint(o.streams.Out, field); err != nil {
				return failed(err)
			}
			return nil
		},
	}
}
