package cli

import "github.com/spf13/cobra"

// newVet is `dominoc vet`.
func newVet(o *options) *cobra.Command {
	var crds string
	c := &cobra.Command{
		Use:   "vet [pattern]...",
		Short: "Check environments and report their mistakes",
		Long: `Vet checks environments against the schema, plans them, checks them against each
other, and reports every mistake at the line that must change. It writes nothing.

Patterns choose the environments whose mistakes are reported. They are still checked
against the whole fleet: a conflict between a selected environment and another one is
reported, a mistake in another one alone is not. environments/quotas/quotas.cue states
the accounts' AWS quotas; environments/policy/policy.cue has your own rules.

With --provider-crds, vet also compares what the environments make with the
definitions of a release of provider-aws: kinds and fields that it lacks, that have
another type, or that it does not let change.`,
		Example:           "  dominoc vet\n  dominoc vet prod-us\n  dominoc vet --format sarif './environments/prod-*'\n  dominoc vet --provider-crds ../provider-aws/package/crds",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return o.vet(c, args, crds) },
	}
	o.formatFlag(c)
	c.Flags().StringVar(&crds, "provider-crds", "", "`folder` with the definitions of a release of provider-aws: package/crds of its repository")
	_ = c.MarkFlagDirname("provider-crds")
	return c
}

func (o *options) vet(c *cobra.Command, patterns []string, crds string) error {
	selected, err := o.workspace().FindWithFleet(patterns)
	if err != nil {
		return err
	}
	o.tellEmpty(selected)
	found, err := o.workspace().Vet(c.Context(), selected)
	if err != nil {
		return err
	}
	if crds != "" && !found.HasErrors() {
		problems, err := o.workspace().AgainstDefinitions(c.Context(), selected, crds)
		if err != nil {
			return err
		}
		found = append(found, problems...)
	}
	return o.conclude(found)
}
