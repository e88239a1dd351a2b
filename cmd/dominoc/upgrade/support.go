package upgrade

import (
	"cmp"
	"fmt"
	"time"

	"github.com/dominoc/dominoc/schema/catalog"
)

// unknown is the phase of a version that the table of versions does not have.
const unknown catalog.Phase = "unknown"

// SupportOf is the support of a version.
type SupportOf struct {
	Phase    catalog.Phase `json:"phase"`
	Standard string        `json:"standardUntil,omitempty"` // YYYY-MM-DD
	Extended string        `json:"extendedUntil,omitempty"`
	Says     string        `json:"says"`
}

// The price of a control plane for an hour, in US dollars: AWS Containers blog, "Amazon EKS
// extended support for Kubernetes versions pricing",
// https://aws.amazon.com/blogs/containers/amazon-eks-extended-support-for-kubernetes-versions-pricing/.
const (
	standardPrice = "0.10"
	extendedPrice = "0.60"
)

// phaseOf returns the phase of a version on a day.
func phaseOf(version, date string) catalog.Phase {
	if v, ok := catalog.FindVersion(version); ok {
		return v.Phase(date)
	}
	return unknown
}

// supportOf is the support of a version, and what its end leads to: extended support where
// the environment takes that, else an upgrade by EKS.
func supportOf(version string, extended bool, date string) SupportOf {
	v, _ := catalog.FindVersion(version)
	s := SupportOf{Phase: phaseOf(version, date), Standard: v.EndOfStandardSupport, Extended: v.EndOfExtendedSupport}
	price := fmt.Sprintf("%s USD per cluster hour instead of %s", extendedPrice, standardPrice)
	after := fmt.Sprintf("then extended, at %s, until %s", price, s.Extended)
	if !extended {
		after = "then EKS upgrades the control plane by itself (cluster.supportType STANDARD)"
	}
	switch s.Phase {
	case catalog.Standard:
		s.Says = fmt.Sprintf("standard until %s, %s; %s", s.Standard, left(date, s.Standard), after)
	case catalog.Extended:
		s.Says = fmt.Sprintf("standard ended on %s; extended until %s, %s, at %s", s.Standard, s.Extended, left(date, s.Extended), price)
		if !extended {
			s.Says = fmt.Sprintf("standard ended on %s: EKS upgrades the control plane by itself (cluster.supportType STANDARD)", s.Standard)
		}
	case catalog.Ended:
		s.Says = fmt.Sprintf("all support ended on %s: EKS upgrades the control plane by itself", s.Extended)
	case unknown:
		s.Says = fmt.Sprintf("unknown: dominoc's table of versions is dated %s", catalog.VersionsAsOf())
	}
	return s
}

// left is how far away a day is.
func left(date, until string) string {
	from, err := time.Parse(time.DateOnly, date)
	to, bad := time.Parse(time.DateOnly, until)
	if cmp.Or(err, bad) != nil {
		return ""
	}
	switch days := int(to.Sub(from).Hours() / 24); days {
	case 1:
		return "tomorrow"
	default:
		return fmt.Sprintf("in %d days", days)
	}
}
