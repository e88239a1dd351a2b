package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/schema/words"
)

// status is the command with its own flags.
type status struct {
	*options
	where  live.Where
	format string
	watch  bool

	now      func() time.Time
	interval time.Duration // between two looks of a watch
}

// newStatus is `dominoc status`.
func newStatus(o *options) *cobra.Command {
	s := &status{options: o, now: time.Now, interval: interval}
	c := &cobra.Command{
		Use:   "status [environment]",
		Short: "Show what waits and what is wrong in the management cluster",
		Long: `Status reads environments from the management cluster and shows what is not well
about their objects:

  wrong    somebody must act: with the sentence of AWS's answer that matters.
           A resource that is not Synced is wrong even while it says Ready:
           that is how a change looks that AWS refuses
  waiting  for a value that another object makes known, or for the object
  working  it is being created, changed or deleted

An environment that is well is one line. With --watch it is shown until all is
well, on a terminal in place, otherwise a line for each change.

The exit code is 0 when all is well, and 1 while anything is not.`,
		Example:           "  dominoc status\n  dominoc status prod-us --watch\n  dominoc status prod-us --format json --context management",
		Args:              atMostOneEnvironment,
		ValidArgsFunction: o.oneName,
		RunE:              func(c *cobra.Command, args []string) error { return s.run(c, args) },
	}
	clusterFlags(c, &s.where)
	c.Flags().StringVar(&s.format, "format", "text", "of the report: text, json (with --watch a line for each change)")
	complete(c, "format", []string{"text", "json"})
	c.Flags().BoolVarP(&s.watch, "watch", "w", false, "show until all is well")
	return c
}

func (s *status) run(c *cobra.Command, args []string) error {
	if s.format != "text" && s.format != "json" {
		return wrong(fmt.Errorf("unknown format %q: must be text, json", s.format))
	}
	name := ""
	if len(args) > 0 {
		var err error
		if name, err = s.liveName(c, args[0]); err != nil {
			return err
		}
	}
	cluster, err := connect(s.where)
	if err != nil {
		return err
	}
	look := func(ctx context.Context) ([]health.Report, error) { return s.look(ctx, cluster, name) }
	reports, err := look(c.Context())
	switch {
	case err != nil && c.Context().Err() != nil:
		return problems() // interrupted before anything was known to be well
	case err != nil:
		return failed(err)
	case s.watch:
		return s.follow(c.Context(), reports, look)
	case len(reports) == 0 && name != "":
		return unknownThere(c.Context(), cluster, name)
	case len(reports) == 0:
		return &ending{Problems, fmt.Errorf("the management cluster at %s has no environment", cluster.Server)}
	}
	if err := s.print(reports); err != nil {
		return err
	}
	return allWell(reports)
}

// look reports on the environments as they are now, those that are not well first.
func (s *status) look(ctx context.Context, cluster *live.Cluster, name string) ([]health.Report, error) {
	var environments []*health.Environment
	if name == "" {
		all, err := cluster.Environments(ctx)
		if err != nil {
			return nil, err
		}
		environments = all
	} else {
		one, err := cluster.Environment(ctx, name)
		if err != nil || one == nil {
			return nil, err
		}
		environments = append(environments, one)
	}
	reports := make([]health.Report, len(environments))
	for i, e := range environments {
		reports[i] = health.Judge(e, s.now())
	}
	slices.SortStableFunc(reports, func(a, b health.Report) int { return order(a.Well) - order(b.Well) })
	return reports, nil
}

func order(well bool) int {
	if well {
		return 1
	}
	return 0
}

func allWell(reports []health.Report) error {
	for _, r := range reports {
		if !r.Well {
			return problems()
		}
	}
	return nil
}

func (s *status) print(reports []health.Report) error {
	if s.format == "text" {
		_, err := fmt.Fprint(s.streams.Out, statusText(reports, s.now(), s.color.on(s.streams.Out)))
		if err != nil {
			return failed(err)
		}
		return nil
	}
	if err := words.WriteJSON(s.streams.Out, reports); err != nil {
		return failed(err)
	}
	return nil
}
