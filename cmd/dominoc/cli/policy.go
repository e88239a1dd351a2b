package cli

import (
	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/sizes"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/privilege"
	"github.com/dominoc/dominoc/schema/words"
)

// newPolicy is `dominoc policy`.
func newPolicy(o *options) *cobra.Command {
	var format string
	var forSizes bool
	c := &cobra.Command{
		Use:   "policy [pattern]...",
		Short: "Print the IAM policies that Crossplane's roles need",
		Long: `Policy prints the least privileges of the roles that Crossplane assumes in each
account, as policies that IAM accepts: only what the environments' resources need. A
role is shown with all environments of the fleet that share it.

A policy covers the files as they are now. Apply a larger policy before the manifests,
a smaller one after Crossplane has deleted the removed resources.

With --sizes it prints instead, for each account, the policy of a role that may change
the sizes of the environments' node groups and nothing else: for dominoc sizes --run.`,
		Example:           "  dominoc policy\n  dominoc policy prod-us --format json\n  dominoc policy --sizes",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return o.policy(c, args, format, forSizes) },
	}
	formatFlag(c, &format, "of the policies: text, json", []string{"text", "json"})
	c.Flags().BoolVar(&forSizes, "sizes", false, "print the policies for dominoc sizes --run")
	return c
}

func (o *options) policy(c *cobra.Command, patterns []string, format string, forSizes bool) error {
	selected, err := o.workspace().FindWithFleet(patterns)
	if err != nil {
		return err
	}
	compiled, err := o.workspace().Compile(c.Context(), selected)
	if err != nil {
		return err
	}
	if compiled.Fleet == nil {
		return o.conclude(compiled.Found)
	}
	var roles []privilege.Role
	if forSizes {
		roles = sizes.Policies(compiled.Fleet, compiled.Chosen)
	} else if roles, err = compiled.Fleet.Privileges(compiled.Chosen); err != nil {
		return workspace.Bug(err)
	}
	if err := o.conclude(append(compiled.Found, privilege.TooMany(roles)...)); err != nil {
		return err
	}
	if format == "json" {
		return words.WriteJSON(o.streams.Out, roles)
	}
	return o.print(privilege.Text(roles))
}
