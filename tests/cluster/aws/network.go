package aws

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// network holds subnets and routes against R9: nodes have private addresses and
// go out through a NAT gateway in their own zone, or through the only one.
func (a *Account) network(ctx context.Context, e Environment, f *findings) error {
	gateways, err := a.natGateways(ctx, e, f)
	if err != nil {
		return err
	}
	groups, err := a.NodeGroups(ctx, e.Name)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, group := range groups {
		for _, id := range group.Subnets {
			if seen[id] {
				continue
			}
			seen[id] = true
			if err := a.privateSubnet(ctx, e, f, gateways, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// natGateways gives the zone of each of the environment's NAT gateways.
func (a *Account) natGateways(ctx context.Context, e Environment, f *findings) (map[string]string, error) {
	found, err := a.EC2.DescribeNatGateways(ctx, &ec2.DescribeNatGatewaysInput{Filter: tagged(e)})
	if err != nil {
		return nil, err
	}
	zones := map[string]string{}
	for _, gateway := range found.NatGateways {
		if gateway.State != types.NatGatewayStateAvailable || tag(gateway.Tags, EnvironmentTag) != e.Name {
			continue // the emulator does not filter these by tags
		}
		subnet, err := a.subnet(ctx, *gateway.SubnetId)
		if err != nil {
			return nil, err
		}
		zones[*gateway.NatGatewayId] = *subnet.AvailabilityZone
		route, err := a.defaultRoute(ctx, *gateway.SubnetId)
		if err != nil {
			return nil, err
		}
		f.want(route.GatewayId != nil && strings.HasPrefix(*route.GatewayId, "igw-"), "R9: the NAT gateway in %s has no way out", *subnet.AvailabilityZone)
		f.want(tag(subnet.Tags, "kubernetes.io/role/elb") == "1", "R9: the public subnet in %s is not for load balancers", *subnet.AvailabilityZone)
	}
	f.want(len(zones) == e.NATGateways, "R9: %d NAT gateways, not %d", len(zones), e.NATGateways)
	return zones, nil
}

func (a *Account) privateSubnet(ctx context.Context, e Environment, f *findings, gateways map[string]string, id string) error {
	subnet, err := a.subnet(ctx, id)
	if err != nil {
		return err
	}
	zone := *subnet.AvailabilityZone
	f.want(!*subnet.MapPublicIpOnLaunch, "R9: nodes in %s get public addresses", zone)
	f.want(tag(subnet.Tags, "kubernetes.io/role/internal-elb") == "1", "R9: the private subnet in %s is not for internal load balancers", zone)
	f.want(tag(subnet.Tags, EnvironmentTag) == e.Name, "the private subnet in %s has the tags %v", zone, subnet.Tags)
	route, err := a.defaultRoute(ctx, id)
	if err != nil {
		return err
	}
	if route.NatGatewayId == nil {
		f.want(false, "R9: the private subnet in %s has no NAT gateway", zone)
		return nil
	}
	through := gateways[*route.NatGatewayId]
	f.want(through == zone || len(gateways) == 1 && through != "", "R9: the private subnet in %s goes out through %q", zone, through)
	return nil
}

// defaultRoute is the way from a subnet to everywhere; it has nothing when there
// is none.
func (a *Account) defaultRoute(ctx context.Context, subnet string) (types.Route, error) {
	found, err := a.EC2.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: filter("association.subnet-id", subnet)})
	if err != nil {
		return types.Route{}, err
	}
	table, err := one("the route tables of "+subnet, found.RouteTables)
	if err != nil {
		return types.Route{}, err
	}
	i := slices.IndexFunc(table.Routes, func(r types.Route) bool {
		return r.DestinationCidrBlock != nil && *r.DestinationCidrBlock == "0.0.0.0/0"
	})
	if i < 0 {
		return types.Route{}, nil
	}
	return table.Routes[i], nil
}

func (a *Account) subnet(ctx context.Context, id string) (types.Subnet, error) {
	found, err := a.EC2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{id}})
	if err != nil {
		return types.Subnet{}, err
	}
	return one("subnet "+id, found.Subnets)
}

// zones are those of some subnets, sorted, each once.
func (a *Account) zones(ctx context.Context, subnets []string) ([]string, error) {
	var zones []string
	for _, id := range subnets {
		subnet, err := a.subnet(ctx, id)
		if err != nil {
			return nil, err
		}
		if subnet.AvailabilityZone == nil {
			return nil, fmt.Errorf("%w: %s", errNoZone, id)
		}
		zones = append(zones, *subnet.AvailabilityZone)
	}
	slices.Sort(zones)
	return slices.Compact(zones), nil
}

func tagged(e Environment) []types.Filter { return filter("tag:"+EnvironmentTag, e.Name) }

func filter(name string, values ...string) []types.Filter {
	return []types.Filter{{Name: &name, Values: values}}
}

func tag(tags []types.Tag, key string) string {
	for _, t := range tags {
		if *t.Key == key {
			return *t.Value
		}
	}
	return ""
}
