package change

import (
	"context"
	"fmt"
	"slices"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
)

// quotas returns the AWS quotas that the fleet exceeds because of the edits, by the name of
// the first edited environment in their account and region; nil without the option. Where
// they do not suffice for replacing nodes, it adds that to the reports on the pairs. The
// list has the reasons why they could not be counted.
func (o Options) quotas(ctx context.Context, found Pairs, reports []diff.Report) (map[string][]diff.Danger, diag.List, error) {
	if !o.Fleet {
		return nil, nil, nil
	}
	fleet, err := o.Workspace.Find(nil)
	if err != nil {
		return nil, nil, err
	}
	whole, err := o.newTree(o.Workspace.Root, nil).compileSome(ctx, fleet.Folders, true)
	if err != nil {
		return nil, nil, err
	}
	stated, wrong := o.Workspace.Stated()
	if wrong = append(whole.wrong, errorsOf(wrong)...); wrong.HasErrors() {
		return nil, wrong, nil // the needs would be counted too low
	}
	now := whole.inputs
	after, _ := compositions.NeedsOf(now, stated)
	before, _ := compositions.NeedsOf(earlier(now, found), stated)
	shortInRoll(before, after, found, reports)
	dangers := map[string][]diff.Danger{}
	for _, t := range after.Totals {
		if t.Exceeded() && t.Need > totalOf(before, t).Need {
			name := needing(t, found)
			dangers[name] = append(dangers[name], exceeded(t))
		}
	}
	return dangers, nil, nil
}

// shortInRoll adds to the danger of each replaced pool the quotas that do not suffice for
// the nodes that EKS adds first, and for larger ones that are still there.
func shortInRoll(before, needs check.FleetNeeds, found Pairs, reports []diff.Report) {
	rolls := func(environment, pool string) bool {
		i := slices.IndexFunc(found.All, func(p Pair) bool { return p.name == environment })
		return i >= 0 && reports[i].Rolls(pool)
	}
	for _, t := range needs.Totals {
		surge := t.SurgeOf(rolls) + t.StayingOf(totalOf(before, t), rolls)
		if !t.Known || surge == 0 || t.Need+surge <= t.Limit {
			continue
		}
		lack := fmt.Sprintf("%s needs %d of quota %s %q with every pool at its maximum and %d more for what rolls, and has %d",
			t.Place(), t.Need, t.Quota.Code, t.Quota.Name, surge, t.Limit)
		for i, p := range found.All {
			reports[i].LacksForRoll(lack, func(pool string) bool {
				return t.SurgeOf(func(environment, other string) bool { return environment == p.name && other == pool }) > 0
			})
		}
	}
}

// earlier returns the fleet before the edits.
func earlier(now []compositions.Input, found Pairs) []compositions.Input {
	edited := map[string]bool{}
	var all []compositions.Input
	for _, p := range found.All {
		edited[p.name] = true
		if before := p.before.environment(); before != nil {
			all = append(all, compositions.Input{Environment: before, At: p.before.at})
		}
	}
	for _, in := range now {
		if !edited[in.Environment.Name] {
			all = append(all, in)
		}
	}
	return all
}

// totalOf returns the need of the same quota; the zero Total for none.
func totalOf(needs check.FleetNeeds, of check.Total) check.Total {
	i := slices.IndexFunc(needs.Totals, func(t check.Total) bool {
		return t.Account == of.Account && t.Region == of.Region && t.Quota.Code == of.Quota.Code && t.Of == of.Of
	})
	if i < 0 {
		return check.Total{}
	}
	return needs.Totals[i]
}

// needing returns an edited environment in the account and region of a quota.
func needing(t check.Total, found Pairs) string {
	for _, p := range found.All {
		if p.after != nil && p.after.file.Account == t.Account && (t.Region == "" || p.after.file.Region == t.Region) {
			return p.name
		}
	}
	return ""
}

func exceeded(t check.Total) diff.Danger {
	return diff.QuotaExceeded(t.Quota.Code, fmt.Sprintf("%s needs %d of quota %q with every pool at its maximum, and has %d",
		t.Place(), t.Need, t.Quota.Name, t.Limit))
}
