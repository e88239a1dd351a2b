package plan_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// An interface endpoint costs money by the hour and the zone. There is one for S3
// where clients use it: a client in the VPC uses the gateway if there is one.
func TestThereIsAnS3InterfaceOnlyForThoseWhomNoGatewayServes(t *testing.T) {
	unrouted := existing()
	unrouted.Network.VPC.RouteTables = nil
	asking := peered(prod())
	asking.Network.Endpoints.S3 = true
	for name, c := range map[string]struct {
		env              *v1alpha1.Environment
		gateway          bool
		interfaces       []string
		inboundOnly      bool
		peers            []string
		everyoneInTheVPC bool
	}{
		"a VPC of ours":                           {env: prod(), gateway: true},
		"a VPC of ours with peers":                {env: peered(prod()), gateway: true},
		"a VPC of ours whose peers reach S3":      {env: asking, gateway: true, interfaces: []string{"s3"}, inboundOnly: true, peers: []string{"datacentre", "hub", "warehouse"}},
		"a VPC of the user's with its routes":     {env: peered(existing()), gateway: true, everyoneInTheVPC: true},
		"a VPC of the user's, its routes unknown": {env: unrouted, interfaces: []string{"s3"}, everyoneInTheVPC: true},
	} {
		t.Run(name, func(t *testing.T) {
			p, found := plan.Resolve(c.env, nowhere)
			require.False(t, found.HasErrors(), found)
			e := p.Spec.Endpoints
			require.Equal(t, c.gateway, e.S3Gateway != nil)
			require.Equal(t, append([]string{"ecr-api", "ecr-dkr"}, c.interfaces...), slices.Sorted(maps.Keys(e.Interfaces)))
			require.Equal(t, c.inboundOnly, e.Interfaces["s3"].InboundOnly)
			require.Equal(t, c.peers, slices.Sorted(maps.Keys(e.Peers)))
			require.Equal(t, c.everyoneInTheVPC, e.VPCCIDR != "")
		})
	}
}
