package catalog

import (
	"strconv"
	"strings"
)

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

// Phase is the support that EKS gives a version.
type Phase string

// The phases, in their order.
const (
	Standard Phase = "standard"
	Extended Phase = "extended"
	Ended    Phase = "ended"
)

// Phase returns the support of the version on a date (YYYY-MM-DD). A phase ends at the
// beginning of the day that the table has for its end. Dates compare as text.
func (v Version) Phase(date string) Phase {
	switch {
	case date >= v.EndOfExtendedSupport:
		return Ended
	case date >= v.EndOfStandardSupport:
		return Extended
	}
	return Standard
}

// Minor returns the minor number of a version: the 35 of 1.35 and of v1.35.3-eksbuild.2; 0
// for a text that is not a version.
func Minor(version string) int {
	_, rest, _ := strings.Cut(version, ".")
	number, _, _ := strings.Cut(rest, ".")
	n, _ := strconv.Atoi(number)
	return n
}

// Versions returns all known versions, oldest first.
func Versions() []Version { return versions() }

// VersionsAsOf returns the day (YYYY-MM-DD) of the versions.
func VersionsAsOf() string { return DateOf("eks-versions.csv") }

var versions = list("eks-versions.csv", func(r row) Version {
	return Version{r.text("kubernetes_version"), r.text("end_of_standard_support"), r.text("end_of_extended_support"), r.text("source")}
})
