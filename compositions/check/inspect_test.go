package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// inspected returns what is wrong with what an environment is lowered to.
func inspected(t *testing.T, env *v1alpha1.Environment) diag.List {
	t.Helper()
	at := func(p diag.Path) diag.Pos { return diag.Pos{File: p.String()} }
	p, found := plan.Decide(env, at, catalog.ProviderAWS{})
	require.NotNil(t, p, "%v", found)
	return check.Inspect(env, at, p, nil, new(compositions.Outlines).Lower(p)).Found
}

// A table that names a kind wrongly counts and compares nothing.
func TestEveryKindThatIsReadIsMade(t *testing.T) {
	made := map[string]bool{}
	for seed := range uint64(200) {
		p, found := plan.Resolve(random.Environment(random.New(seed)), func(diag.Path) diag.Pos { return diag.Pos{} })
		require.Empty(t, found)
		for _, c := range new(compositions.Outlines).Lower(p) {
			for _, o := range c.Objects {
				made[o.Kind] = true
			}
		}
	}
	for _, kind := range check.KindsRead() {
		require.True(t, made[kind], kind)
	}
}

func TestCompositesAreNotTooLarge(t *testing.T) {
	for name, c := range map[string]struct {
		edit      func(env *v1alpha1.Environment)
		path      string
		composite string // behind the environment's name
	}{
		"labels and taints": {
			func(env *v1alpha1.Environment) {
				env.Zones = []string{"us-west-2a", "us-west-2b", "us-west-2c"}
				env.ControlPlaneZones = env.Zones
				p := env.Pools["default"]
				p.Labels = map[string]string{}
				for i := range 15 {
					p.Labels[fmt.Sprintf("l%02d", i)] = "x"
				}
				p.Taints = []v1alpha1.Taint{{Key: "team", Effect: "NoSchedule"}}
				env.Pools["default"] = p
			},
			"pools.default", "-pool-default",
		},
		"peers": {
			func(env *v1alpha1.Environment) {
				for i := range 40 {
					env.Network.Peers = append(env.Network.Peers, v1alpha1.Peer{
						Name: fmt.Sprintf("p%d", i), CIDR: fmt.Sprintf("192.168.%d.0/24", i), Connection: "tgw-0123456789abcdef0",
					})
				}
			},
			"network.peers", "-network",
		},
		"admins": {
			func(env *v1alpha1.Environment) {
				for i := range 60 {
					env.Cluster.Admins = append(env.Cluster.Admins, fmt.Sprintf("arn:aws:iam::123456789012:role/r%d", i))
				}
			},
			"cluster.admins", "-cluster",
		},
		"endpoints for peers": {
			func(env *v1alpha1.Environment) {
				env.Network.Endpoints = v1alpha1.Endpoints{S3: true, ECR: true}
				for i := range 60 {
					env.Network.Peers = append(env.Network.Peers, v1alpha1.Peer{
						Name: fmt.Sprintf("p%d", i), CIDR: fmt.Sprintf("192.168.%d.0/24", i), Connection: "tgw-0123456789abcdef0",
					})
				}
			},
			"network.peers", "-endpoints",
		},
		"private ranges": {
			func(env *v1alpha1.Environment) {
				for i := range 40 {
					env.Cluster.Endpoint.PrivateCIDRs = append(env.Cluster.Endpoint.PrivateCIDRs, fmt.Sprintf("10.0.%d.0/24", i))
				}
			},
			"cluster.endpoint.privateCIDRs", "-security",
		},
		"pools": {
			func(env *v1alpha1.Environment) {
				for i := range 60 {
					env.Pools[fmt.Sprintf("p%d", i)] = pool("m6i.2xlarge", 1, 400)
				}
			},
			"pools", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := sound(0)
			c.edit(env)
			found := inspected(t, env)
			named := fmt.Sprintf("composite resource %q would compose ", env.Name+c.composite)
			at := slices.IndexFunc(found, func(d diag.Diagnostic) bool {
				return d.Code == "too-many-resources" && d.Path == c.path && strings.HasPrefix(d.Message, named)
			})
			require.GreaterOrEqual(t, at, 0, "%v", found)
			require.Regexp(t, `would compose \d+ resources, at most 60 are allowed`, found[at].Message)
			require.Regexp(t, `remove at least [1-9]\d* of `, found[at].Hint)
		})
	}
}

// The advice is followed to its end: what is left after it is accepted.
func TestTheAdviceOfTooManyResourcesIsEnough(t *testing.T) {
	env := sound(0)
	for i := range 40 {
		env.Cluster.Endpoint.PrivateCIDRs = append(env.Cluster.Endpoint.PrivateCIDRs, fmt.Sprintf("10.0.%d.0/24", i))
	}
	found := inspected(t, env)
	var over int
	_, err := fmt.Sscanf(found[0].Hint, "remove at least %d of", &over)
	require.NoError(t, err)
	env.Cluster.Endpoint.PrivateCIDRs = env.Cluster.Endpoint.PrivateCIDRs[over:]
	require.Empty(t, inspected(t, env))
	env.Cluster.Endpoint.PrivateCIDRs = append(env.Cluster.Endpoint.PrivateCIDRs, "10.0.99.0/24")
	require.NotEmpty(t, inspected(t, env))
}

func TestNamesThatAWSOrKubernetesFindsTooLong(t *testing.T) {
	env := sound(0)
	env.Name = strings.Repeat("n", 62)
	var told []string
	for _, d := range inspected(t, env) {
		require.Equal(t, "name-length", d.Code)
		told = append(told, d.Message[:strings.Index(d.Message, ` "`)])
	}
	slices.Sort(told)
	require.Equal(t, []string{"IAM role", "Kubernetes object", "S3 bucket", "node group"}, slices.Compact(told))
}
