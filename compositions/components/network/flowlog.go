package network

import (
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// aggregation is the longest that AWS collects before it writes, in seconds:
// the fewest files.
const aggregation = 600

func (n network) flowLog(spec *v1alpha1.FlowLogSpec) []resource.Resource {
	if spec == nil {
		return nil
	}
	vpc, ref := resource.Resolve(spec.VPC)
	return []resource.Resource{n.Managed("flow-log", ec2.FlowLog_GroupVersionKind, &ec2.FlowLog{
		Spec: ec2.FlowLogSpec{ForProvider: ec2.FlowLogParameters{
			Region:                 &n.Region,
			VPCID:                  vpc,
			VPCIDRef:               ref,
			LogDestinationType:     new("s3"),
			LogDestination:         &spec.BucketARN,
			TrafficType:            new("REJECT"),
			MaxAggregationInterval: resource.Number(aggregation),
			Tags:                   n.TagsOf(n.Name),
		}},
	})}
}
