package upgrade

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/words"
)

func (p *planner) block(format string, args ...any) {
	p.report.Blocked = append(p.report.Blocked, fmt.Sprintf(format, args...))
}

func (p *planner) note(format string, args ...any) {
	p.report.Notes = append(p.report.Notes, fmt.Sprintf(format, args...))
}

// blocks finds why the next step has to wait, and what a person looks at before it.
func (p *planner) blocks(s state) {
	switch {
	case p.target < s.version-1:
		p.block("EKS rolls a control plane back by one minor version only: from %s to %s", version(s.version), version(s.version-1))
	case p.target > s.version && !known(p.target):
		p.block("dominoc does not know Kubernetes %s on EKS: its table of versions is dated %s", version(p.target), catalog.VersionsAsOf())
	case p.target < s.version:
		if r := p.rollback(s); r == nil {
			p.block("EKS no longer supports Kubernetes %s", version(p.target))
		} else if r.Closed {
			p.block("the rollback window for %s closed on %s, 7 days after the upgrade", r.To, r.Closes)
		}
	}
	next := p.report.Next()
	if next == nil {
		return
	}
	if next.Kind == ControlPlane && p.target > s.version {
		p.blockControlPlane(s)
	}
	if p.target < s.version {
		p.noteBack(next)
	}
	if p.report.Live != nil {
		p.blockLive(s, p.report.Live)
	}
}

// noteBack says who asks EKS for a step back: the provider, by the same calls as for an
// upgrade. A call before the merge would not last.
func (p *planner) noteBack(next *Step) {
	for name, pool := range ordered.All(p.Environment.Pools) {
		if pool.AMI != "" {
			p.note("pool %s has a custom image, %s: its version may not be newer than %s either", name, pool.AMI, version(p.target))
		}
	}
	call := fmt.Sprintf("aws eks update-nodegroup-version --region %s --cluster-name %s --nodegroup-name NAME --kubernetes-version %s", p.Environment.Region, p.Environment.Name, version(p.target))
	switch next.Kind {
	case ControlPlane:
		call = fmt.Sprintf("aws eks update-cluster-version --region %s --name %s --kubernetes-version %s", p.Environment.Region, p.Environment.Name, version(p.target))
	case Hold:
	default:
		return
	}
	p.note("once this is merged, the provider makes this call: %s", call)
	p.note("do not make the call before the merge: the provider would upgrade again to the version in Git; dominoc diff reports version-lowered, which environments/policy/accept.cue accepts")
}

// blockControlPlane looks at what the next version of the control plane asks of nodes and
// add-ons.
func (p *planner) blockControlPlane(s state) {
	next := s.version + 1
	for name := range ordered.All(s.holds) {
		if behind := next - s.runs(name); behind > catalog.Skew {
			p.block("pool %s would be %d minor versions behind the control plane; at most %d are allowed", name, behind, catalog.Skew)
		}
	}
	for name, pool := range ordered.All(p.Environment.Pools) {
		if pool.AMI != "" && p.report.Live == nil {
			p.note("pool %s has a custom image, %s, which determines the version of its nodes: it may be at most %d minor versions older than %s", name, pool.AMI, catalog.Skew, version(next))
		}
	}
	if p.report.Live == nil {
		var unstated []string
		for name := range ordered.All(p.Ask.Addons) {
			if s.addons[name] == "" {
				unstated = append(unstated, name)
			}
		}
		if len(unstated) > 0 {
			p.note("the versions of %s are not stated, so dominoc cannot tell whether they match %s: --live reads them, and adds steps for those that are too old", strings.Join(unstated, ", "), version(next))
		}
	}
	for name, v := range ordered.All(s.addons) {
		switch catalog.MatchAddon(name, v, version(next)) {
		case catalog.TooOld:
			p.note("%s %s is too old for %s, and AWS lists no version that matches both: raise it right after the control plane", name, v, version(next))
		case catalog.Unlisted:
			p.note("dominoc does not know whether %s %s matches %s: aws eks describe-addon-versions --region %s --addon-name %s --kubernetes-version %s", name, v, version(next), p.Environment.Region, name, version(next))
		}
	}
}

// blockLive compares the cluster with the file: a step waits until the one before is done.
func (p *planner) blockLive(s state, l *Live) {
	if l.Version != version(s.version) {
		p.block("the control plane runs %s, not %s as the file says: merge, and wait until dominoc status %s shows one line", said(l.Version), version(s.version), p.Environment.Name)
	} else if l.Status != "ACTIVE" {
		p.block("EKS reports the control plane as %s", cmp.Or(l.Status, "unknown"))
	}
	for pool, groups := range ordered.All(l.Nodes) {
		held, follows := s.holds[pool]
		var old []string
		for _, group := range groups {
			if behind := s.version + 1 - catalog.Minor(group.Version); !follows && behind > catalog.Skew {
				p.block("the nodes of pool %s, which has a custom image, run %s: they may be at most %d minor versions behind the control plane", pool, group.Version, catalog.Skew)
			}
			if follows && group.Version != version(s.runs(pool)) {
				old = append(old, fmt.Sprintf("%s runs %s", group.Group, said(group.Version)))
			}
		}
		if len(old) > 0 {
			p.block("the nodes of pool %s do not all run %s yet: %s", pool, version(cmp.Or(held, s.version)), strings.Join(old, ", "))
		}
	}
	for name, addon := range ordered.All(p.Environment.Cluster.Addons) {
		if runs := l.Addons[name]; runs != "" && addon.Version != "" && runs != addon.Version {
			p.block("%s is %s in AWS, not %s as the file says", name, runs, addon.Version)
		}
	}
	if l.Unwell > 0 {
		p.block("%s not ready: see dominoc status %s", words.CountOf(l.Unwell, "resource is", "resources are"), p.Environment.Name)
	}
}

// said is what AWS said, or that it did not.
func said(text string) string {
	if text == "" {
		return "an unknown version"
	}
	return text
}
