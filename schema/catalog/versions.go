package catalog

import (
	"sync"
	"time"
)

// Version is a minor version of Kubernetes on EKS, with the dates
// (YYYY-MM-DD) on which its support ends. The core has no clock: what has
// passed, the reader of a report decides.
type Version struct {
	Kubernetes           string // such as 1.35
	EndOfStandardSupport string
	EndOfExtendedSupport string
	Source               string // where the dates are from, with its date or commit
}

// FindVersion is what is known of a Kubernetes version.
func FindVersion(kubernetes string) (Version, bool) {
	for _, v := range versions() {
		if v.Kubernetes == kubernetes {
			return v, true
		}
	}
	return Version{}, false
}

// Versions are all known versions, oldest first.
func Versions() []Version { return versions() }

// VersionsAsOf is the day (YYYY-MM-DD) that the newest source of the versions
// is of: what happened since, they do not tell.
func VersionsAsOf() string {
	newest := ""
	for _, v := range versions() {
		day := v.Source[max(0, len(v.Source)-len(time.DateOnly)):]
		if _, err := time.Parse(time.DateOnly, day); err == nil {
			newest = max(newest, day)
		}
	}
	return newest
}

var versions = sync.OnceValue(func() []Version {
	var all []Version
	rows("eks-versions.csv", func(r row) {
		all = append(all, Version{r.text("kubernetes_version"), r.text("end_of_standard_support"), r.text("end_of_extended_support"), r.text("source")})
	})
	return all
})
