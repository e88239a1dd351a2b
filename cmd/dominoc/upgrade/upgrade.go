// Package upgrade decides how an environment gets to another version of Kubernetes.
//
// In go an environment, a version to reach, the day on which support is judged and, where a
// management cluster was read, what that has of it; out comes a Report: where the
// environment is, the steps that are left, the edits of the next one, and what blocks it.
// Package edit makes the edits, package live reads the cluster, package cli prints.
//
// The order of the steps keeps EKS's way back open for as long as possible. EKS rolls a
// control plane back by one minor version within 7 days of its upgrade, if no node is
// newer than the version to go back to. So pools are held at the old version first
// (pools.<name>.version), then the control plane is upgraded by one minor version, then
// the pools are released. Add-ons whose stated version is too old for the next version go
// first, where AWS lists one that suits both.
//
// Sources: the Amazon EKS User Guide,
// https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html and
// https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html.
package upgrade

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/dominoc/dominoc/cmd/dominoc/edit"
	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Ask is what is asked of an environment.
type Ask struct {
	Environment *v1alpha1.Environment

	// Addons are the versions that the file states for the EKS add-ons of the environment,
	// by name; empty ones where it states none.
	Addons map[string]string

	// To is the version to reach, such as 1.35: up to any later one, or back to the one
	// before. Empty: the next one, once the upgrade that was begun is done.
	To string

	// All releases all pools in one step, not one after the other.
	All bool

	// Keep are pools that stay at the version at which they are held.
	Keep []string

	// Date is the day (YYYY-MM-DD) on which support is judged; empty for the day of the
	// table of versions.
	Date string

	// Upgraded is the day (YYYY-MM-DD) on which EKS finished the last upgrade of the
	// control plane; empty if it is not known.
	Upgraded string

	// Live is the environment in the management cluster; nil if none was read.
	Live *health.Environment
}

// Report is where an environment is on its way to a version.
type Report struct {
	Environment string      `json:"environment"`
	Version     string      `json:"version"`
	Support     SupportOf   `json:"support"`
	Target      string      `json:"target"` // that the steps lead to
	Then        SupportOf   `json:"then"`   // the support of the target
	Addons      []Addon     `json:"addons"`
	Pools       []Pool      `json:"pools"`
	Steps       []Step      `json:"steps"`          // to the target, the next one first
	Edit        *edit.Draft `json:"edit,omitempty"` // of the next step
	Blocked     []string    `json:"blocked"`        // why the next step has to wait
	Notes       []string    `json:"notes"`          // what a person looks at before it
	Rollback    *Rollback   `json:"rollback,omitempty"`
	Live        *Live       `json:"live,omitempty"`
}

// Addon is an add-on of the environment.
type Addon struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"` // stated in the file
	Live    string `json:"live,omitempty"`    // that EKS runs
	Suits   string `json:"suits"`             // what is known of it on this version and the target
}

// Pool is a pool of nodes.
type Pool struct {
	Name   string `json:"name"`
	Held   string `json:"held,omitempty"`  // the version at which the file holds it
	Behind int    `json:"behind"`          // minor versions behind the control plane
	Image  string `json:"image,omitempty"` // a release that the file states, or an image of the user's
	Live   []Node `json:"live,omitempty"`  // its node groups
}

// planner is one environment on its way to a version.
type planner struct {
	Ask
	target int
	report Report
}

// Plan reports on an environment.
func Plan(a Ask) Report {
	p := &planner{Ask: a}
	p.Date = cmp.Or(a.Date, catalog.VersionsAsOf())
	start := p.start()
	p.report = Report{
		Environment: a.Environment.Name, Version: a.Environment.Cluster.Version,
		Support: supportOf(a.Environment.Cluster.Version, start.extended, p.Date),
		Steps:   []Step{}, Blocked: []string{}, Notes: []string{},
	}
	if a.Live != nil {
		p.report.Live = p.read()
		start.live(p.report.Live)
	}
	p.target = p.aim(start)
	p.report.Target = version(p.target)
	p.report.Then = supportOf(version(p.target), start.extended, p.Date)
	p.report.Addons, p.report.Pools = p.addons(start), p.pools(start)
	p.walk(start)
	p.blocks(start)
	p.report.Rollback = p.rollback(start)
	return p.report
}

// Next is the step to take now; nil if there is none.
func (r Report) Next() *Step {
	if len(r.Steps) == 0 {
		return nil
	}
	return &r.Steps[0]
}

// aim is the minor version to reach: the one that is asked for, the one whose upgrade was
// begun, or the next one that EKS has.
func (p *planner) aim(s state) int {
	switch next := s.version + 1; {
	case p.To != "":
		return catalog.Minor(p.To)
	case len(s.behind()) > 0 || !known(next):
		return s.version
	default:
		return next
	}
}

// known reports whether the table of versions has a minor version.
func known(n int) bool {
	_, ok := catalog.FindVersion(version(n))
	return ok
}

// walk takes the steps to the target, one after the other.
func (p *planner) walk(s state) {
	if s.version-p.target > 1 || p.target > s.version && !known(p.target) {
		return
	}
	for range 100 {
		step, ok := p.step(s)
		if !ok {
			return
		}
		p.report.Steps = append(p.report.Steps, step)
		s = s.after(step)
	}
}

func version(minor int) string { return fmt.Sprintf("1.%d", minor) }

// addons are the add-ons of the environment, and what is known of them.
func (p *planner) addons(s state) []Addon {
	all := []Addon{}
	for name, stated := range ordered.All(p.Ask.Addons) {
		a := Addon{Name: name, Version: stated}
		if p.report.Live != nil {
			a.Live = p.report.Live.Addons[name]
		}
		a.Suits = suits(name, s.addons[name], s.version, p.target)
		all = append(all, a)
	}
	return all
}

// suits says how a version of an add-on matches two versions of Kubernetes.
func suits(addon, stated string, now, then int) string {
	if stated == "" {
		return string(catalog.Unlisted)
	}
	said, next := catalog.MatchAddon(addon, stated, version(now)), catalog.MatchAddon(addon, stated, version(then))
	switch {
	case then == now:
		return fmt.Sprintf("%s for %s", said, version(now))
	case next == said:
		return fmt.Sprintf("%s for %s and %s", said, version(now), version(then))
	}
	return fmt.Sprintf("%s for %s, %s for %s", said, version(now), next, version(then))
}

// pools are the pools of the environment.
func (p *planner) pools(s state) []Pool {
	all := []Pool{}
	for name, pool := range ordered.All(p.Environment.Pools) {
		out := Pool{Name: name, Held: pool.Version, Image: cmp.Or(pool.AMI, pool.AMIReleaseVersion)}
		if pool.AMI == "" {
			out.Behind = s.version - s.runs(name)
		}
		if p.report.Live != nil {
			out.Live = p.report.Live.Nodes[name]
		}
		all = append(all, out)
	}
	return all
}

// Versions are the versions of Kubernetes on EKS that dominoc knows, oldest first.
func Versions() []string {
	var all []string
	for _, v := range catalog.Versions() {
		all = append(all, v.Kubernetes)
	}
	return all
}

// IsVersion reports whether a text is a minor version of Kubernetes.
func IsVersion(text string) bool {
	return catalog.Minor(text) > 0 && version(catalog.Minor(text)) == text
}

// KnownPools returns an error if no environment has one of the pools.
func KnownPools(names []string, of []load.Result) error {
	pools := map[string]bool{}
	for _, r := range of {
		for name := range r.Environment.Pools {
			pools[name] = true
		}
	}
	for _, name := range names {
		if pools[name] {
			continue
		}
		err := fmt.Errorf("%s: no environment has this pool", name)
		if near := diag.Nearest(name, slices.Sorted(maps.Keys(pools))); near != "" {
			err = fmt.Errorf("%w: did you mean %s?", err, near)
		}
		return err
	}
	return nil
}
