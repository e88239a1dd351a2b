package cli

import (
	"path/filepath"
	"slices"
	"strings"

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
	o.tellEmpty(folders)
	elsewhere := len(folders) > 0 && !slices.ContainsFunc(folders, func(f load.Folder) bool { return selected[f.Dir] && o.ofFleet(f) })
	if elsewhere {
		folders = slices.DeleteFunc(folders, func(f load.Folder) bool { return !selected[f.Dir] })
	}
	results, _, err := o.check(c.Context(), folders)
	if err != nil {
		return err
	}
	return o.conclude(o.vetted(results, selected, elsewhere), format)
}

// ofFleet says that a folder lies in that of the fleet. Environments elsewhere
// are held against each other only.
func (o *options) ofFleet(f load.Folder) bool {
	fleet, err := filepath.Abs(filepath.Join(o.root, fleetFolder))
	return err == nil && strings.HasPrefix(f.Dir, fleet+string(filepath.Separator))
}

// vetted is what is wrong with the selected environments, alone and in the
// fleet.
func (o *options) vetted(results []load.Result, selected map[string]bool, elsewhere bool) diag.List {
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
	rules, wrong := o.rules(elsewhere || n < len(results))
	found = append(found, wrong...)
	return append(found, compositions.Check(inputs(results), some, rules...)...)
}
