package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/explain"
)

// newExplain is `dominoc explain`.
func newExplain(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "explain [field, code or requirement]",
		Short: "Explain a field, a code or a requirement",
		Long: `Explain prints the meaning of a field, its type, default and rules, and the fields
below it, from the comments of the schema. Without an argument it prints the whole
environment, field by field. A field is named by its path or by the end of the path;
* is any name.

The code of a diagnostic, or of a danger of dominoc diff, is explained with an
example and its remedy; a requirement of Domino, such as R6 in messages, with the
codes that enforce it.`,
		Example: "  dominoc explain\n  dominoc explain pools.default.size\n  dominoc explain taints.effect\n  dominoc explain zones-count\n  dominoc explain R6",
		Args:    cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
			return explain.Complete(begun, diff.Rules()), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		},
		RunE: func(_ *cobra.Command, args []string) error {
			path := strings.Join(args, "")
			if class, ok := diff.ClassOf(path); ok {
				return o.print(class.Explain())
			}
			text, err := explain.Topic(path, diff.Rules())
			switch unknown := (*explain.Unknown)(nil); {
			case errors.As(err, &unknown):
				return wrong(err)
			case err != nil:
				return err
			}
			return o.print(text)
		},
	}
}
