package catalog

import "strings"

// Region is an AWS region.
type Region struct {
	Name      string
	Partition string // aws, aws-us-gov or aws-cn: the second part of every ARN
	DNSSuffix string // such as amazonaws.com
	OptIn     bool   // the account must enable it first

	// LoadBalancerLogAccount is the AWS account that writes the logs of load balancers;
	// empty if a service principal does.
	LoadBalancerLogAccount string
}

// FindRegion returns the region with a name.
func FindRegion(name string) (Region, bool) {
	for _, r := range regions() {
		if r.Name == name {
			return r, true
		}
	}
	return Region{}, false
}

// RegionNamed returns the region with a name, which may be newer than the catalogue:
// its partition follows from how AWS names regions, and in a new region a service
// principal writes the logs of load balancers (Elastic Load Balancing user guide,
// "Enable access logs").
func RegionNamed(name string) Region {
	if r, known := FindRegion(name); known {
		return r
	}
	r := Region{Name: name, Partition: "aws", DNSSuffix: "amazonaws.com", OptIn: true}
	switch {
	case strings.HasPrefix(name, "us-gov-"):
		r.Partition, r.OptIn = "aws-us-gov", false
	case strings.HasPrefix(name, "cn-"):
		r.Partition, r.DNSSuffix, r.OptIn = "aws-cn", "amazonaws.com.cn", false
	}
	return r
}

// Regions returns all regions, in the order of the data: partition by partition.
func Regions() []Region { return regions() }

// WithoutControlPlane returns the id of the region's zone in which EKS places no
// control plane, such as use1-az3; empty if EKS uses all zones. The letter of the zone
// differs between accounts.
func (r Region) WithoutControlPlane() string { return zonesWithoutControlPlane()[r.Name] }

var zonesWithoutControlPlane = index("control-plane-zones.csv", func(r row) (region, zone string) {
	return r.text("region"), r.text("zone_id")
})

var regions = list("regions.csv", func(r row) Region {
	return Region{r.text("region"), r.text("partition"), r.text("dns_suffix"), r.text("opt_in") == "yes", r.text("elb_log_account_id")}
})
