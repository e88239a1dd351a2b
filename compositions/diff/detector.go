package diff

import (
	_ "embed"
	"strings"
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
	find func(comparison) []Danger
}

func detectors() []detector {
	return []detector{
		{"zones", comparison.zones},
		{"control plane", comparison.controlPlane},
		{"versions", comparison.versions},
		{"add-ons behind", comparison.behind},
		{"data lost", comparison.lost},
		{"datasets", comparison.datasets},
		{"data kept shorter", comparison.shortened},
		{"outages", comparison.outages},
		{"policies narrowed", comparison.narrowed},
		{"the key", comparison.rekeyed},
		{"network policy", comparison.networkPolicy},
		{"Calico restarts", comparison.calicoRestarts},
		{"pod addresses", comparison.podAddresses},
		{"nodes closed", comparison.taints},
		{"nodes relabelled", comparison.relabelled},
		{"routes moved", comparison.reroutes},
		{"add-ons scaled down", comparison.scaledDown},
		{"access lost", comparison.lockedOut},
		{"autoscaler", comparison.unscaled},
		{"load balancers", comparison.unbalanced},
		{"drivers", comparison.drivers},
		{"inside the cluster", comparison.inside},
		{"node rolls", comparison.rolls},
		{"stuck", comparison.stuckFields},
		{"sizes", comparison.sizes},
		{"renamed keys", comparison.renamedKeys},
		{"addresses", comparison.addresses},
		{"access", comparison.access},
		{"protection", comparison.protection},
		{"credentials", comparison.credentials},
		{"storage slower", comparison.slower},
		{"way to S3", comparison.gatewayed},
	}
}
