package tests

import (
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// What the sample fleet has to have somewhere: a way that no sample goes is one
// that neither the golden manifests nor the cluster of the tests ever see.
var ways = map[string]func(v1alpha1.Environment) bool{
	"one zone":                            func(e v1alpha1.Environment) bool { return len(e.Zones) == 1 },
	"three zones":                         func(e v1alpha1.Environment) bool { return len(e.Zones) == 3 },
	"another partition":                   func(e v1alpha1.Environment) bool { return strings.HasPrefix(e.Region, "us-gov-") },
	"an existing VPC":                     func(e v1alpha1.Environment) bool { return e.Network.VPC != nil },
	"routes in an existing VPC":           func(e v1alpha1.Environment) bool { return e.Network.VPC != nil && len(e.Network.Peers) > 0 },
	"a pod range":                         func(e v1alpha1.Environment) bool { return e.Network.VPC == nil && e.Network.PodCIDR != "" },
	"pod subnets in an existing VPC":      func(e v1alpha1.Environment) bool { return e.Network.VPC != nil && e.Network.PodCIDR != "" },
	"a single NAT gateway":                func(e v1alpha1.Environment) bool { return e.Network.NATGateways == "single" },
	"a NAT gateway per zone":              func(e v1alpha1.Environment) bool { return e.Network.VPC == nil && e.Network.NATGateways == "perZone" },
	"a public endpoint":                   func(e v1alpha1.Environment) bool { return e.Cluster.Endpoint.Public },
	"a private endpoint for others":       func(e v1alpha1.Environment) bool { return len(e.Cluster.Endpoint.PrivateCIDRs) > 0 },
	"users of an identity provider":       func(e v1alpha1.Environment) bool { return len(e.Cluster.IdentityProviders) > 0 },
	"objects in the cluster by providers": func(e v1alpha1.Environment) bool { return e.Cluster.InCluster == "provider" },
	"objects in the cluster by GitOps":    func(e v1alpha1.Environment) bool { return e.Cluster.InCluster == "gitops" },
	"Calico":                              func(e v1alpha1.Environment) bool { return e.Cluster.NetworkPolicy == "calico" },
	"the VPC CNI's engine":                func(e v1alpha1.Environment) bool { return e.Cluster.NetworkPolicy == "vpc-cni" },
	"an autoscaler of ours":               func(e v1alpha1.Environment) bool { return e.Cluster.Autoscaler },
	"a GPU pool":                          func(e v1alpha1.Environment) bool { return hasPool(e, "default-gpu") },
	"a pool of the user's":                func(e v1alpha1.Environment) bool { return ownPools(e) > 0 },
	"spot capacity":                       func(e v1alpha1.Environment) bool { return e.Pools["default"].CapacityType == "spot" },
	"storage class gp3":                   func(e v1alpha1.Environment) bool { return e.Storage.BlockStorage.Type == "gp3" },
	"storage class gp2":                   func(e v1alpha1.Environment) bool { return e.Storage.BlockStorage.Type == "gp2" },
	"a file system that exists":           func(e v1alpha1.Environment) bool { return e.Storage.Datasets.Existing != nil },
	"repositories":                        func(e v1alpha1.Environment) bool { return e.Registry.ECR.Enabled },
	"a cache of images":                   func(e v1alpha1.Environment) bool { return e.Registry.ECR.PullThroughCache },
	"a requested certificate":             func(e v1alpha1.Environment) bool { return e.Domain.HostedZone != nil },
	"a hosted zone in another account": func(e v1alpha1.Environment) bool {
		return e.Domain.HostedZone != nil && e.Domain.HostedZone.RoleARN != ""
	},
	"a certificate of the user's":             func(e v1alpha1.Environment) bool { return e.Domain.Certificate != nil },
	"a certificate that the installer brings": func(e v1alpha1.Environment) bool { return e.Domain.HostedZone == nil && e.Domain.Certificate == nil },
	"a key of ours":                           func(e v1alpha1.Environment) bool { return e.Encryption.KeyARN == "" },
	"a key of the user's":                     func(e v1alpha1.Environment) bool { return e.Encryption.KeyARN != "" },
	"data that is protected":                  func(e v1alpha1.Environment) bool { return e.Deletion == "protect" },
	"data that may go":                        func(e v1alpha1.Environment) bool { return e.Deletion == "allow" },
}

func hasPool(e v1alpha1.Environment, name string) bool {
	_, found := e.Pools[name]
	return found
}

// ownPools are how many pools are none of the install page's.
func ownPools(e v1alpha1.Environment) int {
	own := 0
	for name := range e.Pools {
		if !slices.Contains([]string{"platform", "default", "default-gpu"}, name) {
			own++
		}
	}
	return own
}

func TestTheSampleFleetGoesEveryWay(t *testing.T) {
	fleet := sampleFleet(t)
	for what, goes := range ways {
		require.True(t, slices.ContainsFunc(fleet, goes), "no environment of the sample fleets has %s", what)
	}
}

func sampleFleet(t *testing.T) []v1alpha1.Environment {
	t.Helper()
	folders, err := load.New(root(t)).Find([]string{"./environments/...", "./govcloud/..."})
	require.NoError(t, err)
	var fleet []v1alpha1.Environment
	for _, result := range load.New(root(t)).All(folders, 1) {
		require.NotNil(t, result.Environment, "%s: %v", result.Folder.Dir, result.Diagnostics)
		fleet = append(fleet, *result.Environment)
	}
	return fleet
}

func TestTheSampleFleetComposesEveryKindThatAComponentCanMake(t *testing.T) {
	composed := map[string]bool{}
	for _, kinds := range composedKinds(t) {
		for kind := range kinds {
			composed[kind] = true
		}
	}
	visit(t, "compositions", func(n ast.Node, report func(string, ...any)) {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return
		}
		if kind, ok := strings.CutSuffix(selector.Sel.Name, "_GroupVersionKind"); ok && !composed[kind] {
			report("no environment of the sample fleets has a %s", kind)
		}
	})
}

// composedKinds are the kinds that the sample fleet's Compositions compose, by
// the kind that composes them. What DominoAddons leaves to a Flux or Argo CD
// inside the cluster is its own.
func composedKinds(t *testing.T) map[string]map[string]bool {
	t.Helper()
	kinds := map[string]map[string]bool{"DominoAddons": inClusterKinds(t)}
	for _, file := range goldens(t, "golden*/platform/compositions/*.yaml") {
		var composition struct {
			Spec struct {
				CompositeTypeRef struct{ Kind string }
				Pipeline         []struct {
					Input struct {
						Resources []struct{ Base struct{ Kind string } }
					}
				}
			}
		}
		decode(t, file, &composition)
		by := composition.Spec.CompositeTypeRef.Kind
		if kinds[by] == nil {
			kinds[by] = map[string]bool{}
		}
		for _, resource := range composition.Spec.Pipeline[0].Input.Resources {
			kinds[by][resource.Base.Kind] = true
		}
	}
	return kinds
}

func inClusterKinds(t *testing.T) map[string]bool {
	t.Helper()
	kinds := map[string]bool{}
	for _, file := range goldens(t, "golden*/in-cluster/*/*/*.yaml") {
		if filepath.Base(file) == sync.ListingName {
			continue // lists the others, and is no object
		}
		var object struct{ Kind string }
		decode(t, file, &object)
		kinds[object.Kind] = true
	}
	return kinds
}

func goldens(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, files, pattern)
	return files
}

func decode(t *testing.T, file string, into any) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(content, into))
}
