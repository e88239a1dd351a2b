package cli

import "github.com/spf13/cobra"

// newVet is `dominoc vet`.
func newVet(o *options) *cobra.Command {
	c := &cobra.Command{
		Use:   "vet [pattern]...",
		Short: "Report what is wrong with environments",
		Long: `Vet checks environments against the schema, plans them, holds them against each
other, and reports every mistake at the line that must change. It writes nothing.

Patterns choose of which environments mistakes are reported. They are held
against the whole fleet all the same: what is wrong between one of them and
another is reported, what is wrong with another alone is not. What the accounts
have of AWS's quotas stands in environments/quotas/quotas.cue, rules of your own
in environments/policy/policy.cue.`,
		Example:           "  dominoc vet\n  dominoc vet prod-us\n  dominoc vet --format sarif './environments/prod-*'",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return o.vet(c, args) },
	}
	o.formatFlag(c)
	return c
}

func (o *options) vet(c *cobra.Command, patterns []string) error {
	selected, err := o.workspace().FindWithFleet(patterns)
	if err != nil {
		return err
	}
	o.tellEmpty(selected)
	found, err := o.workspace().Vet(c.Context(), selected)
	if err != nil {
		return err
	}
	return o.conclude(found)
}
