package upgrade

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/rewrite"
	"github.com/dominoc/dominoc/schema/words"
)

// Step is one pull request: edits that are merged together, before the next step.
type Step struct {
	Kind    Kind             `json:"kind"`
	Says    string           `json:"says"`
	Changes []rewrite.Change `json:"-"`
}

// Kind is what a step is about.
type Kind string

// The kinds of steps.
const (
	Addons       Kind = "addons"
	Hold         Kind = "hold"
	ControlPlane Kind = "control-plane"
	Release      Kind = "release"
	Support      Kind = "support"
)

// step is the next one from a state to the target; false if that is reached.
func (p *planner) step(s state) (Step, bool) {
	if p.target < s.version {
		return p.back(s)
	}
	next := s.version + 1
	switch behind, raise, early := s.behind(), s.outdated(), s.early(next); {
	case len(raise) > 0:
		return addons(raise, fmt.Sprintf("state add-on versions that AWS lists for %s", version(s.version))), true
	case len(behind) > 0:
		return p.release(s, behind), true
	case s.version == p.target:
		held := s.which(func(held int) bool { return held != 0 })
		if p.To == "" || len(held) == 0 {
			return Step{}, false
		}
		return Step{Release, fmt.Sprintf("remove the holds at %s: %s", version(s.version), strings.Join(held, ", ")), s.freed(held)}, true
	case len(early) > 0:
		return addons(early, fmt.Sprintf("state add-on versions that match %s and %s", version(s.version), version(next))), true
	case len(s.following()) > 0:
		return Step{Hold, fmt.Sprintf("hold the pools at %s, so that EKS can roll the control plane back after its upgrade", version(s.version)), hold(s.following(), s.version)}, true
	}
	return controlPlane("upgrade the control plane to "+version(next), next), true
}

// back is the next step of a rollback by one minor version: the nodes first, then the
// add-ons, then the control plane.
func (p *planner) back(s state) (Step, bool) {
	newer := s.which(func(held int) bool { return held == 0 || held > p.target })
	lower := s.late(p.target)
	switch phase := phaseOf(version(p.target), p.Date); {
	case len(newer) > 0:
		changes := append(hold(newer, p.target), s.imagesOf(newer)...)
		return Step{Hold, fmt.Sprintf("set the pools to %s, because no node may be newer: %s", version(p.target), strings.Join(newer, ", ")), changes}, true
	case len(lower) > 0:
		return addons(lower, fmt.Sprintf("state add-on versions that AWS lists for %s", version(p.target))), true
	case phase == catalog.Extended && !s.extended:
		return Step{Support, fmt.Sprintf("set cluster.supportType to EXTENDED: %s is in extended support, and EKS rolls back to it only with that", version(p.target)),
			[]rewrite.Change{{Path: diag.Path{"cluster", "supportType"}, Value: "EXTENDED"}}}, true
	}
	return controlPlane("roll the control plane back to "+version(p.target), p.target), true
}

// following are the pools that an upgrade of the control plane would roll.
func (s state) following() []string { return s.which(func(held int) bool { return held == 0 }) }

func hold(pools []string, at int) []rewrite.Change {
	var changes []rewrite.Change
	for _, pool := range pools {
		changes = append(changes, rewrite.Change{Path: diag.Path{"pools", pool, "version"}, Value: version(at)})
	}
	return changes
}

// release lets pools follow the control plane again: all, or the first one.
func (p *planner) release(s state, behind []string) Step {
	if !p.All {
		behind = behind[:1]
	}
	says := fmt.Sprintf("release the %s %s: EKS replaces the nodes with nodes of %s", nouns(len(behind), "pool"), strings.Join(behind, ", "), version(s.version))
	if s.imagesOf(behind) != nil {
		says += ", with the newest image, because the stated release is for the version before"
	}
	return Step{Release, says, s.freed(behind)}
}

// freed removes the holds of pools, and releases of images that are of the held version.
func (s state) freed(pools []string) []rewrite.Change {
	var changes []rewrite.Change
	for _, pool := range pools {
		changes = append(changes, rewrite.Change{Path: diag.Path{"pools", pool, "version"}})
	}
	return append(changes, s.imagesOf(s.moved(pools))...)
}

// moved are those of pools whose nodes get another version when they follow.
func (s state) moved(pools []string) []string {
	return slices.DeleteFunc(slices.Clone(pools), func(pool string) bool { return s.runs(pool) == s.version })
}

// imagesOf removes the stated releases of images. EKS then takes the newest image of the
// pool's version.
func (s state) imagesOf(pools []string) []rewrite.Change {
	var changes []rewrite.Change
	for _, pool := range pools {
		if s.images[pool] != "" {
			changes = append(changes, rewrite.Change{Path: diag.Path{"pools", pool, "amiReleaseVersion"}})
		}
	}
	return changes
}

func controlPlane(says string, to int) Step {
	return Step{ControlPlane, says, []rewrite.Change{{Path: diag.Path{"cluster", "version"}, Value: version(to)}}}
}

// addons states versions of add-ons.
func addons(versions map[string]string, says string) Step {
	step := Step{Kind: Addons, Says: says + ": " + strings.Join(slices.Sorted(maps.Keys(versions)), ", ")}
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		step.Changes = append(step.Changes, rewrite.Change{Path: diag.Path{"cluster", "addons", name, "version"}, Value: versions[name]})
	}
	return step
}

// early are the add-ons that are too old for the next version and for which AWS lists one
// that suits both, with that version. kube-proxy, which may be older, follows the nodes.
func (s state) early(next int) map[string]string {
	raise := map[string]string{}
	for name, v := range s.addons {
		now, ok := catalog.FindAddonVersion(name, version(s.version))
		then, also := catalog.FindAddonVersion(name, version(next))
		if !ok || !also || name == catalog.KubeProxy {
			continue
		}
		if catalog.Minor(v) < catalog.Minor(then.Earliest) && catalog.Minor(then.Earliest) <= catalog.Minor(now.Latest) {
			raise[name] = now.Latest
		}
	}
	return raise
}

// late are the add-ons that are too new for an older version, with the one to take.
func (s state) late(target int) map[string]string {
	lower := map[string]string{}
	for name, v := range s.addons {
		if listed, ok := catalog.FindAddonVersion(name, version(target)); ok && catalog.Minor(v) > catalog.Minor(listed.Latest) {
			lower[name] = listed.Latest
		}
	}
	return lower
}

// nouns is a noun, in the plural where there are several.
func nouns(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return words.Plural(noun)
}
