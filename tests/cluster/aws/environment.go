package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Environment is what an environment's file asks of AWS, as far as the demands
// look at it.
type Environment struct {
	Name, Account, Region string
	Zones                 []string // of the nodes
	ControlPlaneZones     []string
	PublicCIDRs           []string // that reach the API; none when it has no public endpoint
	Version               string   // of Kubernetes
	Pools                 map[string]Pool
	NATGateways           int
	Addons                []string
	NoncurrentDays        map[string]int32 // until an old version of an object expires, by bucket
	Protected             bool
}

// Pool is a set of node groups, one in each zone.
type Pool struct {
	Sizes         []Size // by zone, in the order of the environment's
	InstanceTypes []string
	DiskGiB       int32
	AMIType       string
	CapacityType  string
	Labels        map[string]string
	Taints        []string // key=value:Effect
	Role          string   // of the nodes
}

// Size of a node group.
type Size struct{ Min, Max, Desired int32 }

// EnvironmentTag is on everything that belongs to an environment.
const EnvironmentTag = "dominoc.dev/environment"

// Bucket is the name of one of an environment's buckets: backups, data, logs or
// registry.
func (e Environment) Bucket(purpose string) string {
	return e.Name + "-" + e.Account + "-" + purpose
}

// Missing says what AWS does not hold of what the install page demands.
func (a *Account) Missing(ctx context.Context, e Environment) ([]string, error) {
	var all []string
	for _, demand := range []func(context.Context, Environment, *findings) error{
		a.controlPlane, a.pools, a.network, a.addons, a.controllerRole, a.installerDrivers, a.datasets, a.buckets, a.nodePolicies,
	} {
		f := &findings{}
		if err := demand(ctx, e, f); err != nil {
			all = append(all, err.Error())
		}
		all = append(all, f.said...)
	}
	slices.Sort(all)
	return all, nil
}

// findings are sentences on what is not as demanded.
type findings struct{ said []string }

// want finds fault with what is not so.
func (f *findings) want(so bool, format string, args ...any) {
	if !so {
		f.said = append(f.said, fmt.Sprintf(format, args...))
	}
}

// one is the only item of a list.
func one[T any](what string, items []T) (T, error) {
	if len(items) == 1 {
		return items[0], nil
	}
	var none T
	return none, fmt.Errorf("%d of %s, not one", len(items), what)
}

var errNoZone = errors.New("a subnet without a zone")
