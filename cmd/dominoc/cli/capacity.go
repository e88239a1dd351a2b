package cli

import (
	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/tables"
)

// newCapacity is `dominoc capacity`.
func newCapacity(o *options) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "capacity environment",
		Short: "Print how an environment's pools fit into its subnets",
		Long: `Capacity prints, per zone and pool, the addresses that nodes and pods use with
every pool at its maximum, and per pool the largest maximum that the subnets can
hold while the other pools keep theirs.

A node is counted as the pool's largest instance type, with all network interfaces
full. The reserve is the 5 addresses that AWS keeps of each subnet and 16 for EKS and
endpoints. If the pools need more addresses than there are, vet refuses the
environment, and the exit code is 1.

ROLL is the number of additional addresses while EKS replaces the nodes of a pool, or
of all pools: EKS adds nodes to each zone's group before it removes any, two or as many
as may be unavailable at a time (update). If there are too few addresses for that, the
environment is accepted, but nodes are not replaced while all pools are at their
maximum.`,
		Example:           "  dominoc capacity prod-us\n  dominoc capacity ./environments/prod-us --format json",
		Args:              takes(1, 1, oneEnvironment),
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return o.capacity(c, args, format) },
	}
	formatFlag(c, &format, "of the table: text, json", tables.Formats())
	return c
}

func (o *options) capacity(c *cobra.Command, args []string, format string) error {
	in, found, err := o.workspace().Environment(c.Context(), c.Name(), args[0])
	if err != nil {
		return err
	}
	if err := o.conclude(found); err != nil {
		return err
	}
	room := plan.RoomOf(in.Environment)
	if err := tables.Capacity(room).Print(o.streams.Out, format); err != nil {
		return err
	}
	for _, s := range room.Subnets {
		if s.Needed() > s.Addresses {
			return problems()
		}
	}
	return nil
}
