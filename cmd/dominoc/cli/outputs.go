package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/schema/words"
)

// outputs is the command with its own flags.
type outputs struct {
	*options
	where  live.Where
	format string
	all    bool
}

// newOutputs is `dominoc outputs`.
func newOutputs(o *options) *cobra.Command {
	out := &outputs{options: o}
	c := &cobra.Command{
		Use:   "outputs environment",
		Short: "Print the installer's configuration values",
		Long: `Outputs reads an environment from the management cluster and prints the values for
the configuration of Domino's installer. With --all it also prints the installer's
other inputs: account, region, host name and certificate.

If AWS has not provided all values yet, outputs names the missing ones and what they
wait for, and the exit code is 1.`,
		Example:           "  dominoc outputs prod-us > values.yaml\n  dominoc outputs prod-us --all --format json",
		Args:              takes(1, 1, oneEnvironment),
		ValidArgsFunction: o.oneName,
		RunE:              func(c *cobra.Command, args []string) error { return out.run(c, args[0]) },
	}
	clusterFlags(c, &out.where)
	formatFlag(c, &out.format, "of the values: yaml, json", []string{"yaml", "json"})
	c.Flags().BoolVar(&out.all, "all", false, "print all outputs, not only the configuration")
	return c
}

func (o *outputs) run(c *cobra.Command, arg string) error {
	name, err := o.liveName(c, arg)
	if err != nil {
		return err
	}
	cluster, err := connect(o.where)
	if err != nil {
		return err
	}
	environment, err := cluster.Environment(c.Context(), name)
	switch {
	case err != nil:
		return err
	case environment == nil:
		return unknownThere(c.Context(), cluster, name)
	}
	values, missing := environment.Outputs()
	if !o.all {
		values, _ = values["dominoConfigValues"].(map[string]any)
	}
	switch {
	case values == nil: // nothing is known: what is missing says so
	case o.format == "yaml":
		err = printYAML(o.options, []any{values})
	default:
		err = words.WriteJSON(o.streams.Out, values)
	}
	if err != nil || len(missing) == 0 {
		return err
	}
	fmt.Fprintf(o.streams.Err, "%s: %s not known yet:\n", words.Line(name), words.CountOf(len(missing), "value is", "values are"))
	for _, gate := range missing {
		fmt.Fprintf(o.streams.Err, "  %s\n", words.Line(gate.Missing()))
	}
	return problems()
}
