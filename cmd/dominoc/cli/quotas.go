package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/tables"
)

// newQuotas is `dominoc quotas`.
func newQuotas(o *options) *cobra.Command {
	var format string
	var request bool
	c := &cobra.Command{
		Use:   "quotas",
		Short: "Print the fleet's use of AWS quotas",
		Long: `Quotas prints, per account and region, what the fleet needs with every pool at its
maximum, and the limit: the value in environments/quotas/quotas.cue, or else AWS's
default. Of a quota that is counted per zone, VPC, cluster and so on, the fullest is
shown. A limit is unknown if AWS's default does not apply to an account that was ever
used: look the value up and state it.

ROLL is the additional need while EKS replaces the nodes of all pools of one
environment, the one with the largest: EKS adds nodes before it removes any.

With --emit it prints managed resources that request the missing quotas from AWS,
instead of the table. The provider's role needs servicequotas:GetServiceQuota,
GetAWSDefaultServiceQuota, ListRequestedServiceQuotaChangeHistoryByQuota and
RequestServiceQuotaIncrease for them.

The exit code is 1 if a need exceeds its limit, not counting a roll.`,
		Example: "  dominoc quotas\n  dominoc quotas --format json\n  dominoc quotas --emit > quotas.yaml",
		Args:    noArguments,
		RunE:    func(c *cobra.Command, _ []string) error { return o.quotas(c, format, request) },
	}
	formatFlag(c, &format, "of the table: text, json", tables.Formats())
	c.Flags().BoolVar(&request, "emit", false, "print managed resources that request more")
	return c
}

func (o *options) quotas(c *cobra.Command, format string, request bool) error {
	needs, found, err := o.workspace().Needs(c.Context())
	switch {
	case err != nil:
		return err
	case found.HasErrors(): // warnings are vet's
		return o.conclude(found)
	case request:
		return o.requestQuotas(needs)
	}
	fullest := needs.Fullest()
	if err := tables.Quotas(fullest).Print(o.streams.Out, format); err != nil {
		return err
	}
	if slices.ContainsFunc(fullest, check.Total.Exceeded) {
		return problems()
	}
	return nil
}

// requestQuotas prints the resources that request quotas, and how many are left to the user.
func (o *options) requestQuotas(needs check.FleetNeeds) error {
	unknown := 0
	for _, t := range needs.Totals {
		if !t.Known {
			unknown++
		}
	}
	requests := needs.Requests()
	if len(requests) == 0 {
		fmt.Fprintln(o.streams.Err, "nothing to request: no need exceeds the known limit of an adjustable quota")
	}
	if unknown > 0 {
		fmt.Fprintf(o.streams.Err, "not requested, because the limit is unknown: %d; state it in %s/quotas/quotas.cue\n", unknown, workspace.Fleet)
	}
	if len(requests) == 0 {
		return nil
	}
	return printYAML(o, requests)
}
