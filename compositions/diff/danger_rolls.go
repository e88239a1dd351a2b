package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// roomFirst is the advice about a roll that does not fit.
const roomFirst = "merge when fewer nodes run than the pools' max, or first make room: dominoc capacity and dominoc quotas show what a roll adds"

// rolls reports the pools whose nodes EKS replaces, one danger each.
func (c comparison) rolls() {
	var rolling []Change
	seen := map[string]bool{}
	for _, change := range c.changes {
		if change.Kind == kindNodeGroup && change.Action == Update && !seen[change.Component] && c.rollReasons(change) != nil {
			seen[change.Component] = true
			rolling = append(rolling, change)
		}
	}
	for _, change := range rolling {
		group, why := change.new, strings.Join(c.rollReasons(change), ", ")
		if updatedLate(change) {
			group, why = change.old, why+"; the new update settings apply from the next roll on, because the provider sends them after the image or version: merge them first"
		}
		d := about(nodeRoll, change, fmt.Sprintf("EKS replaces all nodes of the pool, %s at a time in each zone, and first %s: %s", pace(group), c.first(group), why), Advice{})
		d.Key = ""
		if lack := c.lack(poolOf(change.Component), func(pool string) bool { return seen[v1alpha1.PoolPrefix+pool] }); lack != "" {
			d.lacks(lack)
		}
		c.report(d)
	}
}

// updatedLate reports whether a group gets another image or version together with
// other update settings. The provider changes the version, waits until the nodes
// are replaced, and only then changes the configuration
// (resourceNodeGroupUpdate in terraform-provider-aws, internal/service/eks).
func updatedLate(group Change) bool {
	changed := func(path string) bool {
		return slices.ContainsFunc(group.Fields, func(f Field) bool { return strings.HasPrefix(f.Path.Full(), "spec.forProvider."+path) })
	}
	return changed("updateConfig") && (changed("releaseVersion") || changed("version"))
}

// first returns what EKS does to a group before it replaces nodes.
func (c comparison) first(group map[string]any) string {
	var update v1alpha1.Update
	if n, ok := provided(group, "updateConfig", "maxUnavailable").(float64); ok {
		missing := int64(n)
		update.MaxUnavailable = &missing
	}
	if n, ok := provided(group, "updateConfig", "maxUnavailablePercentage").(float64); ok {
		share := int64(n)
		update.MaxUnavailablePercentage = &share
	}
	update.Strategy, _ = provided(group, "updateConfig", "updateStrategy").(string)
	more := plan.Surge(update, boundsOf(statedSize(group)).Max)
	if more == 0 {
		return "removes them, so that the others carry the load"
	}
	return fmt.Sprintf("adds %d there, for which %s need room (dominoc quotas)", more, c.unseen())
}

// unseen names the limits that the nodes added by EKS are not checked against.
func (c comparison) unseen() string {
	if c.head == nil || c.head.Subnets == nil {
		return "subnets and quotas"
	}
	return "quotas"
}

// lack describes the fullest subnet of a pool that lacks addresses for the nodes that
// EKS adds to all rolling pools, or returns "".
func (c comparison) lack(pool string, rolls func(pool string) bool) string {
	if c.head == nil {
		return ""
	}
	var fullest plan.SubnetRoom
	var most, short int64
	more := func(s plan.SubnetRoom) int64 { return s.Roll(rolls) + s.Staying(c.base.Subnets, rolls) }
	for _, s := range c.head.Subnets {
		missing := s.Needed() + more(s) - s.Addresses
		if missing <= 0 || s.Roll(func(other string) bool { return other == pool }) == 0 {
			continue
		}
		if short++; missing > most {
			fullest, most = s, missing
		}
	}
	if short == 0 {
		return ""
	}
	what := "node subnet"
	if fullest.Pods {
		what = "pod subnet"
	}
	text := fmt.Sprintf("%s %s in %s needs %d addresses with every pool at its maximum and %d more for the rolls, but has %d",
		what, fullest.Range, fullest.Zone, fullest.Needed(), more(fullest), fullest.Addresses)
	if short > 1 {
		text += fmt.Sprintf("; %s short too", words.CountOf(short-1, "more subnet is", "more subnets are"))
	}
	return text
}

// lacks adds a shortage to the danger of a roll.
func (d *Danger) lacks(what string) {
	d.Message += "; " + what
	d.Instead = byHand(roomFirst)
}

// Rolls reports whether EKS replaces the nodes of a pool.
func (r Report) Rolls(pool string) bool {
	return slices.ContainsFunc(r.Dangers, func(d Danger) bool { return d.Code == nodeRoll && d.Subject == pool })
}

// LacksForRoll adds a shortage for the nodes that EKS adds first to the rolls of the
// pools concerned. The caller knows the quotas.
func (r Report) LacksForRoll(what string, concerns func(pool string) bool) {
	for i := range r.Dangers {
		if d := &r.Dangers[i]; d.Code == nodeRoll && concerns(d.Subject) {
			d.lacks(what)
		}
	}
}
