package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/aws"
	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/cmd/dominoc/sizes"
	"github.com/dominoc/dominoc/compositions/scaling"
	"github.com/dominoc/dominoc/schema/words"
)

// sizing is the command with its own flags.
type sizing struct {
	*options
	where   live.Where
	format  string
	account string
	apply   bool
}

// newSizes is `dominoc sizes`.
func newSizes(o *options) *cobra.Command {
	s := &sizing{options: o}
	c := &cobra.Command{
		Use:   "sizes [pattern]...",
		Short: "Show node groups whose size in AWS differs from Git",
		Long: `Sizes compares the minimum and maximum of every node group in the files with what the
management cluster last saw in AWS, and prints the call that makes each difference
good. A call states the desired size only where EKS refuses it otherwise; groups that
grow come first. Most releases of provider-aws set sizes at creation only
(packages.sizesInPlace in environments/gitops): with them run sizes after each merge
that changes one.

With --run the AWS CLI makes the calls, with its own credentials, in their account
only, except those that would end nodes. The policy of a role that may do no more:
dominoc policy --sizes.

The exit code is 1 if a size differs, or with --run if one was left.`,
		Example:           "  dominoc sizes\n  dominoc sizes prod-us --context management\n  dominoc sizes --run --account 123456789012",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return s.run(c, args) },
	}
	clusterFlags(c, &s.where)
	formatFlag(c, &s.format, "of the differences: text, json", []string{"text", "json"})
	c.Flags().StringVar(&s.account, "account", "", "only environments of this AWS `account`")
	c.Flags().BoolVar(&s.apply, "run", false, "have the AWS CLI make the calls")
	return c
}

func (s *sizing) run(c *cobra.Command, patterns []string) error {
	selected, err := s.workspace().Find(patterns)
	if err != nil {
		return err
	}
	compiled, err := s.workspace().Compile(c.Context(), selected)
	switch {
	case err != nil:
		return err
	case compiled.Fleet == nil:
		return s.conclude(compiled.Found)
	}
	cluster, err := connect(s.where)
	if err != nil {
		return err
	}
	var all []sizes.Environment
	for _, e := range compiled.Fleet.Environments {
		if s.account != "" && s.account != e.Plan.Spec.Common.Account {
			continue
		}
		environment, err := cluster.Environment(c.Context(), e.Plan.Name)
		if err != nil {
			return err
		}
		if environment == nil {
			fmt.Fprintln(s.streams.Err, cluster.Lacks(e.Plan.Name))
			continue
		}
		applied, err := s.workspace().Applied(c.Context(), e.Plan)
		if err != nil {
			return err
		}
		if applied == nil {
			fmt.Fprintf(s.streams.Err, "%s: the revision of its ring does not have it\n", e.Plan.Name)
			continue
		}
		all = append(all, sizes.Of(applied, environment))
	}
	if s.format == "json" {
		err = words.WriteJSON(s.streams.Out, all)
	} else {
		err = s.print(sizes.Text(all))
	}
	switch {
	case err != nil || !sizes.Differ(all):
		return err
	case !s.apply:
		return problems()
	}
	return s.change(c.Context(), all)
}

// change has the AWS CLI make the calls.
func (s *sizing) change(ctx context.Context, all []sizes.Environment) error {
	err := sizes.Apply(ctx, all, aws.CLI, func(c scaling.Change) {
		fmt.Fprintf(s.streams.Err, "%s: EKS changes the size to %s\n", c.Group, c.After)
	})
	if err != nil {
		return &ending{Problems, err}
	}
	return nil
}
