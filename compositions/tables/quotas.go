package tables

import (
	"io"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/check"
)

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

// Quotas is the table of totals, which are sorted by account and region.
func Quotas(totals []check.Total) Table {
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
	return Table{rows, func(w io.Writer) { quotaText(w, totals) }}
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
				Row(w)
			}
			place = t.Place()
			Row(w, place)
			Row(w, "CODE", "NEED", "ROLL", "LIMIT", "", "QUOTA")
		}
		limit := limitSource(t)
		if t.Known {
			limit = strconv.FormatInt(t.Limit, 10) + " " + limit
		}
		Row(w, t.Quota.Code, t.Need, more(t.Surge()), limit, verdict(t), strings.TrimSuffix(t.Quota.Name+": "+t.Of, ": "))
	}
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
