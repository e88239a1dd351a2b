package emitted

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// growing fills one list, map or text of an environment to a size: each that the
// schema leaves to the user to fill, and that goes into a composite resource.
var growing = map[string]func(env *v1alpha1.Environment, n int){
	"tags": func(env *v1alpha1.Environment, n int) { env.Tags = numbered(n, func(i int) string { return "v" }) },
	"pools": func(env *v1alpha1.Environment, n int) {
		for i := range n {
			pool := env.Pools["default"]
			pool.NodePool, pool.Replaces = "", ""
			env.Pools[fmt.Sprintf("extra-%d", i)] = pool
		}
	},
	"pools.default.labels": func(env *v1alpha1.Environment, n int) {
		pool := env.Pools["default"]
		pool.Labels = numbered(n, func(i int) string { return "v" })
		env.Pools["default"] = pool
	},
	"pools.default.taints": func(env *v1alpha1.Environment, n int) {
		pool := env.Pools["default"]
		pool.Taints = nil
		for i := range n {
			pool.Taints = append(pool.Taints, v1alpha1.Taint{Key: fmt.Sprintf("k%d", i), Value: "v", Effect: "NoSchedule"})
		}
		env.Pools["default"] = pool
	},
	"network.peers": func(env *v1alpha1.Environment, n int) {
		env.Network.Peers = nil
		for i := range n {
			env.Network.Peers = append(env.Network.Peers, v1alpha1.Peer{Name: fmt.Sprintf("peer-%d", i), CIDR: fmt.Sprintf("192.168.%d.0/24", i), Connection: "tgw-0a1b2c3d4e5f60718"})
		}
	},
	"cluster.admins": func(env *v1alpha1.Environment, n int) {
		env.Cluster.Admins = nil
		for i := range n {
			env.Cluster.Admins = append(env.Cluster.Admins, principal(env, i))
		}
	},
	"cluster.admins[0].namespaces": func(env *v1alpha1.Environment, n int) {
		var names []any
		for i := range n {
			names = append(names, fmt.Sprintf("n%d", i))
		}
		env.Cluster.Admins = []any{map[string]any{"arn": principal(env, 0), "policy": "AmazonEKSViewPolicy", "namespaces": names}}
	},
	"cluster.endpoint.allowedCIDRs": func(env *v1alpha1.Environment, n int) {
		env.Cluster.Endpoint.Public, env.Cluster.Endpoint.AllowedCIDRs = true, nil
		for i := range n {
			env.Cluster.Endpoint.AllowedCIDRs = append(env.Cluster.Endpoint.AllowedCIDRs, fmt.Sprintf("54.0.%d.0/24", i))
		}
	},
	"cluster.endpoint.privateCIDRs": func(env *v1alpha1.Environment, n int) {
		env.Network.Peers = []v1alpha1.Peer{{Name: "office", CIDR: "192.168.0.0/16", Connection: "tgw-0a1b2c3d4e5f60718"}}
		env.Cluster.Endpoint.PrivateCIDRs = nil
		for i := range n {
			env.Cluster.Endpoint.PrivateCIDRs = append(env.Cluster.Endpoint.PrivateCIDRs, fmt.Sprintf("192.168.%d.0/24", i))
		}
	},
	"pools.default.instanceTypes": func(env *v1alpha1.Environment, n int) {
		pool := env.Pools["default"]
		pool.InstanceTypes, pool.InstanceTypeIn, pool.Architecture, pool.GPU, pool.Version = nil, "nodeGroup", "x86_64", new(bool), ""
		for _, family := range []string{"m5", "m5a", "m6i", "m6a", "m7i", "r5", "r5a", "r6i"} {
			for _, size := range []string{"2xlarge", "4xlarge", "8xlarge"} {
				if len(pool.InstanceTypes) < n {
					pool.InstanceTypes = append(pool.InstanceTypes, family+"."+size)
				}
			}
		}
		env.Pools["default"] = pool
	},
	"cluster.addons.kube-proxy.configuration": func(env *v1alpha1.Environment, n int) {
		env.Cluster.Addons = map[string]v1alpha1.Addon{"kube-proxy": {Enabled: true, Configuration: map[string]any{"k": strings.Repeat("v", 50*n)}}}
	},
	"domain.fqdn": func(env *v1alpha1.Environment, n int) {
		env.Domain = v1alpha1.Domain{FQDN: strings.Repeat("abcd.", n) + "example.com"}
	},
	"ids.network": func(env *v1alpha1.Environment, n int) {
		env.IDs = map[string]v1alpha1.ComponentIDs{"network": numbered(n, func(i int) string { return "vpc-0a1b2c3d" })}
	},
}

func principal(env *v1alpha1.Environment, i int) string {
	return fmt.Sprintf("arn:aws:iam::%s:role/admin-%d", env.Account, i)
}

func numbered(n int, value func(int) string) map[string]string {
	all := map[string]string{}
	for i := range n {
		all[fmt.Sprintf("k%d", i)] = value(i)
	}
	return all
}

// What vet and build accept, the API server accepts too: the bounds that the XRDs state
// (texts of 4,096 characters, lists and maps of 64) hold for the user's file as well.
func TestWhatVetAcceptsTheDefinitionsAccept(t *testing.T) {
	validator := compiledFleet(t).validator(t)
	rng := random.New(13)
	accepted, refused := map[string]int{}, map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(growing)) {
		for _, n := range []int{1, 30 + rng.IntN(34), 64, 85 + rng.IntN(30)} {
			env := roomy(rng)
			growing[name](env, n)
			composites, found := composedOf(t, env)
			if found.HasErrors() {
				refused[name] = max(refused[name], n)
				continue
			}
			accepted[name] = max(accepted[name], n)
			for _, object := range composites {
				errs := slices.DeleteFunc(validator.Validate(object.Object), func(e *field.Error) bool { return e.BadValue == plan.Unknown })
				require.Empty(t, errs, "%s with %d: %s", name, n, title(object))
			}
		}
		require.Positive(t, refused[name], "%s of 85 or more is not refused", name)
	}
	delete(accepted, "ids.network") // only of resources that there are
	require.Len(t, accepted, len(growing)-1, "each is accepted at some size: %v", accepted)
}

// A bound that both sides state is the same one.
func TestABoundOfTheDefinitionsIsThatOfTheFile(t *testing.T) {
	validator := compiledFleet(t).validator(t)
	for name, most := range map[string]int{
		"cluster.admins[0].namespaces":            64,
		"cluster.endpoint.allowedCIDRs":           40, // of EKS
		"pools.default.instanceTypes":             20, // of EKS
		"tags":                                    40, // of AWS, with those of ours
		"domain.fqdn":                             48, // 251 characters
		"cluster.addons.kube-proxy.configuration": 81, // 4,058 characters
	} {
		env := roomy(random.New(7))
		growing[name](env, most)
		composites, found := composedOf(t, env)
		require.False(t, found.HasErrors(), "%s: %v", name, found)
		for _, object := range composites {
			errs := slices.DeleteFunc(validator.Validate(object.Object), func(e *field.Error) bool { return e.BadValue == plan.Unknown })
			require.Empty(t, errs, "%s: %s", name, title(object))
		}
		growing[name](env, most+1)
		_, found = composedOf(t, env)
		require.True(t, found.HasErrors(), name)
	}
}

// roomy is a random environment with a pool called default, whose network leaves room
// for what is added.
func roomy(rng *rand.Rand) *v1alpha1.Environment {
	for {
		env := random.Environment(rng)
		n := env.Network
		_, pool := env.Pools["default"]
		if pool && strings.HasPrefix(env.Region, "us-west-2") && len(env.Zones) == 3 && n.VPC == nil && strings.HasPrefix(n.CIDR, "10.") && n.PodCIDR == "" && n.NATGateways != "" {
			env.Network.Peers, env.Network.Endpoints.S3, env.Network.ServiceCIDR = nil, false, "172.20.0.0/16"
			env.Cluster.Endpoint = v1alpha1.Endpoint{}
			env.Cluster.Admins = nil
			env.Domain.HostedZone, env.Domain.Certificate = nil, nil
			return env
		}
	}
}

// composedOf is the composite resources of an environment's file, as dominoc would emit
// them and Crossplane compose them.
func composedOf(t *testing.T, env *v1alpha1.Environment) ([]unstructured.Unstructured, diag.List) {
	t.Helper()
	root := t.TempDir()
	text, err := json.Marshal(env)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(root, "environment.json"), text, 0o644))
	folders, err := load.New(root).Find([]string{"."})
	require.NoError(t, err)
	r := load.New(root).One(folders[0])
	if r.Environment == nil {
		return nil, r.Diagnostics
	}
	fleet, found, err := compositions.Compile([]compositions.Input{{Environment: r.Environment, At: r.Source.At}})
	require.NoError(t, err)
	if found.HasErrors() {
		return nil, found
	}
	files, err := output.Of(fleet, v1alpha1.GitOps{}).Files()
	require.NoError(t, err)
	var all []unstructured.Unstructured
	for _, f := range files {
		if !strings.HasPrefix(f.Path, "environments/") {
			continue
		}
		object := map[string]any{}
		require.NoError(t, yaml.Unmarshal(f.Content, &object))
		if object["kind"] == "DominoEnvironment" {
			all = append(all, unstructured.Unstructured{Object: object})
		}
	}
	require.Len(t, all, 1)
	rendered, err := fleet.Render(env.Name, true)
	require.NoError(t, err)
	for _, object := range rendered {
		if object["apiVersion"] == xr.APIVersion {
			all = append(all, unstructured.Unstructured{Object: object})
		}
	}
	return all, found
}
