package upgrade

import (
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/catalog"
)

// state is what the steps change.
type state struct {
	version  int
	extended bool              // cluster.supportType
	holds    map[string]int    // of pools: the version at which each is held, 0 for none
	images   map[string]string // of pools that state a release of an image
	addons   map[string]string // stated versions, and those that EKS runs
	last     map[string]bool   // pools of the platform, which are released last
	kept     []string          // pools that are not released
}

// start is the state of the environment's file. A pool with an image of the user's is in
// none: the image determines its version.
func (p *planner) start() state {
	cluster := p.Environment.Cluster
	s := state{
		version: catalog.Minor(cluster.Version), extended: cluster.SupportType == "EXTENDED",
		holds: map[string]int{}, images: map[string]string{}, addons: map[string]string{}, last: map[string]bool{}, kept: p.Keep,
	}
	for name, pool := range p.Environment.Pools {
		if pool.AMI != "" {
			continue
		}
		s.holds[name] = catalog.Minor(pool.Version)
		s.last[name] = name == platform || pool.NodePool == platform || pool.Replaces == platform
		if pool.AMIReleaseVersion != "" {
			s.images[name] = pool.AMIReleaseVersion
		}
	}
	for name, stated := range p.Ask.Addons {
		if stated != "" {
			s.addons[name] = stated
		}
	}
	return s
}

// live adds the add-ons' versions that the file does not state.
func (s state) live(l *Live) {
	for name, v := range l.Addons {
		if s.addons[name] == "" {
			s.addons[name] = v
		}
	}
}

// after is the state once a step is merged.
func (s state) after(step Step) state {
	s.holds, s.images, s.addons = maps.Clone(s.holds), maps.Clone(s.images), maps.Clone(s.addons)
	for _, c := range step.Changes {
		text, _ := c.Value.(string)
		switch path := strings.Join(c.Path, "/"); {
		case path == "cluster/version":
			s.version = catalog.Minor(text)
		case path == "cluster/supportType":
			s.extended = text == "EXTENDED"
		case c.Path[0] == "cluster":
			s.addons[c.Path[2]] = text
		case c.Path[2] == "version":
			s.holds[c.Path[1]] = catalog.Minor(text)
		default:
			delete(s.images, c.Path[1])
		}
	}
	return s
}

// behind are the pools that are held back and to be released, those of the platform last:
// nodes of the others are replaced all the time.
func (s state) behind() []string {
	held := s.which(func(held int) bool { return held != 0 && held < s.version })
	return slices.DeleteFunc(held, func(pool string) bool { return slices.Contains(s.kept, pool) })
}

// which are the pools whose hold is such, in the order in which they are released.
func (s state) which(such func(held int) bool) []string {
	var names []string
	for name := range ordered.All(s.holds) {
		if such(s.holds[name]) {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return ordered.TrueFirst(!s.last[a], !s.last[b]) })
	return names
}

const platform = "platform"

// runs is the minor version of a pool's nodes, once all that is merged is done.
func (s state) runs(pool string) int {
	if held := s.holds[pool]; held != 0 {
		return held
	}
	return s.version
}

// outdated are the add-ons whose version is older than any that AWS lists for the version of
// the control plane, with the version to take: one that the version before has as well,
// where there is one, so that the way back stays open. kube-proxy, which is never newer than
// the control plane, follows once no pool is behind.
func (s state) outdated() map[string]string {
	raise := map[string]string{}
	for name, v := range s.addons {
		listed, ok := catalog.FindAddonVersion(name, version(s.version))
		if !ok || catalog.Minor(v) >= catalog.Minor(listed.Earliest) || name == catalog.KubeProxy && len(s.behind()) > 0 {
			continue
		}
		raise[name] = listed.Latest
		if before, ok := catalog.FindAddonVersion(name, version(s.version-1)); ok && name != catalog.KubeProxy && catalog.Minor(listed.Latest) > catalog.Minor(before.Latest) {
			raise[name] = listed.Earliest
		}
	}
	return raise
}
