package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/sizes"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/privilege"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// newPolicy is `dominoc policy`.
func newPolicy(o *options) *cobra.Command {
	var format string
	var forSizes, rehearsal bool
	c := &cobra.Command{
		Use:   "policy [pattern]...",
		Short: "Print the IAM policies that Crossplane's roles need",
		Long: `Policy prints the least privileges of the roles that Crossplane assumes in each
account, as policies that IAM accepts: only what the environments' resources need. A
role is shown with all environments of the fleet that share it.

A policy covers the files as they are now. Apply a larger policy before the manifests,
a smaller one after Crossplane has deleted the removed resources.

With --rehearsal it prints instead what the role of an environment written by dominoc
import needs before you trust it: to read, and to tag exactly what the environment takes
over. Crossplane then tags, and AWS denies the first call of any other kind, which
dominoc status shows. If there is none, attach the policies without --rehearsal.

With --sizes it prints instead, for each account, the policy of a role that may change
the sizes of the environments' node groups and nothing else: for dominoc sizes --run.`,
		Example:           "  dominoc policy\n  dominoc policy prod-us --format json\n  dominoc policy prod-us --rehearsal\n  dominoc policy --sizes",
		ValidArgsFunction: o.environments,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case forSizes:
				return o.policy(c, args, format, sized)
			case rehearsal:
				return o.policy(c, args, format, rehearsed)
			}
			return o.policy(c, args, format, lasting)
		},
	}
	formatFlag(c, &format, "of the policies: text, json", []string{"text", "json"})
	c.Flags().BoolVar(&forSizes, "sizes", false, "print the policies for dominoc sizes --run")
	c.Flags().BoolVar(&rehearsal, "rehearsal", false, "print the policies for the rehearsal of an adoption")
	c.MarkFlagsMutuallyExclusive("sizes", "rehearsal")
	return c
}

// policiesOf returns the roles that compiled environments need for a purpose.
type policiesOf func(workspace.Compiled) ([]privilege.Role, diag.List, error)

func lasting(c workspace.Compiled) ([]privilege.Role, diag.List, error) {
	roles, err := c.Fleet.Privileges(c.Chosen)
	return roles, nil, err
}

func rehearsed(c workspace.Compiled) ([]privilege.Role, diag.List, error) {
	return c.Fleet.Rehearsals(c.Chosen, c.At)
}

func sized(c workspace.Compiled) ([]privilege.Role, diag.List, error) {
	return sizes.Policies(c.Fleet, c.Chosen), nil, nil
}

func (o *options) policy(c *cobra.Command, patterns []string, format string, of policiesOf) error {
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
	roles, found, err := of(compiled)
	if err != nil {
		return workspace.Bug(err)
	}
	if err := o.conclude(slices.Concat(compiled.Found, found, privilege.TooMany(roles))); err != nil {
		return err
	}
	if format == "json" {
		return words.WriteJSON(o.streams.Out, roles)
	}
	return o.print(privilege.Text(roles))
}
