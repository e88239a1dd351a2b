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

var addonVersions = index("addons.csv", func(r row) ([2]string, AddonVersion) {
	v := AddonVersion{r.text("addon"), r.text("kubernetes_version"), r.text("earliest_version"), r.text("latest_version"), r.text("source")}
	return [2]string{v.Addon, v.Kubernetes}, v
})
