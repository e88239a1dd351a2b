package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/cmd/dominoc/upgrade"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/words"
)

// upgrading is the command with its own flags.
type upgrading struct {
	*options
	where    live.Where
	format   string
	to       string
	upgraded string
	all      bool
	keep     []string
	write    bool
	live     bool
}

// newUpgrade is `dominoc upgrade`.
func newUpgrade(o *options) *cobra.Command {
	u := &upgrading{options: o}
	c := &cobra.Command{
		Use:   "upgrade [pattern]...",
		Short: "Show the next step to another version of Kubernetes, and edit it",
		Long: `Upgrade shows the Kubernetes version of an environment, how long EKS supports it, the
add-ons and pools, the steps to the next version, and what blocks them. For several
environments it prints one line each.

Each step is an edit of the environment's file, for a pull request of its own:

  add-ons        raise stated versions that are too old for the next version
  hold           keep the pools at their present version
  control-plane  upgrade it by one minor version
  release        let the pools follow the control plane, one after the other

--write makes the edits of the next step and changes no other byte of the file. If the
file does not state a value itself, nothing is written, and the edits are printed.

With the version before as --to, the steps roll the control plane back: nodes first, then
add-ons, then the control plane. EKS allows that for 7 days after an upgrade; --upgraded
states the day on which the upgrade ended. With --live a step is blocked until the
management cluster shows that the one before is done.

The exit code is 1 if the next step is blocked or cannot be written.`,
		Example:           "  dominoc upgrade\n  dominoc upgrade prod-us --live\n  dominoc upgrade prod-us --write\n  dominoc upgrade prod-us --to 1.34 --upgraded 2026-11-28",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return u.run(c, args) },
	}
	clusterFlags(c, &u.where)
	formatFlag(c, &u.format, "of the report: text, json", []string{"text", "json"})
	c.Flags().StringVar(&u.to, "to", "", "`version` to reach, such as 1.35; default: the next one")
	dayFlag(c.Flags(), &u.upgraded, "upgraded", "on which EKS finished the last upgrade of the control plane")
	c.Flags().BoolVar(&u.all, "all", false, "release all pools in one step")
	c.Flags().StringSliceVar(&u.keep, "keep", nil, "`pool` that stays at the version at which it is held")
	c.Flags().BoolVar(&u.write, "write", false, "make the edits of the next step")
	c.Flags().BoolVar(&u.live, "live", false, "compare with the management cluster")
	complete(c, "to", upgrade.Versions())
	complete(c, "upgraded", nil)
	return c
}

func (u *upgrading) run(c *cobra.Command, args []string) error {
	switch {
	case u.write && len(args) == 0:
		return wrong(errors.New("--write edits the environments that are named, and none is"))
	case u.to != "" && !upgrade.IsVersion(u.to):
		return wrong(fmt.Errorf("--to %s: must be a minor version such as 1.35", u.to))
	}
	selected, err := u.workspace().Find(args)
	if err != nil {
		return err
	}
	u.tellEmpty(selected)
	results, found, err := u.workspace().LoadAll(c.Context(), selected.Folders)
	if err != nil {
		return err
	}
	if err := u.conclude(found); err != nil {
		return err
	}
	if err := upgrade.KnownPools(u.keep, results); err != nil {
		return wrong(fmt.Errorf("--keep %w", err))
	}
	plans, found := u.workspace().Plans(results)
	if found.HasErrors() {
		return u.conclude(found)
	}
	environments, err := u.read(c.Context(), results)
	if err != nil {
		return err
	}
	reports := make([]upgrade.Report, len(results))
	for i, r := range results {
		reports[i] = upgrade.Plan(upgrade.Ask{
			Environment: r.Environment, Addons: plans[i].Addons(), To: u.to, All: u.all, Keep: u.keep, Date: u.day(), Upgraded: u.upgraded, Live: environments[i],
		})
	}
	refused := false
	if len(args) > 0 {
		if refused, err = upgrade.Edits(u.workspace().Loader, u.root, results, reports, u.write); err != nil {
			return err
		}
	}
	if err := u.show(reports, len(args) == 0); err != nil {
		return err
	}
	if refused || slices.ContainsFunc(reports, func(r upgrade.Report) bool { return len(r.Blocked) > 0 }) {
		return problems()
	}
	return nil
}

// read returns what the management cluster has of the environments, with --live.
func (u *upgrading) read(ctx context.Context, results []load.Result) ([]*health.Environment, error) {
	all := make([]*health.Environment, len(results))
	if !u.live {
		return all, nil
	}
	cluster, err := connect(u.where)
	if err != nil {
		return nil, err
	}
	for i, r := range results {
		if all[i], err = cluster.Environment(ctx, r.Environment.Name); err != nil {
			return nil, err
		}
		if all[i] == nil {
			return nil, unknownThere(ctx, cluster, r.Environment.Name)
		}
	}
	return all, nil
}

// show prints a report, or what was written; of several environments a line each.
func (u *upgrading) show(reports []upgrade.Report, all bool) error {
	switch {
	case u.format == "json":
		return words.WriteJSON(u.streams.Out, reports)
	case len(reports) == 0:
		return nil
	case all || len(reports) > 1 && !u.write:
		return upgrade.List(reports).Print(u.streams.Out, u.format)
	}
	texts := make([]string, len(reports))
	for i, r := range reports {
		texts[i] = upgrade.Text(r)
	}
	return u.print(strings.Join(texts, "\n"))
}
