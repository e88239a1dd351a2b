package catalog

import (
	"slices"
	"strings"
	"sync"
)

// Offerings are the instance types that a region offers, as one account saw them
// on the day OfferingsAsOf.
type Offerings struct {
	// Zones are the letters of the region's zones; empty where they are unknown.
	// Which zone has which letter differs from account to account.
	Zones string

	zones map[string]string // by type: the letters of its zones, empty for all
}

// FindOfferings returns the types of a region; false if the data lacks the region.
func FindOfferings(region string) (Offerings, bool) {
	find, known := offerings()[region]
	if !known {
		return Offerings{}, false
	}
	return find(), true
}

// Has reports whether some zone of the region offers the type.
func (o Offerings) Has(instanceType string) bool {
	_, offered := o.zones[instanceType]
	return offered
}

// Lacks returns the letters of the zones that do not offer a type of the region, without
// letters that the data does not know.
func (o Offerings) Lacks(instanceType, letters string) string {
	zones := o.zones[instanceType]
	if zones == "" {
		return ""
	}
	return strings.Map(func(letter rune) rune {
		if strings.ContainsRune(o.Zones, letter) && !strings.ContainsRune(zones, letter) {
			return letter
		}
		return -1
	}, letters)
}

// OfferedAnywhere reports whether a region offers the type. If none does, the type is newer
// than the data, or is no longer offered.
func OfferedAnywhere(instanceType string) bool {
	for _, find := range offerings() {
		if find().Has(instanceType) {
			return true
		}
	}
	return false
}

// ZonesOf returns the zones of a region as one account sees them; none if they are unknown.
func ZonesOf(region string) []string {
	var zones []string
	offered, _ := FindOfferings(region)
	for _, letter := range offered.Zones {
		zones = append(zones, region+string(letter))
	}
	return zones
}

// OfferingsAsOf returns the day (YYYY-MM-DD) of the offerings.
func OfferingsAsOf() string { return DateOf("ec2-offerings.csv") }

// offerings returns the offerings by region. The types of a region are parsed when they are
// first used, because a run uses few of the regions.
var offerings = index("ec2-offerings.csv", func(r row) (string, func() Offerings) {
	zones, types := r.text("zones"), r.text("types")
	return r.text("region"), sync.OnceValue(func() Offerings { return parseOfferings(zones, types) })
})

func parseOfferings(zones, types string) Offerings {
	o := Offerings{Zones: zones, zones: make(map[string]string, 1000)}
	for text := range strings.FieldsSeq(types) {
		name, letters, _ := strings.Cut(text, ":")
		o.zones[name] = letters
	}
	return o
}

// DefaultType is the instance type that a pool has by default in a region which
// does not offer the usual one.
type DefaultType struct {
	Region   string
	NodePool string // the label of the pool, such as platform
	Type     string
}

// DefaultTypes returns the exceptions from the usual defaults, in the order of the data. None
// is ever removed.
func DefaultTypes() []DefaultType { return slices.Clone(defaultTypes()) }

var defaultTypes = list("default-instance-types.csv", func(r row) DefaultType {
	return DefaultType{r.text("region"), r.text("node_pool"), r.text("instance_type")}
})
