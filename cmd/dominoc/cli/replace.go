package cli

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/edit"
	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/cmd/dominoc/replace"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/words"
)

// replacing is the command with its own flags.
type replacing struct {
	*options
	where       live.Where
	format      string
	with        replace.With
	gpu, neuron bool
	name        string
	write       bool
	live        bool
}

// newReplace is `dominoc replace`.
func newReplace(o *options) *cobra.Command {
	r := &replacing{options: o}
	c := &cobra.Command{
		Use:   "replace environment pool...",
		Short: "Replace a pool of nodes by one with other instance types, and edit it",
		Long: `Replace gives a pool a successor with other values that AWS cannot change in place, and
then takes the pool away, without a moment without nodes. Each call shows the next step,
an edit of the environment's file for a pull request of its own:

  add     a pool with the same values and label, but for the flags; if both do not fit
          into subnets and quotas, with a lower maximum
  close   the old pool: no further pod starts there, by a taint that EKS sets on its
          nodes, and the autoscaler takes nodes away as they become empty
  remove  the old pool, when it has no nodes

--write makes the edit and changes no other byte of the file. If the file does not state
a value itself, nothing is written, and the edit is printed. With --live a step is
blocked until the management cluster shows that the successor is ready, and before the
last one that the pool has no nodes. To go back before that, revert the pull requests.

The exit code is 1 if the step is blocked or cannot be written.`,
		Example:           "  dominoc replace prod-us default-gpu --instance-types g6.4xlarge --write\n  dominoc replace prod-us default-gpu --live\n  dominoc replace dev default --capacity-type onDemand",
		Args:              takes(2, 1000, "an environment and its pools"),
		ValidArgsFunction: o.oneName,
		RunE:              func(c *cobra.Command, args []string) error { return r.run(c, args) },
	}
	clusterFlags(c, &r.where)
	formatFlag(c, &r.format, "of the report: text, json", []string{"text", "json"})
	f := c.Flags()
	f.StringSliceVar(&r.with.InstanceTypes, "instance-types", nil, "`types` of the successor's nodes")
	f.StringVar(&r.with.CapacityType, "capacity-type", "", "of the successor: onDemand, spot")
	f.StringVar(&r.with.Architecture, "architecture", "", "of the successor: x86_64, arm64")
	f.StringVar(&r.with.AMI, "ami", "", "`image` of the successor: an AMI of yours, or eks")
	f.BoolVar(&r.gpu, "gpu", false, "whether the successor has the image for GPUs")
	f.BoolVar(&r.neuron, "neuron", false, "whether the successor has the image for AWS's accelerators")
	f.StringVar(&r.name, "name", "", "`name` of the successor; default: the next generation, such as default-2")
	f.BoolVar(&r.write, "write", false, "make the edit")
	f.BoolVar(&r.live, "live", false, "compare with the management cluster")
	complete(c, "capacity-type", []string{"onDemand", "spot"})
	complete(c, "architecture", []string{"x86_64", "arm64"})
	complete(c, "ami", []string{replace.EKS})
	complete(c, "instance-types", nil)
	complete(c, "name", nil)
	return c
}

func (r *replacing) run(c *cobra.Command, args []string) error {
	if r.name != "" && len(args) > 2 {
		return wrong(errors.New("--name is the name of one successor, and several pools are named"))
	}
	if c.Flags().Changed("gpu") {
		r.with.GPU = &r.gpu
	}
	if c.Flags().Changed("neuron") {
		r.with.Neuron = &r.neuron
	}
	w := r.workspace()
	folder, err := w.One("replace", args[0])
	if err != nil {
		return err
	}
	fleet, err := w.FindWithFleet(args[:1])
	if err != nil {
		return err
	}
	results, _, err := w.LoadAll(c.Context(), fleet.Folders)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(results, func(result load.Result) bool { return result.Folder.Dir == folder.Dir })
	before, others := results[i], slices.Delete(slices.Clone(results), i, i+1)
	if _, found := w.Plans([]load.Result{before}); before.Environment == nil || found.HasErrors() {
		return r.conclude(append(slices.Clone(before.Diagnostics), found...))
	}
	ask := replace.Ask{
		Loader: w.Loader, Before: before, Pools: args[1:], With: r.with, Name: r.name,
		Judge: func(result load.Result) diag.List { return w.Judge(others, result) },
	}
	if r.live {
		cluster, err := connect(r.where)
		if err != nil {
			return err
		}
		name := before.Environment.Name
		if ask.Live, err = cluster.Environment(c.Context(), name); err != nil {
			return err
		}
		if ask.Live == nil {
			return unknownThere(c.Context(), cluster, name)
		}
	}
	report, file, err := replace.Plan(ask)
	if err != nil {
		return wrong(err)
	}
	return r.show(report, file)
}

// show prints the report, after the edit is made with --write.
func (r *replacing) show(report replace.Report, file *edit.Edited) error {
	if r.write && file != nil {
		if err := file.Write(r.root); err != nil {
			return err
		}
		report.Edit.Written = true
	}
	var err error
	if r.format == "json" {
		err = words.WriteJSON(r.streams.Out, report)
	} else {
		err = r.print(replace.Text(report))
	}
	if err == nil && (len(report.Blocked) > 0 || r.write && file == nil) {
		return problems()
	}
	return err
}
