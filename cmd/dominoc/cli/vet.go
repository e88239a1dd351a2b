package cli

import "github.com/spf13/cobra"

// newVet is `dominoc vet`.
func newVet(o *options) *cobra.Command {
	c := &cobra.Command{
		Use:   "vet [pattern]...",
		Short: "Check environments and report their mistakes",
		Long: `Vet checks environments against the schema, plans them, checks them against each
other, and reports every mistake at the line that must change. It writes nothing.

Patterns choose the environments whose mistakes are reported. They are still checked
against the whole fleet: a conflict between a selected environment and another one is
reported, a mistake in another one alone is not. environments/quotas/quotas.cue states
the accounts' AWS quotas; environments/policy/policy.cue has your own rules.`,
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
