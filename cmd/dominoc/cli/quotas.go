package cli

import (
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/check"
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
	tableFlag(c, &q.format)
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
	if err := q.printTable(q.format, quotaRows(fullest), func(w io.Writer) { quotaText(w, fullest) }); err != nil {
		return err
	}
	for _, t := range fullest {
		if t.Exceeded() {
			return problems()
		}
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

// quotaRow is a line of the table for programs.
type quotaRow struct {
	Account    string `json:"account"`
	Region     string `json:"region,omitempty"` // empty for all regions
	Service    string `json:"service"`
	Code       string `json:"code"`
	Name       string `json:"name"`
	For        string `json:"for,omitempty"` // the zone, cluster and so on
	Need       int64  `json:"need"`
	Roll       int64  `json:"roll"`  // on top while nodes are replaced
	Limit      *int64 `json:"limit"` // null when it is not known
	Source     string `json:"source"`
	Exceeded   bool   `json:"exceeded"`
	Adjustable bool   `json:"adjustable"`
}

func quotaRows(totals []check.Total) []quotaRow {
	rows := []quotaRow{}
	for _, t := range totals {
		r := quotaRow{
			Account: t.Account, Region: t.Region, Service: t.Quota.Service, Code: t.Quota.Code, Name: t.Quota.Name,
			For: t.Of, Need: t.Need, Roll: t.Surge(), Source: limitSource(t), Exceeded: t.Exceeded(), Adjustable: t.Quota.Adjustable,
		}
		if t.Known {
			r.Limit = &t.Limit
		}
		rows = append(rows, r)
	}
	return rows
}

func limitSource(t check.Total) string {
	switch {
	case t.Stated:
		return "stated"
	case t.Known:
		return "default"
	}
	return "unknown"
}

func quotaText(w io.Writer, totals []check.Total) {
	place := ""
	for _, t := range totals {
		if t.Place() != place {
			if place != "" {
				row(w)
			}
			place = t.Place()
			row(w, place)
			row(w, "CODE", "NEED", "ROLL", "LIMIT", "", "QUOTA")
		}
		row(w, t.Quota.Code, t.Need, more(t.Surge()), limitText(t), verdict(t), quotaName(t))
	}
}

func limitText(t check.Total) string {
	if !t.Known {
		return "unknown"
	}
	return strconv.FormatInt(t.Limit, 10) + " " + limitSource(t)
}

func verdict(t check.Total) string {
	if t.Exceeded() {
		return "exceeded"
	}
	if t.ShortInRoll() {
		return "short in a roll"
	}
	return ""
}

func quotaName(t check.Total) string {
	if t.Of == "" {
		return t.Quota.Name
	}
	return t.Quota.Name + ": " + t.Of
}
