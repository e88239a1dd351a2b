package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// there returns a position that tells the path it was asked for.
func there(p diag.Path) diag.Pos { return diag.Pos{File: p.String()} }

// lines are diagnostics in the order in which they are printed.
func lines(found diag.List) string {
	var b strings.Builder
	for _, d := range found.Sorted() {
		fmt.Fprintf(&b, "%s: %s: %s [%s]\n", d.Pos, d.Severity, d.Message, d.Code)
		if d.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", d.Hint)
		}
		for _, n := range d.Notes {
			fmt.Fprintf(&b, "  %s: %s\n", n.Pos, n.Message)
		}
	}
	return b.String()
}

// mistake is an environment with something wrong.
type mistake struct {
	name string
	env  func() *v1alpha1.Environment
	edit func(env *v1alpha1.Environment)
}

// test compares what is said of each mistake with the file of the test's name.
// UPDATE=1 rewrites it.
func test(t *testing.T, mistakes []mistake) {
	t.Helper()
	var b strings.Builder
	for _, m := range mistakes {
		env := prod
		if m.env != nil {
			env = m.env
		}
		e := env()
		m.edit(e)
		p, found := plan.Resolve(e, there)
		require.Equal(t, found.HasErrors(), p == nil, "%s: a plan exactly without errors", m.name)
		fmt.Fprintf(&b, "-- %s --\n%s", m.name, lines(found))
	}
	compare(t, "testdata/"+strings.TrimPrefix(t.Name(), "Test")+".txt", b.String())
}

func TestRangesOverlap(t *testing.T) {
	test(t, []mistake{
		{
			name: "services in the VPC",
			edit: func(env *v1alpha1.Environment) { env.Network.ServiceCIDR = "10.0.4.0/22" },
		},
		{
			name: "a peer and the VPC, two peers",
			edit: func(env *v1alpha1.Environment) {
				env.Network.Peers = []v1alpha1.Peer{
					{Name: "hub", CIDR: "10.0.128.0/17", Connection: "tgw-0123456789abcdef0"},
					{Name: "lab", CIDR: "192.168.0.0/16", Connection: "tgw-0123456789abcdef0"},
					{Name: "office", CIDR: "192.168.7.0/24", Connection: "pcx-0123456789abcdef0"},
				}
			},
		},
		{
			name: "existing subnets, one outside the VPC",
			env:  existing,
			edit: func(env *v1alpha1.Environment) {
				env.Network.VPC.Subnets.Public = map[string]v1alpha1.Subnet{
					"us-west-2a": {ID: "subnet-1", CIDR: "10.8.4.0/24"},
					"us-west-2b": {ID: "subnet-2", CIDR: "10.9.4.0/24"},
				}
			},
		},
	})
}

func TestAddressSpace(t *testing.T) {
	public := func(env *v1alpha1.Environment) { env.Network.CIDR = "8.8.0.0/16" }
	test(t, []mistake{
		{name: "a VPC of public addresses", edit: public},
		{
			name: "the same, accepted",
			edit: func(env *v1alpha1.Environment) {
				public(env)
				env.Accept = map[string]string{"cidr-public": "the range is registered to us"}
			},
		},
		{
			name: "accepted for nothing",
			edit: func(env *v1alpha1.Environment) { env.Accept = map[string]string{"cidr-public": "not any more"} },
		},
		{
			name: "pods of public addresses, and a VPC half in private space",
			edit: func(env *v1alpha1.Environment) {
				env.Network.CIDR, env.Network.PodCIDR = "172.15.0.0/16", "100.128.0.0/16"
			},
		},
		{
			name: "an existing VPC of public addresses",
			env:  existing,
			edit: func(env *v1alpha1.Environment) { env.Network.VPC.CIDR = "8.8.0.0/16" },
		},
		{
			name: "addresses that no host can have",
			edit: func(env *v1alpha1.Environment) {
				env.Network.CIDR, env.Network.PodCIDR = "127.0.0.0/16", "224.1.0.0/16"
				env.Network.Peers = []v1alpha1.Peer{{Name: "hub", CIDR: "169.254.0.0/17", Connection: "tgw-0123456789abcdef0"}}
			},
		},
		{
			name: "private addresses",
			edit: func(env *v1alpha1.Environment) {
				env.Network.CIDR, env.Network.PodCIDR = "198.19.0.0/16", "100.64.0.0/16"
				env.Network.Peers = []v1alpha1.Peer{{Name: "hub", CIDR: "8.8.0.0/16", Connection: "tgw-0123456789abcdef0"}}
			},
		},
	})
}

func TestWhatTheOwnerOfAnAccountKnows(t *testing.T) {
	virginia := func(env *v1alpha1.Environment) {
		env.Region, env.Zones = "us-east-1", []string{"us-east-1a", "us-east-1b", "us-east-1c"}
		env.ControlPlaneZones = nil
	}
	test(t, []mistake{
		{name: "a region with a zone without control planes", edit: virginia},
		{
			name: "zones of the control plane's own",
			edit: func(env *v1alpha1.Environment) {
				virginia(env)
				env.ControlPlaneZones = []string{"us-east-1a", "us-east-1f"}
			},
		},
		{
			name: "a cluster that was made",
			edit: func(env *v1alpha1.Environment) {
				virginia(env)
				env.IDs = map[string]v1alpha1.ComponentIDs{"cluster": {"oidc-provider": "arn:aws:iam::123456789012:oidc-provider/a"}}
			},
		},
		{
			name: "subnets of another team",
			env:  existing,
			edit: func(env *v1alpha1.Environment) {
				delete(env.Accept, "vpc-subnet-tags")
				env.Network.VPC.Subnets.Public = map[string]v1alpha1.Subnet{"us-west-2a": {ID: "subnet-0000000000000000d", CIDR: "10.8.48.0/24"}}
			},
		},
	})
}

func TestCapacity(t *testing.T) {
	test(t, []mistake{
		{
			name: "a VPC that is too small",
			edit: func(env *v1alpha1.Environment) {
				env.Network.CIDR = "10.0.0.0/20"
				edited(env, "default", func(p *v1alpha1.Pool) { p.Size.Max = new(int64(60)) })
			},
		},
		{
			name: "no VPC is large enough",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "default", func(p *v1alpha1.Pool) { p.Size.Max = new(int64(900)) })
			},
		},
		{
			name: "prefixes",
			edit: func(env *v1alpha1.Environment) {
				env.Network.CIDR = "10.0.0.0/20"
				env.Cluster.PrefixDelegation = true
				edited(env, "default", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"m6i.2xlarge", "m6i.16xlarge"} })
			},
		},
		{
			name: "existing subnets",
			env:  existing,
			edit: func(env *v1alpha1.Environment) {
				env.Network.VPC.Subnets.Private["us-west-2b"] = v1alpha1.Subnet{ID: "subnet-b", CIDR: "10.8.16.0/24"}
			},
		},
		{
			name: "existing subnets that are all too small",
			env:  existing,
			edit: func(env *v1alpha1.Environment) {
				env.Zones, env.ControlPlaneZones = env.Zones[:1], env.ControlPlaneZones[:2]
				env.Network.VPC.Subnets.Private = map[string]v1alpha1.Subnet{"us-west-2a": {ID: "subnet-a", CIDR: "10.8.16.0/25"}}
				edited(env, "default", func(p *v1alpha1.Pool) { p.Size.Max = new(int64(1)) })
				edited(env, "platform", func(p *v1alpha1.Pool) { p.Size.Max = new(int64(4)) })
				delete(env.Pools, "default-gpu")
			},
		},
	})
}

func TestPools(t *testing.T) {
	test(t, []mistake{
		{
			name: "fewer nodes than zones",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "default-gpu", func(p *v1alpha1.Pool) { p.Size.Max = new(int64(2)) })
			},
		},
		{
			name: "a label whose tag is too long",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "default", func(p *v1alpha1.Pool) {
					p.Labels = map[string]string{"a-very-long-name-of-a-department.example.com/and-a-very-long-label-which-is-its-very-own": "x"}
				})
			},
		},
		{
			name: "more labels than a group has tags",
			edit: func(env *v1alpha1.Environment) {
				*env = *dev()
				edited(env, "default", func(p *v1alpha1.Pool) {
					p.Labels = map[string]string{}
					for i := range 42 {
						p.Labels[fmt.Sprintf("team-%d", i)] = "x"
					}
				})
			},
		},
		{
			name: "one taint with two effects",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "default-gpu", func(p *v1alpha1.Pool) {
					p.Taints = []v1alpha1.Taint{{Key: "team", Effect: "NoSchedule"}, {Key: "team", Effect: "NoExecute"}}
				})
			},
		},
	})
}

func TestSettings(t *testing.T) {
	test(t, []mistake{
		{
			name: "the provider as an admin",
			edit: func(env *v1alpha1.Environment) {
				env.Cluster.Admins = []any{
					"arn:aws:iam::123456789012:role/ops",
					map[string]any{"arn": "arn:aws:iam::123456789012:role/dominoc-provider", "policy": "AmazonEKSClusterAdminPolicy"},
				}
			},
		},
		{
			name: "a name too long for DNS",
			edit: func(env *v1alpha1.Environment) {
				env.Domain.FQDN = strings.Repeat("domino.", 35) + "example.com"
			},
		},
		{
			name: "a private range that no route leads to",
			edit: func(env *v1alpha1.Environment) {
				env.Cluster.Endpoint.PrivateCIDRs, env.Accept = []string{"10.0.0.0/24", "10.200.0.0/24"}, nil
			},
		},
		{
			name: "providers that cannot reach the cluster",
			edit: func(env *v1alpha1.Environment) { env.Accept = nil },
		},
		{
			name: "a version that the catalogue lacks",
			edit: func(env *v1alpha1.Environment) { env.Cluster.Version = "1.77" },
		},
		{
			name: "settings of the CNI that contradict others",
			edit: func(env *v1alpha1.Environment) {
				env.Cluster.PrefixDelegation = true
				env.Cluster.Addons = map[string]v1alpha1.Addon{"vpc-cni": {Enabled: true, Configuration: map[string]any{
					"env": map[string]any{"ENABLE_PREFIX_DELEGATION": "false"},
				}}}
			},
		},
	})
}

func TestDomino(t *testing.T) {
	runs := func(domino, kubernetes string) func(*v1alpha1.Environment) {
		return func(env *v1alpha1.Environment) {
			env.Domino = &v1alpha1.Domino{Version: domino}
			env.Cluster.Version, env.Cluster.SupportType = kubernetes, "EXTENDED"
		}
	}
	test(t, []mistake{
		{name: "a version that the release names", edit: runs("6.2", "1.33")},
		{name: "and its patch", edit: runs("6.2.1", "1.33")},
		{name: "a version that it does not name", edit: runs("6.2", "1.35")},
		{name: "a release that names two", edit: runs("5.3.2", "1.35")},
		{name: "a release that is not named", edit: runs("6.1", "1.33")},
		{name: "accepted", edit: func(env *v1alpha1.Environment) {
			runs("6.2", "1.35")(env)
			env.Accept["domino-kubernetes"] = "the admin guide names it"
		}},
	})
}

func TestAcceptedWarnings(t *testing.T) {
	test(t, []mistake{
		{
			name: "silenced",
			edit: func(env *v1alpha1.Environment) {
				env.Cluster.Version = "1.77"
				env.Accept["kubernetes-version-unknown"] = "we are early"
			},
		},
		{
			name: "not there",
			edit: func(env *v1alpha1.Environment) {
				env.Accept["kubernetes-version-unknown"] = "we were early"
			},
		},
		{
			name: "an error",
			edit: func(env *v1alpha1.Environment) {
				env.Network.ServiceCIDR = "10.0.4.0/22"
				env.Accept["cidr-overlap"], env.Accept["gpu-unused"] = "we know", "so what"
			},
		},
	})
}

func TestPodRange(t *testing.T) {
	test(t, []mistake{
		{
			name: "of another block of private addresses",
			edit: func(env *v1alpha1.Environment) { env.Network.PodCIDR = "172.16.0.0/16" },
		},
		{
			name: "without the add-on that uses it",
			edit: func(env *v1alpha1.Environment) {
				env.Network.PodCIDR = "100.64.0.0/16"
				env.Cluster.Addons = map[string]v1alpha1.Addon{"vpc-cni": {}}
			},
		},
		{
			name: "beside an ENIConfig of the user's",
			edit: func(env *v1alpha1.Environment) {
				env.Network.PodCIDR = "10.1.0.0/16"
				env.Cluster.Addons = map[string]v1alpha1.Addon{"vpc-cni": {Enabled: true, Configuration: map[string]any{
					"eniConfig": map[string]any{"create": false},
					"env":       map[string]any{"ENI_CONFIG_LABEL_DEF": "zone"},
				}}}
			},
		},
		{
			name: "an existing pod subnet outside of it",
			env:  existing,
			edit: func(env *v1alpha1.Environment) {
				env.Network.PodCIDR = "100.64.0.0/16"
				env.Network.VPC.Subnets.Pod = map[string]v1alpha1.Subnet{
					"us-west-2a": {ID: "subnet-1", CIDR: "100.64.0.0/18"},
					"us-west-2b": {ID: "subnet-2", CIDR: "100.64.64.0/18"},
					"us-west-2c": {ID: "subnet-3", CIDR: "100.65.0.0/18"},
				}
			},
		},
	})
}
