package plan

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// checkRegionOfferings warns of a region whose offerings are unknown, and of zones that the
// catalogue does not list for it.
func (r *resolver) checkRegionOfferings() {
	if r.region.Name == "" {
		return // refused already
	}
	if _, known := catalog.FindOfferings(r.region.Name); !known {
		r.warn("instance-offerings-unknown", diag.Path{"region"}, problem{
			message: fmt.Sprintf("this dominoc has no list of the instance types that EC2 offers in %q: the pools' types are not checked", r.region.Name),
			hint:    "list them with: aws ec2 describe-instance-type-offerings --region " + r.region.Name,
		})
	}
	r.checkZonesKnown("zones", r.env.Zones)
	r.checkZonesKnown("controlPlaneZones", r.env.ControlPlaneZones)
}

func (r *resolver) checkZonesKnown(field string, zones []string) {
	offered, _ := catalog.FindOfferings(r.region.Name)
	for i, zone := range zones {
		letter := strings.TrimPrefix(zone, r.region.Name)
		if offered.Zones == "" || strings.Contains(offered.Zones, letter) {
			continue
		}
		r.warn("zone-unknown", diag.Path{field}.Index(i), problem{
			message: fmt.Sprintf("%q is not among the zones that an account had in %q on %s, which are %s; zones differ between accounts",
				zone, r.region.Name, catalog.OfferingsAsOf(), strings.Join(catalog.ZonesOf(r.region.Name), ", ")),
			hint: "list yours with: aws ec2 describe-availability-zones --region " + r.region.Name,
		})
	}
}

// checkOffered refuses a type that the region does not offer, and warns of one that some zone
// of the pool lacks: EKS creates no node group with it, not even an empty one. The refusal
// can be accepted, because EC2 may offer more since the date of the data.
func (r *resolver) checkOffered(path diag.Path, name string, pool v1alpha1.Pool, t catalog.Instance) {
	region := r.region.Name
	offered, known := catalog.FindOfferings(region)
	switch {
	case !known:
		return
	case offered.Has(t.Type):
		r.checkOfferedInZones(path, name, pool, t, offered)
	case catalog.OfferedAnywhere(t.Type):
		r.refuseUnlessAccepted("instance-type-region", path, problem{
			message: fmt.Sprintf("EC2 does not offer %q in %q according to its list of %s, and EKS refuses a node group of it", t.Type, region, catalog.OfferingsAsOf()),
			hint:    cmp.Or(would(t, r.wanted(name, pool)), fmt.Sprintf("no type there suits pool %q: remove the pool, or use another region", name)),
		})
	case t.VCPUs > 0: // else it is unknown as a whole
		r.warn("instance-type-unknown", path, problem{
			message: fmt.Sprintf("%q was not offered in any region on %s: whether %q offers it is not checked", t.Type, catalog.OfferingsAsOf(), region),
			hint:    askOfferings(region, t.Type),
		})
	}
}

func (r *resolver) checkOfferedInZones(path diag.Path, name string, pool v1alpha1.Pool, t catalog.Instance, offered catalog.Offerings) {
	lacking := offered.Lacks(t.Type, r.letters(pool))
	if lacking == "" {
		return
	}
	var zones []string
	for _, letter := range lacking {
		zones = append(zones, strconv.Quote(r.region.Name+string(letter)))
	}
	everywhere := func(other catalog.Instance) bool {
		return r.wanted(name, pool)(other) && offered.Lacks(other.Type, r.letters(pool)) == ""
	}
	hint := askOfferings(r.region.Name, t.Type)
	if instead := would(t, everywhere); instead != "" {
		hint += "; " + instead
	}
	r.warn("instance-type-zone", path, problem{
		message: fmt.Sprintf("EC2 does not offer %q in %s according to the zones of one account on %s, and EKS refuses a node group there; the letters of zones differ between accounts",
			t.Type, strings.Join(zones, ", "), catalog.OfferingsAsOf()),
		hint: hint,
	})
}

// letters returns the letters of the pool's zones.
func (r *resolver) letters(pool v1alpha1.Pool) string {
	var letters strings.Builder
	for _, zone := range r.poolZones(pool) {
		letters.WriteString(strings.TrimPrefix(zone, r.region.Name))
	}
	return letters.String()
}

func askOfferings(region, instanceType string) string {
	return fmt.Sprintf("see yours with: aws ec2 describe-instance-type-offerings --region %s --location-type availability-zone --filters Name=instance-type,Values=%s", region, instanceType)
}

// mayOffer reports whether the region offers a type, as far as is known.
func (r *resolver) mayOffer(instanceType string) bool {
	offered, known := catalog.FindOfferings(r.region.Name)
	return !known || offered.Has(instanceType)
}
