// Package random makes valid environments for property tests, of every shape that the schema
// allows and the compiler knows. In goes a source of random numbers; out comes an environment
// as the schema decodes it, with defaults. Equal sources give equal environments.
package random

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// New returns a source of random numbers for a seed.
func New(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// Environment returns a valid environment.
func Environment(rng *rand.Rand) *v1alpha1.Environment {
	g := generator{rng}
	region := pick(g, catalog.Regions())
	zones := g.zones(region.Name)
	env := &v1alpha1.Environment{
		Name:     g.name(3, 32),
		Account:  g.digits(12),
		Region:   region.Name,
		Zones:    zones[:pick(g, []int{1, 3, 3})],
		Cluster:  g.cluster(region),
		Deletion: pick(g, []v1alpha1.Deletion{"protect", "allow"}),
		Tags:     g.tags(), Accept: map[string]string{},
		Provider: v1alpha1.Provider{Source: pick(g, []v1alpha1.CredentialsSource{"PodIdentity", "IRSA", "WebIdentity", "Upbound"})},
	}
	env.Tagging = v1alpha1.Tagging{AutoScalingGroups: len(env.Name)%2 == 0, NetworkInterfaces: len(env.Tags)%2 == 0} // derived: a draw would change every environment
	env.ControlPlaneZones = zones[:g.between(2, 3)]
	if g.one(3) {
		env.Provider.RoleARN = arn(region, "iam", "", env.Account, "role/"+g.name(3, 20))
	}
	if g.one(3) {
		env.Encryption.KeyARN = arn(region, "kms", region.Name, env.Account, "key/"+g.name(3, 20))
	}
	env.Domain = g.domain(env, region)
	env.Storage = g.storage(env)
	env.Registry = g.registry(env, region)
	env.Pools = g.pools(env)
	available := len(env.Zones) == 3
	for _, pool := range env.Pools {
		available = available && len(pool.Zones) != 1 // only the platform's may be in one
	}
	env.HighAvailability = &available
	env.Network = g.network(env)
	env.Cluster.Endpoint = g.endpoint(env.Network)
	if env.Cluster.InCluster == "provider" && !env.Cluster.Endpoint.Public && len(env.Cluster.Endpoint.PrivateCIDRs) == 0 {
		env.Accept["endpoint-unreachable"] = "the management cluster gets its way in later"
	}
	env.Cluster.HandOver = env.Cluster.InCluster == "provider" && len(env.Name)%3 == 0
	if strings.HasPrefix(region.Name, "us-") && len(env.Name)%2 == 0 && !env.Registry.ECR.PullThroughCache && !arm64(env.Pools) {
		env.FIPS = true
		env.Accept["fips-nodes"] = "the images are ours"
	}
	if env.Network.VPC != nil {
		env.Accept["vpc-subnet-tags"] = "the network team put them there"
	}
	if len(env.Name)%4 == 0 { // derived, too
		env.Domino = &v1alpha1.Domino{Version: "6.2"}
		if env.Cluster.Version != "1.33" {
			env.Accept["domino-kubernetes"] = "Domino names it"
		}
	}
	if region.WithoutControlPlane() != "" {
		env.Accept["control-plane-zone-id"] = "the zone has another letter here"
	}
	if g.one(3) {
		env.Provider.PermissionsBoundary = arn(region, "iam", "", pick(g, []string{env.Account, "aws"}), "policy/"+g.name(3, 20))
	}
	env.Cluster.LoadBalancerController = g.controller()
	env.Storage.Drivers = g.drivers(env)
	acceptOfferings(env)
	if env.Network.VPC != nil && g.one(2) {
		g.adopt(env, region)
	}
	env.Cluster.PodRoles = podRoles(env, region)
	env.Cluster.ExternalDNS = externalDNS(env, region)
	return env
}

// acceptOfferings accepts the diagnostics about instance types and zones, which are drawn
// without regard to the region's offerings.
func acceptOfferings(env *v1alpha1.Environment) {
	const why = "the account was asked"
	offered, known := catalog.FindOfferings(env.Region)
	if !known {
		env.Accept["instance-offerings-unknown"] = why
		return
	}
	letter := func(zone string) string { return strings.TrimPrefix(zone, env.Region) }
	for _, zone := range slices.Concat(env.Zones, env.ControlPlaneZones) {
		if offered.Zones != "" && !strings.Contains(offered.Zones, letter(zone)) {
			env.Accept["zone-unknown"] = why
		}
	}
	for _, pool := range env.Pools {
		zones := pool.Zones
		if len(zones) == 0 {
			zones = env.Zones
		}
		for _, t := range pool.InstanceTypes {
			if !offered.Has(t) {
				env.Accept["instance-type-region"] = why
			}
			for _, zone := range zones {
				if offered.Lacks(t, letter(zone)) != "" {
					env.Accept["instance-type-zone"] = why
				}
			}
		}
	}
}

type generator struct{ *rand.Rand }

// one returns true once in n times.
func (g generator) one(n int) bool { return g.IntN(n) == 0 }

// between returns a number from low to high, both included.
func (g generator) between(low, high int) int { return low + g.IntN(high-low+1) }

func pick[T any](g generator, from []T) T { return from[g.IntN(len(from))] }

// maybe returns one of the values, or the zero value.
func maybe[T any](g generator, from ...T) T {
	var none T
	return pick(g, append(from, none))
}

func (g generator) letters(alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[g.IntN(len(alphabet))])
	}
	return b.String()
}

func (g generator) digits(n int) string { return g.letters("0123456789", n) }

// name returns a name of shortest to longest characters: a letter first, no hyphen
// last, and none of the installer's namespaces.
func (g generator) name(shortest, longest int) string {
	n := g.between(shortest, longest)
	name := g.letters("abcdefghijklmnopqrstuvwxyz", 1)
	if n > 1 {
		name += g.letters("abcxyz0189-", n-2) + g.letters("abcxyz0189", 1)
	}
	if slices.Contains([]string{"platform", "compute", "system", "default"}, name) {
		return g.name(shortest, longest)
	}
	return name
}

func arn(region catalog.Region, service, in, account, resource string) string {
	return strings.Join([]string{"arn", region.Partition, service, in, account, resource}, ":")
}

// zones are three zones of a region, in some order.
func arm64(pools map[string]v1alpha1.Pool) bool {
	for _, pool := range pools {
		if pool.Architecture == catalog.ARM64 {
			return true
		}
	}
	return false
}

func (g generator) zones(region string) []string {
	letters := []string{"a", "b", "c", "d", "e", "f"}
	g.Shuffle(len(letters), func(i, j int) { letters[i], letters[j] = letters[j], letters[i] })
	var zones []string
	for _, letter := range letters[:3] {
		zones = append(zones, region+letter)
	}
	return zones
}

func (g generator) tags() map[string]string {
	tags := map[string]string{}
	for range g.IntN(4) {
		tags[g.name(1, 20)] = g.letters("abcXYZ019 _.:/=+@-", g.IntN(30))
	}
	return tags
}

// distinct makes n different values; fewer if they repeat too often.
func distinct[T comparable](n int, next func() T) []T {
	var all []T
	for tries := 0; len(all) < n && tries < 10*n; tries++ {
		if value := next(); !slices.Contains(all, value) {
			all = append(all, value)
		}
	}
	return all
}

func (g generator) id(prefix string) string {
	return fmt.Sprintf("%s-%s", prefix, g.letters("0123456789abcdef", 17))
}
