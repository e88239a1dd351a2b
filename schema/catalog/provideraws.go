package catalog

import "sync"

// ProviderAWS is a release of Crossplane's provider-aws, and what it can do.
type ProviderAWS struct {
	Release      string // such as v2.6.0
	SizesInPlace bool   // it changes the sizes of a node group and leaves the desired size to the autoscaler
	Refused      string // why no fleet can use it; empty if one can
}

// FindProviderAWS returns what is known of a release; false for an unknown one.
func FindProviderAWS(release string) (ProviderAWS, bool) {
	for _, known := range providerAWSReleases() {
		if known.Release == release {
			return known, true
		}
	}
	return ProviderAWS{Release: release}, false
}

// ProviderAWSReleases are all known releases, oldest first.
func ProviderAWSReleases() []ProviderAWS { return providerAWSReleases() }

var providerAWSReleases = sync.OnceValue(func() []ProviderAWS {
	var all []ProviderAWS
	rows("provider-aws-releases.csv", func(r row) {
		all = append(all, ProviderAWS{r.text("release"), r.text("sizes_in_place") == "true", r.text("refused")})
	})
	return all
})
