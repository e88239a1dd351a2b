package diff

import (
	_ "embed"
	"strings"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

//go:embed detectors.txt
var detectorTable string

// A Detector finds the dangers of one sort.
type Detector struct {
	Name string

	// Fields are the fields of an environment's file whose change it may report,
	// as the schema names them, with * for the name in a map and for an element of
	// a list. A test changes every field of the schema and compares.
	Fields []string

	find func(comparison)
}

// Detectors returns all detectors.
func Detectors() []Detector {
	fields := map[string][]string{}
	for line := range strings.Lines(detectorTable) {
		if name, list, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
			fields[name] = strings.Fields(list)
		}
	}
	all := detectors()
	for i := range all {
		all[i].Fields = fields[all[i].Name]
	}
	return all
}

// ofSpecs skips a detector if one of the two specs is unknown.
func ofSpecs(find func(c comparison, before, after *v1alpha1.EnvironmentSpec)) func(comparison) {
	return func(c comparison) {
		if before, after, known := c.specs(); known {
			find(c, before, after)
		}
	}
}

// ofStaying skips a detector if the environment is removed.
func ofStaying(find func(comparison)) func(comparison) {
	return func(c comparison) {
		if c.head != nil {
			find(c)
		}
	}
}

func detectors() []Detector {
	return []Detector{
		{"zones", nil, ofSpecs(comparison.zones)},
		{"installation taken over", nil, ofSpecs(comparison.adoption)},
		{"control plane", nil, ofSpecs(comparison.controlPlane)},
		{"versions", nil, comparison.versions},
		{"add-ons behind", nil, ofStaying(comparison.behind)},
		{"data lost", nil, comparison.lost},
		{"datasets", nil, ofSpecs(comparison.datasets)},
		{"data kept shorter", nil, comparison.shortened},
		{"data expires", nil, ofSpecs(comparison.expires)},
		{"outages", nil, comparison.outages},
		{"policies narrowed", nil, ofStaying(comparison.narrowed)},
		{"the key", nil, comparison.rekeyed},
		{"network policy", nil, ofSpecs(comparison.networkPolicy)},
		{"Calico restarts", nil, ofSpecs(comparison.calicoRestarts)},
		{"pod addresses", nil, ofSpecs(comparison.podAddresses)},
		{"nodes closed", nil, ofStaying(comparison.taints)},
		{"pools closed", nil, ofStaying(comparison.drains)},
		{"nodes relabelled", nil, ofStaying(comparison.relabelled)},
		{"routes moved", nil, ofStaying(comparison.reroutes)},
		{"add-ons scaled down", nil, ofStaying(comparison.scaledDown)},
		{"access lost", nil, ofSpecs(comparison.lockedOut)},
		{"autoscaler", nil, ofSpecs(comparison.unscaled)},
		{"load balancers", nil, ofSpecs(comparison.unbalanced)},
		{"drivers", nil, ofSpecs(comparison.drivers)},
		{"roles of pods", nil, ofSpecs(comparison.disrobed)},
		{"inside the cluster", nil, ofSpecs(comparison.inside)},
		{"node rolls", nil, comparison.rolls},
		{"stuck", nil, comparison.stuckFields},
		{"sizes", nil, comparison.sizes},
		{"renamed keys", nil, comparison.renamedKeys},
		{"addresses", nil, ofStaying(comparison.addresses)},
		{"access", nil, ofStaying(comparison.access)},
		{"protection", nil, ofStaying(comparison.protection)},
		{"credentials", nil, comparison.credentials},
		{"storage slower", nil, comparison.slower},
		{"way to S3", nil, ofStaying(comparison.gatewayed)},
		{"names taken", nil, comparison.namesTaken},
	}
}
