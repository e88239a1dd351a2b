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
}

// Detectors are all detectors.
func Detectors() []Detector {
	fields := map[string][]string{}
	for line := range strings.Lines(detectorTable) {
		if name, list, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
			fields[name] = strings.Fields(list)
		}
	}
	var all []Detector
	for _, d := range detectors() {
		all = append(all, Detector{d.name, fields[d.name]})
	}
	return all
}

// detector is a Detector with what it does.
type detector struct {
	name string
	find func(comparison)
}

// ofSpecs finds nothing where one of the two specs is not known.
func ofSpecs(find func(c comparison, before, after *v1alpha1.EnvironmentSpec)) func(comparison) {
	return func(c comparison) {
		if before, after, known := c.specs(); known {
			find(c, before, after)
		}
	}
}

// ofStaying finds nothing about an environment that is removed.
func ofStaying(find func(comparison)) func(comparison) {
	return func(c comparison) {
		if c.head != nil {
			find(c)
		}
	}
}

func detectors() []detector {
	return []detector{
		{"zones", ofSpecs(comparison.zones)},
		{"control plane", ofSpecs(comparison.controlPlane)},
		{"versions", comparison.versions},
		{"add-ons behind", ofStaying(comparison.behind)},
		{"data lost", comparison.lost},
		{"datasets", ofSpecs(comparison.datasets)},
		{"data kept shorter", comparison.shortened},
		{"outages", comparison.outages},
		{"policies narrowed", ofStaying(comparison.narrowed)},
		{"the key", comparison.rekeyed},
		{"network policy", ofSpecs(comparison.networkPolicy)},
		{"Calico restarts", ofSpecs(comparison.calicoRestarts)},
		{"pod addresses", ofSpecs(comparison.podAddresses)},
		{"nodes closed", ofStaying(comparison.taints)},
		{"nodes relabelled", ofStaying(comparison.relabelled)},
		{"routes moved", ofStaying(comparison.reroutes)},
		{"add-ons scaled down", ofStaying(comparison.scaledDown)},
		{"access lost", ofSpecs(comparison.lockedOut)},
		{"autoscaler", ofSpecs(comparison.unscaled)},
		{"load balancers", ofSpecs(comparison.unbalanced)},
		{"drivers", ofSpecs(comparison.drivers)},
		{"inside the cluster", ofSpecs(comparison.inside)},
		{"node rolls", comparison.rolls},
		{"stuck", comparison.stuckFields},
		{"sizes", comparison.sizes},
		{"renamed keys", comparison.renamedKeys},
		{"addresses", ofStaying(comparison.addresses)},
		{"access", ofStaying(comparison.access)},
		{"protection", ofStaying(comparison.protection)},
		{"credentials", comparison.credentials},
		{"storage slower", comparison.slower},
		{"way to S3", ofStaying(comparison.gatewayed)},
	}
}
