package catalog

// AddonVersion is the range of versions of an add-on that AWS's guide has listed for a
// Kubernetes version. Older and newer versions may work as well.
type AddonVersion struct {
	Addon      string // such as coredns
	Kubernetes string // such as 1.32
	Earliest   string // such as v1.11.4-eksbuild.2
	Latest     string // such as v1.11.4-eksbuild.40
	Source     string
}

// FindAddonVersion returns what is known of an add-on on a Kubernetes version.
func FindAddonVersion(addon, kubernetes string) (AddonVersion, bool) {
	v, known := addonVersions()[[2]string{addon, kubernetes}]
	return v, known
}

// KubeProxy is the add-on that may be older than the control plane, as nodes may be.
const KubeProxy = "kube-proxy"

// Skew is the number of minor versions that nodes and kube-proxy may be behind the control
// plane (Kubernetes, "Version Skew Policy").
const Skew = 3

// Match says how a version of an add-on matches a version of Kubernetes.
type Match string

// The matches.
const (
	Matches  Match = "good"
	TooOld   Match = "too old"
	TooNew   Match = "too new"           // for kube-proxy
	Newer    Match = "newer than listed" // than any that AWS's guide lists
	Unlisted Match = "not known"         // AWS's guide lists no version of the add-on
)

// MatchAddon compares a version of an add-on with what AWS's guide lists for a version of
// Kubernetes: by minor version, because the guide never lists all builds. kube-proxy is
// compared by Skew.
func MatchAddon(addon, version, kubernetes string) Match {
	oldest, newest, newer := Minor(kubernetes)-Skew, Minor(kubernetes), TooNew
	if addon != KubeProxy {
		listed, known := FindAddonVersion(addon, kubernetes)
		if !known {
			return Unlisted
		}
		oldest, newest, newer = Minor(listed.Earliest), Minor(listed.Latest), Newer
	}
	switch {
	case Minor(version) < oldest:
		return TooOld
	case Minor(version) > newest:
		return newer
	}
	return Matches
}

var addonVersions = index("addons.csv", func(r row) ([2]string, AddonVersion) {
	v := AddonVersion{r.text("addon"), r.text("kubernetes_version"), r.text("earliest_version"), r.text("latest_version"), r.text("source")}
	return [2]string{v.Addon, v.Kubernetes}, v
})
