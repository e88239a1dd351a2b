package cli

import (
	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions"
)

// newVet is `dominoc vet`.
func newVet(o *options) *cobra.Command {
	c := &cobra.Command{
		Use:   "vet [pattern]...",
		Short: "Report what is wrong with environments",
		Long: `Vet checks environments against the schema, plans them, and reports every
mistake at the line that must change. It writes nothing.`,
		Example:           "  dominoc vet\n  dominoc vet prod-us\n  dominoc vet --format sarif './environments/prod-*'",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return o.vet(c, args) },
	}
	o.formatFlag(c)
	return c
}

func (o *options) vet(c *cobra.Command, patterns []string) error {
	format, err := o.reportFormat()
	if err != nil {
		return err
	}
	folders, err := o.find(patterns)
	if err != nil {
		return err
	}
	results, found, err := o.check(c.Context(), folders)
	if err != nil {
		return err
	}
	return o.conclude(append(found, compositions.Check(inputs(results))...), format)
}
