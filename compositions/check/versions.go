package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
)

const (
	codeSupportEnded  = "kubernetes-support-ended"
	codeSupportEnding = "kubernetes-support-ending"
	codeVersionAhead  = "kubernetes-version-ahead"
	codeAddonVersion  = "addon-version"
	codeAddonUnknown  = "addon-version-unknown"
)

// notice is how long before its day the end of support is told.
const notice = 90 * 24 * time.Hour

func versionPath() diag.Path { return diag.Path{"cluster", "version"} }

// versions judges the versions of Kubernetes and of add-ons.
func (c *checker) versions() {
	date := judgedOn(c.facts.Date)
	middle, at := c.middle()
	for i := range c.members {
		c.checkSupport(i, date)
		c.checkAhead(i, middle, at)
		c.checkAddons(i)
	}
}

// Offered returns the versions of Kubernetes for a new environment, oldest first:
// those whose standard support on a date (YYYY-MM-DD) lasts for three months more,
// empty for the date of the catalogue's table. The schema refuses none of them, and
// nothing warns of them.
func Offered(date string) []string {
	date = judgedOn(date)
	var all []string
	for _, v := range catalog.Versions() {
		if date < v.EndOfStandardSupport && !soon(date, v.EndOfStandardSupport) {
			all = append(all, v.Kubernetes)
		}
	}
	return all
}

// judgedOn is the date on which support is judged: the one that is given, or that
// of the table, so that a run does not depend on the clock.
func judgedOn(date string) string { return cmp.Or(date, catalog.VersionsAsOf()) }

func (c *checker) checkSupport(member int, date string) {
	v, known := catalog.FindVersion(c.env(member).Cluster.Version)
	if !known {
		return // the plan warns of it
	}
	source := []diag.Note{{Message: fmt.Sprintf("judged on %s (--date); the dates are of %s", date, v.Source)}}
	hint := "upgrade one minor version at a time"
	switch phase := v.Phase(date); {
	case phase == catalog.Ended:
		c.warn(codeSupportEnded, member, versionPath(), problem{
			message: fmt.Sprintf("EKS ended all support of Kubernetes %s on %s; it upgrades such clusters by itself", v.Kubernetes, v.EndOfExtendedSupport),
			hint:    hint, notes: source,
		})
	case phase == catalog.Extended:
		c.warn(codeSupportEnded, member, versionPath(), problem{
			message: fmt.Sprintf("standard support of Kubernetes %s ended on %s; %s", v.Kubernetes, v.EndOfStandardSupport, c.afterwards(member, v)),
			hint:    hint, notes: source,
		})
	case soon(date, v.EndOfStandardSupport):
		c.warn(codeSupportEnding, member, versionPath(), problem{
			message: fmt.Sprintf("standard support of Kubernetes %s ends on %s; then %s", v.Kubernetes, v.EndOfStandardSupport, c.afterwards(member, v)),
			hint:    hint, notes: source,
		})
	}
}

// afterwards is what follows the end of standard support.
func (c *checker) afterwards(member int, v catalog.Version) string {
	if c.env(member).Cluster.SupportType == "EXTENDED" {
		return fmt.Sprintf("extended support costs more and ends on %s", v.EndOfExtendedSupport)
	}
	return "EKS upgrades the control plane by itself, because cluster.supportType is STANDARD"
}

func soon(date, end string) bool {
	from, err := time.Parse(time.DateOnly, date)
	to, bad := time.Parse(time.DateOnly, end)
	return err == nil && bad == nil && to.Sub(from) <= notice
}

// middle is the minor version that at least half of the fleet has or has yet to
// reach, and a member that has it.
func (c *checker) middle() (minor, member int) {
	order := make([]int, len(c.members))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return c.minor(a) - c.minor(b) })
	if len(order) == 0 {
		return 0, noMember
	}
	member = order[(len(order)-1)/2]
	return c.minor(member), member
}

// minor is the 35 of 1.35.
func (c *checker) minor(member int) int { return catalog.Minor(c.env(member).Cluster.Version) }

func (c *checker) checkAhead(member, middle, at int) {
	ahead := c.minor(member) - middle
	if ahead < 2 {
		return
	}
	c.warn(codeVersionAhead, member, versionPath(), problem{
		message: fmt.Sprintf("Kubernetes %s is %d minor versions ahead of the fleet's median, %s; upgrade the fleet one version at a time",
			c.env(member).Cluster.Version, ahead, c.env(at).Cluster.Version),
		hint:   "upgrade the others first",
		notes:  []diag.Note{c.note(at, versionPath(), fmt.Sprintf("environment %q", c.env(at).Name))},
		others: []int{at},
	})
}

// checkAddons compares the add-ons' stated versions with the Kubernetes version.
func (c *checker) checkAddons(member int) {
	kubernetes, addons := c.env(member).Cluster.Version, c.env(member).Cluster.Addons
	for _, name := range slices.Sorted(maps.Keys(addons)) {
		version := addons[name].Version
		if version == "" {
			continue
		}
		switch match := catalog.MatchAddon(name, version, kubernetes); {
		case match == catalog.Matches:
		case name == catalog.KubeProxy:
			c.reportKubeProxy(member, version, kubernetes)
		default:
			c.reportAddon(member, name, version, kubernetes, match)
		}
	}
}

func (c *checker) reportAddon(member int, name, version, kubernetes string, match catalog.Match) {
	versions := fmt.Sprintf("aws eks describe-addon-versions --addon-name %s --kubernetes-version %s", name, kubernetes)
	if match == catalog.Unlisted {
		c.warn(codeAddonUnknown, member, addonPath(name), problem{
			message: fmt.Sprintf("whether %s %s matches Kubernetes %s is not known: AWS's guide lists no version of it", name, version, kubernetes),
			hint:    "remove the version, and AWS chooses a matching one, or accept this when " + versions + " lists it",
			notes:   []diag.Note{c.note(member, versionPath(), "the version of the cluster")},
		})
		return
	}
	listed, _ := catalog.FindAddonVersion(name, kubernetes)
	age, bound := "an older", listed.Earliest
	if match == catalog.Newer {
		age, bound = "a newer", listed.Latest
	}
	c.warn(codeAddonVersion, member, addonPath(name), problem{
		message: fmt.Sprintf("%s %s has %s minor version than any that AWS's guide lists for Kubernetes %s: %s", name, version, age, kubernetes, bound),
		hint:    "remove the version, and AWS chooses a matching one, or accept this when " + versions + " lists it",
		notes:   []diag.Note{c.note(member, versionPath(), "the version of the cluster"), {Message: fmt.Sprintf("the list is of %s, from the Amazon EKS User Guide", catalog.DateOf("addons.csv"))}},
	})
}

func addonPath(name string) diag.Path { return diag.Path{"cluster", "addons", name, "version"} }

func (c *checker) reportKubeProxy(member int, version, kubernetes string) {
	c.warn(codeAddonVersion, member, addonPath(catalog.KubeProxy), problem{
		message: fmt.Sprintf("kube-proxy %s does not match Kubernetes %s; it may be up to %d minor versions older, and never newer", version, kubernetes, catalog.Skew),
		hint:    "remove the version, or use one of v" + kubernetes,
		notes:   []diag.Note{c.note(member, versionPath(), "the version of the cluster")},
	})
}
