package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
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
		Long: `Outputs reads an environment from the management cluster and prints what goes
into the configuration of Domino's installer, as it is. With --all it prints
what the installer asks for beside that too: account, region, host name and
certificate.

Values that AWS has not made known yet are named, with what they wait for, and
the exit code is 1.`,
		Example:           "  dominoc outputs prod-us > values.yaml\n  dominoc outputs prod-us --all --format json",
		Args:              oneEnvironment,
		ValidArgsFunction: o.oneName,
		RunE:              func(c *cobra.Command, args []string) error { return out.run(c, args[0]) },
	}
	clusterFlags(c, &out.where)
	c.Flags().StringVar(&out.format, "format", "yaml", "of the values: yaml, json")
	complete(c, "format", []string{"yaml", "json"})
	c.Flags().BoolVar(&out.all, "all", false, "print all outputs, not the configuration alone")
	return c
}

func (o *outputs) run(c *cobra.Command, arg string) error {
	if o.format != "yaml" && o.format != "json" {
		return wrong(fmt.Errorf("unknown format %q: must be yaml, json", o.format))
	}
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
		return failed(err)
	case environment == nil:
		return unknownThere(c.Context(), cluster, name)
	}
	values, missing := environment.Outputs()
	if err := o.print(values); err != nil {
		return err
	}
	return o.conclude(name, missing)
}

func (o *outputs) print(values map[string]any) error {
	if !o.all {
		values, _ = values["dominoConfigValues"].(map[string]any)
	}
	if values == nil {
		return nil // nothing is known: what is missing says so
	}
	if o.format == "yaml" {
		return o.printYAML([]any{values})
	}
	if err := words.WriteJSON(o.streams.Out, values); err != nil {
		return failed(err)
	}
	return nil
}

// conclude says what is missing, each value with what it waits for.
func (o *outputs) conclude(name string, missing []health.Gate) error {
	if len(missing) == 0 {
		return nil
	}
	fmt.Fprintf(o.streams.Err, "%s: %s not known yet:\n", words.Line(name), words.CountOf(len(missing), "value is", "values are"))
	for _, gate := range missing {
		fmt.Fprintf(o.streams.Err, "  %s\n", words.Line(missed(gate)))
	}
	return problems()
}

func missed(g health.Gate) string {
	field := strings.TrimPrefix(g.Field, "status.outputs.")
	switch {
	case g.Place == "":
		return field
	case g.From == nil:
		return field + ": waits for " + g.Place + ", which is not made yet"
	}
	return field + ": waits for " + g.Place + " (" + g.From.Kind + " " + g.From.Name + ")"
}
