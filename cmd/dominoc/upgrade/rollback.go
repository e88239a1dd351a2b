package upgrade

import (
	"fmt"
	"strings"
	"time"

	"github.com/dominoc/dominoc/schema/catalog"
)

// window is how long EKS can roll a control plane back, from the end of its upgrade
// (https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html). A cluster that
// was created at its version, that was upgraded again since, or that EKS upgraded at the
// end of extended support, it never rolls back. No object that Crossplane has tells when an
// upgrade ended, and EKS's own Update only when it began; while the way is open, EKS lists
// insights of the category ROLLBACK_READINESS.
const window = 7 * 24 * time.Hour

// Rollback is what is known of the way back to the version before.
type Rollback struct {
	To     string   `json:"to"`
	Closes string   `json:"closes,omitempty"` // the day, if that of the upgrade is known
	Closed bool     `json:"closed"`
	Newer  []string `json:"newer"` // pools whose nodes have to go back first
	Says   string   `json:"says"`
	Run    []string `json:"run,omitempty"` // commands that tell what is not known
}

// rollback is nothing for a version whose predecessor EKS no longer supports.
func (p *planner) rollback(s state) *Rollback {
	to := s.version - 1
	phase := phaseOf(version(to), p.Date)
	if phase == catalog.Ended || phase == unknown {
		return nil
	}
	r := &Rollback{To: version(to), Newer: s.which(func(held int) bool { return held == 0 || held > to })}
	if r.Newer == nil {
		r.Newer = []string{}
	}
	day, err := time.Parse(time.DateOnly, p.Upgraded)
	if err == nil {
		r.Closes = day.Add(window).Format(time.DateOnly)
		r.Closed = p.Date > r.Closes
	}
	if r.Closed {
		r.Says = fmt.Sprintf("the window closed on %s, 7 days after the upgrade", r.Closes)
		return r
	}
	when := "for 7 days after the end of the upgrade, if EKS upgraded this cluster"
	if err == nil {
		when = "until " + r.Closes
	}
	how := "no node is newer than that"
	if len(r.Newer) > 0 {
		how = fmt.Sprintf("the nodes of %s must be rolled back first", strings.Join(r.Newer, ", "))
	}
	if phase == catalog.Extended && !s.extended {
		how += "; cluster.supportType must be EXTENDED first"
	}
	r.Says = fmt.Sprintf("to %s %s; %s", r.To, when, how)
	if err != nil {
		name, region := p.Environment.Name, p.Environment.Region
		r.Run = []string{
			fmt.Sprintf("aws eks list-insights --region %s --cluster-name %s --filter categories=ROLLBACK_READINESS", region, name),
			fmt.Sprintf("aws eks list-updates --region %s --name %s", region, name),
			fmt.Sprintf("aws eks describe-update --region %s --name %s --update-id ID", region, name),
		}
	}
	return r
}
