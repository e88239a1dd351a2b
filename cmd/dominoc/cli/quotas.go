package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/tables"
)

// quotas is the command with its own flags.
type quotas struct {
	*options
	format string
	emit   bool
}

// newQuotas is `dominoc quotas`.
func newQuotas(o *options) *cobra.Command {
	q := &quotas{options: o}
	c := &cobra.Command{
		Use:   "quotas",
		Short: "Print what the fleet needs of AWS's quotas",
		Long: `Quotas prints, per account and region, what the fleet needs with every pool at
its maximum, and what there is: what environments/quotas/quotas.cue states, or
else AWS's default. Of quotas that are counted per zone, VPC, cluster and so on
the fullest is shown. An unknown limit is one whose default says nothing about an
account that was ever used: look it up, and state it.

ROLL is what comes on top while EKS replaces the nodes of all pools of one
environment, the one that adds the most: EKS adds nodes before it takes any away.

With --emit it prints, in place of the table, managed resources that ask AWS for
what is missing. The provider's role needs servicequotas:GetServiceQuota,
GetAWSDefaultServiceQuota, ListRequestedServiceQuotaChangeHistoryByQuota and
RequestServiceQuotaIncrease for them.

The exit code is 1 when a need exceeds what there is, a roll left out of account.`,
		Example: "  dominoc quotas\n  dominoc quotas --format json\n  dominoc quotas --emit > quotas.yaml",
		Args:    noArguments,
		RunE:    func(c *cobra.Command, _ []string) error { return q.run(c) },
	}
	formatFlag(c, &q.format, "of the table: text, json", tables.Formats())
	c.Flags().BoolVar(&q.emit, "emit", false, "print managed resources that ask for more")
	return c
}

func (q *quotas) run(c *cobra.Command) error {
	needs, found, err := q.workspace().Needs(c.Context())
	switch {
	case err != nil:
		return err
	case found.HasErrors(): // warnings are vet's
		return q.conclude(found)
	case q.emit:
		return q.request(needs)
	}
	fullest := needs.Fullest()
	if err := tables.Quotas(fullest).Print(q.streams.Out, q.format); err != nil {
		return err
	}
	if slices.ContainsFunc(fullest, check.Total.Exceeded) {
		return problems()
	}
	return nil
}

// request prints the resources, and says what is left to the reader.
func (q *quotas) request(needs check.FleetNeeds) error {
	unknown := 0
	for _, t := range needs.Totals {
		if !t.Known {
			unknown++
		}
	}
	requests := needs.Requests()
	if len(requests) == 0 {
		fmt.Fprintln(q.streams.Err, "nothing to ask for: no need exceeds what is known of a quota that AWS raises")
	}
	if unknown > 0 {
		fmt.Fprintf(q.streams.Err, "not asked for, because what there is is not known: %d; state it in %s/quotas/quotas.cue\n", unknown, workspace.Fleet)
	}
	if len(requests) == 0 {
		return nil
	}
	return printYAML(q.options, requests)
}
