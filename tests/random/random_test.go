package random_test

import (
	"encoding/json"
	"slices"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"
	cuejson "cuelang.org/go/encoding/json"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

func TestEqualSeedsGiveEqualEnvironments(t *testing.T) {
	require.Equal(t, random.Environment(random.New(7)), random.Environment(random.New(7)))
	require.NotEqual(t, random.Environment(random.New(7)), random.Environment(random.New(8)))
}

func TestEnvironmentsAreOfEveryShape(t *testing.T) {
	shapes := map[string]func(*v1alpha1.Environment) bool{
		"one zone":             func(e *v1alpha1.Environment) bool { return len(e.Zones) == 1 },
		"three zones":          func(e *v1alpha1.Environment) bool { return len(e.Zones) == 3 },
		"platform in one zone": func(e *v1alpha1.Environment) bool { return len(e.Pools["platform"].Zones) == 1 },
		"an existing VPC":      func(e *v1alpha1.Environment) bool { return e.Network.VPC != nil },
		"peers":                func(e *v1alpha1.Environment) bool { return len(e.Network.Peers) > 0 },
		"an attached gateway": func(e *v1alpha1.Environment) bool {
			return slices.ContainsFunc(e.Network.Peers, func(p v1alpha1.Peer) bool { return p.Attach && p.Connection[:3] != "pcx" })
		},
		"a peering connection that is accepted": func(e *v1alpha1.Environment) bool {
			return slices.ContainsFunc(e.Network.Peers, func(p v1alpha1.Peer) bool { return p.Attach && p.Connection[:3] == "pcx" })
		},
		"a peering connection that is asked for": func(e *v1alpha1.Environment) bool {
			return slices.ContainsFunc(e.Network.Peers, func(p v1alpha1.Peer) bool { return p.Request != nil && p.Request.Account == "" })
		},
		"a peering connection that is asked for in another account": func(e *v1alpha1.Environment) bool {
			return slices.ContainsFunc(e.Network.Peers, func(p v1alpha1.Peer) bool { return p.Request != nil && p.Request.Account != "" })
		},
		"a single NAT gateway":          func(e *v1alpha1.Environment) bool { return e.Network.NATGateways == "single" },
		"a public endpoint":             func(e *v1alpha1.Environment) bool { return e.Cluster.Endpoint.Public },
		"private ranges":                func(e *v1alpha1.Environment) bool { return len(e.Cluster.Endpoint.PrivateCIDRs) > 0 },
		"a pod range":                   func(e *v1alpha1.Environment) bool { return e.Network.PodCIDR != "" },
		"pods in subnets of the user's": func(e *v1alpha1.Environment) bool { return e.Network.VPC != nil && e.Network.PodCIDR != "" },
		"no endpoints":                  func(e *v1alpha1.Environment) bool { return e.Network.Endpoints == v1alpha1.Endpoints{} },
		"an S3 endpoint for peers": func(e *v1alpha1.Environment) bool {
			return e.Network.VPC == nil && e.Network.Endpoints.S3
		},
		"an S3 gateway in the user's VPC": func(e *v1alpha1.Environment) bool {
			return e.Network.VPC != nil && e.Network.Endpoints.S3 && len(e.Network.VPC.RouteTables) > 0
		},
		"no flow log":            func(e *v1alpha1.Environment) bool { return !e.Network.FlowLogs },
		"no logs":                func(e *v1alpha1.Environment) bool { return len(e.Cluster.Logs.Types) == 0 },
		"the user's key":         func(e *v1alpha1.Environment) bool { return e.Encryption.KeyARN != "" },
		"in the cluster by Git":  func(e *v1alpha1.Environment) bool { return e.Cluster.InCluster == "gitops" },
		"nothing in the cluster": func(e *v1alpha1.Environment) bool { return e.Cluster.InCluster == "none" },
		"an autoscaler of ours":  func(e *v1alpha1.Environment) bool { return e.Cluster.Autoscaler },
		"volumes of gp2":         func(e *v1alpha1.Environment) bool { return e.Storage.BlockStorage.Type == "gp2" },
		"GovCloud":               func(e *v1alpha1.Environment) bool { return e.Region == "us-gov-west-1" },
		"China":                  func(e *v1alpha1.Environment) bool { return e.Region == "cn-north-1" },
		"a replaced pool": func(e *v1alpha1.Environment) bool {
			return anyPool(e, func(p v1alpha1.Pool) bool { return p.Replaces != "" })
		},
		"an arm64 GPU pool": func(e *v1alpha1.Environment) bool {
			return anyPool(e, func(p v1alpha1.Pool) bool { return *p.GPU && p.Architecture == "arm64" })
		},
		"an instance type in the launch template": func(e *v1alpha1.Environment) bool {
			return anyPool(e, func(p v1alpha1.Pool) bool { return p.InstanceTypeIn == "launchTemplate" })
		},
		"a pool held back": func(e *v1alpha1.Environment) bool {
			return anyPool(e, func(p v1alpha1.Pool) bool { return p.Version != "" })
		},
		"a certificate":    func(e *v1alpha1.Environment) bool { return e.Domain.Certificate != nil },
		"a hosted zone":    func(e *v1alpha1.Environment) bool { return e.Domain.HostedZone != nil },
		"a registry":       func(e *v1alpha1.Environment) bool { return e.Registry.ECR.Enabled },
		"a cache":          func(e *v1alpha1.Environment) bool { return e.Registry.ECR.PullThroughCache },
		"data that exists": func(e *v1alpha1.Environment) bool { return e.Storage.Datasets.Existing != nil },
		"data that exists, with its throughput mode": func(e *v1alpha1.Environment) bool {
			return e.Storage.Datasets.Existing != nil && e.Storage.Datasets.ThroughputMode == ""
		},
		"an installation that is taken over": func(e *v1alpha1.Environment) bool { return e.Adopted != nil && len(e.Adopted.Pools) > 0 },
		"deletion allowed":                   func(e *v1alpha1.Environment) bool { return e.Deletion == "allow" },
	}
	for name, is := range shapes {
		seen := 0
		for seed := range uint64(300) {
			if is(random.Environment(random.New(seed))) {
				seen++
			}
		}
		require.Positive(t, seen, name)
	}
}

func anyPool(e *v1alpha1.Environment, is func(v1alpha1.Pool) bool) bool {
	for _, pool := range e.Pools {
		if is(pool) {
			return true
		}
	}
	return false
}

// TestTheSchemaAcceptsThem checks the environments against the rules and defaults in CUE: they
// have all fields that the schema would fill in.
func TestTheSchemaAcceptsThem(t *testing.T) {
	ctx := cuecontext.New()
	schema := ctx.BuildInstance(load.Instances([]string{"."}, &load.Config{Dir: "../../schema/v1alpha1"})[0])
	definition := schema.LookupPath(cue.ParsePath("#Environment"))
	require.NoError(t, definition.Err())
	accepted := func(t *testing.T, seed uint64, env *v1alpha1.Environment) {
		text, err := json.Marshal(env)
		require.NoError(t, err)
		expr, err := cuejson.Extract("", text)
		require.NoError(t, err)
		value := definition.Unify(ctx.BuildExpr(expr))
		require.NoError(t, value.Validate(cue.Concrete(true), cue.Definitions(true)), "seed %d\n%s", seed, text)
		decoded := &v1alpha1.Environment{}
		require.NoError(t, value.Decode(decoded))
		again, err := json.Marshal(decoded)
		require.NoError(t, err)
		require.JSONEq(t, string(text), string(again), "seed %d", seed)
	}
	for seed := range uint64(100) {
		accepted(t, seed, random.Environment(random.New(seed)))
	}
	for seed := range uint64(40) {
		accepted(t, seed, random.Adopted(random.New(seed)))
	}
}
