package catalog

// Version is a minor version of Kubernetes on EKS, with the dates (YYYY-MM-DD) on which its
// support ends.
type Version struct {
	Kubernetes           string // such as 1.35
	EndOfStandardSupport string
	EndOfExtendedSupport string
	Source               string // where the dates are from, with its date or commit
}

// FindVersion returns the known dates of a Kubernetes version.
func FindVersion(kubernetes string) (Version, bool) {
	for _, v := range versions() {
		if v.Kubernetes == kubernetes {
			return v, true
		}
	}
	return Version{}, false
}

// Versions returns all known versions, oldest first.
func Versions() []Version { return versions() }

// VersionsAsOf returns the day (YYYY-MM-DD) of the versions.
func VersionsAsOf() string { return DateOf("eks-versions.csv") }

var versions = list("eks-versions.csv", func(r row) Version {
	return Version{r.text("kubernetes_version"), r.text("end_of_standard_support"), r.text("end_of_extended_support"), r.text("source")}
})
