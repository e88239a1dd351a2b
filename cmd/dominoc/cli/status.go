package cli

import (
	"context"
	"fmt"
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
}

// interval is the time between two reads of a watch. A read is one request per kind of
// object, answered from the API server's cache.
const interval = 2 * time.Second

// newStatus is `dominoc status`.
func newStatus(o *options) *cobra.Command {
	s := &status{options: o}
	c := &cobra.Command{
		Use:   "status [environment]",
		Short: "Show the health of environments in the management cluster",
		Long: `Status reads environments from the management cluster and shows the objects that are
not well:

  wrong    a person must act; with the relevant sentence of AWS's answer.
           A resource that is not Synced is wrong even if it is Ready: AWS
           refused a change
  waiting  for another object, or for a value of it
  working  being created, changed or deleted

A healthy environment is one line. With --watch the status is shown until all is
well: redrawn on a terminal, otherwise a line for each change.

The exit code is 0 if all is well, otherwise 1.`,
		Example:           "  dominoc status\n  dominoc status prod-us --watch\n  dominoc status prod-us --format json --context management",
		Args:              takes(0, 1, oneEnvironment+"; or none for all"),
		ValidArgsFunction: o.oneName,
		RunE:              func(c *cobra.Command, args []string) error { return s.run(c, args) },
	}
	clusterFlags(c, &s.where)
	formatFlag(c, &s.format, "of the report: text, json (with --watch a line for each change)", []string{"text", "json"})
	c.Flags().BoolVarP(&s.watch, "watch", "w", false, "show until all is well")
	return c
}

func (s *status) run(c *cobra.Command, args []string) error {
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
	look := func(ctx context.Context) ([]health.Report, error) {
		environments, err := cluster.Named(ctx, name)
		return health.JudgeAll(environments, time.Now()), err
	}
	reports, err := look(c.Context())
	switch {
	case err != nil && c.Context().Err() != nil:
		return problems() // interrupted before anything was known to be well
	case err != nil:
		return err
	case s.watch:
		well, err := health.Watch(c.Context(), s.view(), reports, look, time.Now, interval)
		if err == nil && !well {
			return problems()
		}
		return err
	case len(reports) == 0 && name != "":
		return unknownThere(c.Context(), cluster, name)
	case len(reports) == 0:
		return &ending{Problems, fmt.Errorf("the management cluster at %s has no environment", cluster.Server)}
	}
	if s.format == "json" {
		err = words.WriteJSON(s.streams.Out, reports)
	} else {
		err = s.print(health.Text(reports, time.Now(), s.color.on(s.streams.Out)))
	}
	if err == nil && !health.AllWell(reports) {
		return problems()
	}
	return err
}

// view returns the view of a watch: redrawn on a terminal, otherwise lines.
func (s *status) view() health.View {
	switch out := s.streams.Out; {
	case s.format == "json":
		return health.JSONLines(out, s.streams.Err)
	case terminal(out):
		return health.Screen(behind(out), s.color.on(out), time.Now())
	}
	return health.Lines(s.streams.Out, s.streams.Err)
}
