package cli

import (
	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

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
	format, err := o.reportFormat()
	if err != nil {
		return err
	}
	folders, selected, err := o.findWithFleet(patterns)
	if err != nil {
		return err
	}
	results, _, err := o.check(c.Context(), folders)
	if err != nil {
		return err
	}
	return o.conclude(o.vetted(results, selected), format)
}

// vetted is what is wrong with the selected environments, alone and in the
// fleet.
func (o *options) vetted(results []load.Result, selected map[string]bool) diag.List {
	var found diag.List
	some, n := map[int]bool{}, 0
	for _, r := range results {
		if selected[r.Folder.Dir] {
			found = append(found, r.Diagnostics...)
		}
		if r.Environment != nil {
			some[n] = selected[r.Folder.Dir]
			n++
		}
	}
	rules, wrong := o.rules(n < len(results))
	found = append(found, wrong...)
	return append(found, compositions.CheckSome(inputs(results), some, rules...)...)
}
