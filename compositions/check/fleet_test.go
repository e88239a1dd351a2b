package check_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/goldenfile"
	"github.com/dominoc/dominoc/tests/random"
)

// sound is an environment of one zone and two small pools that goes with any
// other of its sort: its name, host name and range are its own.
func sound(i int) *v1alpha1.Environment {
	env := random.Environment(random.New(1))
	env.Name = fmt.Sprintf("env-%03d", i)
	env.Account, env.Region = "123456789012", "us-west-2"
	env.Zones, env.ControlPlaneZones = []string{"us-west-2a"}, []string{"us-west-2a", "us-west-2b"}
	env.Domain = v1alpha1.Domain{FQDN: env.Name + ".example.com"}
	env.Network = v1alpha1.Network{
		CIDR: fmt.Sprintf("10.%d.0.0/16", i%256), ServiceCIDR: "172.20.0.0/16", NATGateways: "single",
		Endpoints: v1alpha1.Endpoints{ECR: true}, FlowLogs: true,
	}
	env.Cluster = v1alpha1.Cluster{
		Version: "1.35", SupportType: "STANDARD", NetworkPolicy: "calico", InCluster: "none",
		Logs: v1alpha1.Logs{Types: []v1alpha1.LogType{"api"}, RetentionDays: 365},
	}
	env.Pools = map[string]v1alpha1.Pool{"platform": pool("m7i-flex.2xlarge", 6, 128), "default": pool("m6i.2xlarge", 20, 400)}
	env.Storage.Buckets = buckets()
	env.Storage.Datasets.Existing = nil
	env.Registry = v1alpha1.Registry{}
	env.Encryption, env.Provider, env.Tags, env.Accept = v1alpha1.Encryption{}, v1alpha1.Provider{Source: "PodIdentity", RoleARN: role(env.Name)}, nil, nil
	return env
}

func role(name string) string { return "arn:aws:iam::123456789012:role/" + name }

func buckets() v1alpha1.Buckets {
	b := v1alpha1.Bucket{NoncurrentVersionDays: 30}
	return v1alpha1.Buckets{Data: b, Registry: b, Logs: b, Backups: b, Monitoring: v1alpha1.LogBucket{NoncurrentVersionDays: 30}}
}

func pool(instanceType string, most, disk int64) v1alpha1.Pool {
	least, share := int64(1), int64(50)
	return v1alpha1.Pool{
		Size:          v1alpha1.Size{Min: &least, Max: &most, Desired: &least},
		InstanceTypes: []string{instanceType}, Architecture: "x86_64", CapacityType: "onDemand",
		Disk:   v1alpha1.Disk{SizeGiB: &disk, Type: "gp3"},
		Update: v1alpha1.Update{MaxUnavailablePercentage: &share},
	}
}

// member plans an environment. Its positions tell environment and path.
func member(t testing.TB, env *v1alpha1.Environment) check.Member {
	t.Helper()
	at := func(p diag.Path) diag.Pos { return diag.Pos{File: env.Name + "/" + p.String()} }
	p, found := plan.Decide(env, at, catalog.ProviderAWS{})
	require.False(t, found.HasErrors(), "%v", found)
	m := check.Member{Environment: env, At: at, Plan: func() *plan.Plan { return p }}
	if p != nil {
		m.Alone = check.Inspect(env, at, p, nil, new(compositions.Outlines).Lower(p)) // what it finds is of one member alone
	}
	return m
}

// plenty is every quota as large as anybody needs.
func plenty() *check.Stated {
	values := map[string]int64{}
	for _, code := range []string{
		"L-1216C47A", "L-34B43A08", "L-DB2E81BA", "L-0263D0A3", "L-F678F1CE", "L-A4707A72", "L-FE5A380F", "L-1B52E74A",
		"L-E79EC296", "L-1194D53C", "L-CDE20ADC", "L-848C634D",
	} {
		values[code] = 1_000_000
	}
	return &check.Stated{
		Quotas: v1alpha1.Quotas{"123456789012": {
			Global:  map[string]int64{"L-FE177D64": 100_000, "L-E95E4862": 100_000, "L-858F3967": 100_000, "L-DC2B2D3D": 100_000},
			Regions: map[string]map[string]int64{"us-west-2": values},
		}},
		At: func(p diag.Path) diag.Pos { return diag.Pos{File: "quotas/" + strings.Join(p, ".")} },
	}
}

func lines(findings []check.Finding) string {
	var found diag.List
	var b strings.Builder
	for _, f := range findings {
		if len(f.Used) > 0 {
			fmt.Fprintf(&b, "accepted by %d: %s\n", f.Members[0], strings.Join(f.Used, ", "))
			continue
		}
		found = append(found, f.Diagnostic)
	}
	for _, d := range found.Sorted() {
		fmt.Fprintf(&b, "%s: %s: %s [%s]\n", d.Pos, d.Severity, d.Message, d.Code)
		for _, n := range d.Notes {
			fmt.Fprintf(&b, "  note: %s: %s\n", n.Pos, n.Message)
		}
		if d.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", d.Hint)
		}
	}
	return b.String()
}

// situation is a fleet of sound environments in which something is changed.
type situation struct {
	name  string
	size  int // 2 unless said
	edit  func(envs []*v1alpha1.Environment)
	facts func(f *check.Facts)
}

// test compares what is said of each situation with the file of the test's name.
// UPDATE=1 rewrites it.
func test(t *testing.T, situations []situation) {
	t.Helper()
	var b strings.Builder
	for _, s := range situations {
		fmt.Fprintf(&b, "-- %s --\n%s", s.name, lines(s.check(t)))
	}
	file := "testdata/" + strings.TrimPrefix(t.Name(), "Test") + ".txt"
	if goldenfile.Updating() {
		goldenfile.Write(t, file, []byte(b.String()))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

func (s situation) check(t *testing.T) []check.Finding {
	t.Helper()
	var envs []*v1alpha1.Environment
	for i := range max(2, s.size) {
		envs = append(envs, sound(i))
	}
	if s.edit != nil {
		s.edit(envs)
	}
	var members []check.Member
	for _, env := range envs {
		members = append(members, member(t, env))
	}
	facts := check.Facts{Quotas: plenty()}
	if s.facts != nil {
		s.facts(&facts)
	}
	return check.Check(members, facts)
}

func TestASoundFleetIsPassedInSilence(t *testing.T) {
	require.Empty(t, lines(situation{size: 40}.check(t)))
}

func TestNames(t *testing.T) {
	test(t, []situation{
		{name: "two of one name", edit: func(envs []*v1alpha1.Environment) { envs[1].Name = "env-000" }},
		{name: "a bucket of one name", edit: func(envs []*v1alpha1.Environment) {
			envs[0].Storage.Buckets.Data.Name, envs[1].Storage.Buckets.Logs.Name = "everything", "everything"
		}},
		{name: "a bucket that has another's default name", edit: func(envs []*v1alpha1.Environment) {
			envs[1].Storage.Buckets.Data.Name = "env-000-123456789012-data"
		}},
		{name: "a bucket of one name in two partitions", edit: func(envs []*v1alpha1.Environment) {
			envs[0].Storage.Buckets.Data.Name, envs[1].Storage.Buckets.Data.Name = "everything", "everything"
			envs[1].Region, envs[1].Account = "us-gov-west-1", "345678901234"
			envs[1].Zones, envs[1].ControlPlaneZones = []string{"us-gov-west-1a"}, []string{"us-gov-west-1a", "us-gov-west-1b"}
		}, facts: func(f *check.Facts) { everywhere(f, "345678901234", "us-gov-west-1") }},
		{name: "one file system for two", edit: func(envs []*v1alpha1.Environment) {
			for _, env := range envs {
				env.Encryption.KeyARN = "arn:aws:kms:us-west-2:123456789012:key/11111111-2222-3333-4444-555555555555"
				env.Storage.Datasets.Existing = &v1alpha1.ExistingDatasets{FileSystemID: "fs-0123456789abcdef0", AccessPointID: "fsap-0123456789abcdef0"}
			}
		}},
	})
}

func TestExistingIDs(t *testing.T) {
	const vpc, subnet, table = "vpc-0123456789abcdef0", "subnet-0123456789abcdef0", "rtb-0123456789abcdef0"
	ids := func(component, key, id string) map[string]v1alpha1.ComponentIDs {
		return map[string]v1alpha1.ComponentIDs{component: {key: id}}
	}
	inVPC := func(env *v1alpha1.Environment, id string) {
		env.Network.VPC = &v1alpha1.VPC{
			ID: id, CIDR: env.Network.CIDR,
			Subnets:     v1alpha1.VPCSubnets{Private: map[string]v1alpha1.Subnet{"us-west-2a": {ID: subnet, CIDR: strings.Replace(env.Network.CIDR, "0.0/16", "0.0/18", 1)}}},
			RouteTables: map[string]string{"us-west-2a": table},
		}
		env.ControlPlaneZones = []string{"us-west-2a", "us-west-2b"}
		env.Network.VPC.Subnets.ControlPlane = map[string]v1alpha1.Subnet{
			"us-west-2a": {ID: "subnet-0aaaaaaaaaaaaaaa1", CIDR: strings.Replace(env.Network.CIDR, "0.0/16", "64.0/24", 1)},
			"us-west-2b": {ID: "subnet-0aaaaaaaaaaaaaaa2", CIDR: strings.Replace(env.Network.CIDR, "0.0/16", "65.0/24", 1)},
		}
		env.Network.Endpoints, env.Network.FlowLogs = v1alpha1.Endpoints{}, false
	}
	const key = "11111111-2222-3333-4444-555555555555"
	certificate := "arn:aws:acm:us-west-2:123456789012:certificate/" + key
	test(t, []situation{
		{name: "the VPC, a subnet and a route table of another", edit: func(envs []*v1alpha1.Environment) {
			inVPC(envs[0], vpc)
			envs[1].IDs = map[string]v1alpha1.ComponentIDs{"network": {"vpc": vpc, "private-z0": subnet, "routes-private-z0": table}}
		}},
		{name: "the file system of another", edit: func(envs []*v1alpha1.Environment) {
			envs[1].Encryption.KeyARN = "arn:aws:kms:us-west-2:123456789012:key/" + key
			envs[1].Storage.Datasets.Existing = &v1alpha1.ExistingDatasets{FileSystemID: "fs-0123456789abcdef0", AccessPointID: "fsap-0123456789abcdef0"}
			envs[0].IDs = map[string]v1alpha1.ComponentIDs{"storage": {"datasets": "fs-0123456789abcdef0", "access-point": "fsap-0123456789abcdef0"}}
		}},
		{name: "the key of another", edit: func(envs []*v1alpha1.Environment) {
			envs[1].Encryption.KeyARN = "arn:aws:kms:us-west-2:123456789012:key/" + key
			envs[0].IDs = ids("identity", "key", key)
		}},
		{name: "the certificate of another", edit: func(envs []*v1alpha1.Environment) {
			envs[1].Domain.Certificate = &v1alpha1.Certificate{ARN: certificate}
			envs[0].IDs = ids("domain", "certificate", certificate)
		}},
		{name: "ids of another account and region", edit: func(envs []*v1alpha1.Environment) {
			envs[0].IDs, envs[1].IDs = ids("network", "vpc", vpc), ids("network", "vpc", vpc)
			envs[1].Region, envs[1].Account = "us-east-2", "345678901234"
			envs[1].Zones, envs[1].ControlPlaneZones = []string{"us-east-2a"}, []string{"us-east-2a", "us-east-2b"}
			envs[1].Provider.RoleARN = ""
		}, facts: func(f *check.Facts) { everywhere(f, "345678901234", "us-east-2") }},
		{name: "a key and a VPC that neither made", edit: func(envs []*v1alpha1.Environment) {
			for _, env := range envs {
				env.Encryption.KeyARN = "arn:aws:kms:us-west-2:123456789012:key/" + key
			}
			envs[0].IDs = ids("network", "vpc", vpc)
		}},
		{name: "a route and endpoints in one VPC", edit: func(envs []*v1alpha1.Environment) {
			envs[1].Network.CIDR = envs[0].Network.CIDR
			for _, env := range envs {
				inVPC(env, vpc)
				env.Network.Peers = []v1alpha1.Peer{peer("hub", "10.200.0.0/16", tgw, "")}
				env.Network.Endpoints.ECR = true
			}
		}},
		{name: "a transit gateway attached to one VPC twice", edit: func(envs []*v1alpha1.Environment) {
			envs[1].Network.CIDR = envs[0].Network.CIDR
			for i, env := range envs {
				inVPC(env, vpc)
				env.Network.Peers = []v1alpha1.Peer{attached(fmt.Sprintf("hub-%d", i), fmt.Sprintf("10.20%d.0.0/16", i), tgw)}
			}
		}},
		{name: "a transit gateway attached to two VPCs", edit: func(envs []*v1alpha1.Environment) {
			for _, env := range envs {
				env.Network.Peers = []v1alpha1.Peer{attached("hub", "10.200.0.0/16", tgw)}
			}
		}},
		{name: "a VPN gateway attached to two VPCs", edit: func(envs []*v1alpha1.Environment) {
			for _, env := range envs {
				env.Network.Peers = []v1alpha1.Peer{attached("office", "192.168.0.0/20", vgw)}
			}
		}},
		{name: "a peering connection accepted twice", edit: func(envs []*v1alpha1.Environment) {
			for i, env := range envs {
				env.Network.Peers = []v1alpha1.Peer{attached(fmt.Sprintf("lake-%d", i), fmt.Sprintf("10.20%d.0.0/16", i), pcx)}
			}
		}},
		{name: "a VPC that asks another twice", edit: func(envs []*v1alpha1.Environment) {
			envs[1].Network.CIDR = envs[0].Network.CIDR
			for i, env := range envs {
				inVPC(env, vpc)
				env.Network.Peers = []v1alpha1.Peer{asked(fmt.Sprintf("lake-%d", i), fmt.Sprintf("10.20%d.0.0/16", i))}
			}
		}},
		{name: "two VPCs that ask a third", edit: func(envs []*v1alpha1.Environment) {
			for i, env := range envs {
				env.Network.Peers = []v1alpha1.Peer{asked(fmt.Sprintf("lake-%d", i), fmt.Sprintf("10.20%d.0.0/16", i))}
			}
		}},
	})
}

// everywhere states the quotas of another account and region as well.
func everywhere(f *check.Facts, account, region string) {
	q := f.Quotas.Quotas["123456789012"]
	f.Quotas.Quotas[account] = v1alpha1.AccountQuotas{Global: q.Global, Regions: map[string]map[string]int64{region: q.Regions["us-west-2"]}}
}

func TestHostNames(t *testing.T) {
	fqdns := func(names ...string) func([]*v1alpha1.Environment) {
		return func(envs []*v1alpha1.Environment) {
			for i, name := range names {
				envs[i].Domain.FQDN = name
			}
		}
	}
	test(t, []situation{
		{name: "equal", edit: fqdns("domino.example.com", "domino.example.com")},
		{name: "below", edit: fqdns("domino.example.com", "eu.domino.example.com")},
		{name: "above", edit: fqdns("a.b.domino.example.com", "domino.example.com")},
		{name: "above and below", size: 3, edit: fqdns("domino.example.com", "example.com", "x.domino.example.com")},
		{name: "the name beside it is taken", size: 3, edit: fqdns("domino.example.com", "eu.domino.example.com", "eu-domino.example.com")},
		{name: "beside, and alike as text", size: 3, edit: fqdns("domino.example.com", "domino.example.org", "x-domino.example.com")},
	})
}

const (
	pcx = "pcx-0123456789abcdef0"
	tgw = "tgw-0123456789abcdef0"
	vgw = "vgw-0123456789abcdef0"
)

func attached(name, cidr, gateway string) v1alpha1.Peer {
	return v1alpha1.Peer{Name: name, CIDR: cidr, Connection: gateway, Attach: true}
}

// asked is a peer in the VPC of another team.
func asked(name, cidr string) v1alpha1.Peer {
	return v1alpha1.Peer{Name: name, CIDR: cidr, Request: &v1alpha1.PeeringRequest{VPC: "vpc-0fffffffffffffff9"}}
}

func peer(name, cidr, connection, environment string) v1alpha1.Peer {
	return v1alpha1.Peer{Name: name, CIDR: cidr, Connection: connection, Environment: environment}
}

// peered connects two environments on both sides.
func peered(a, b *v1alpha1.Environment, connection string) {
	a.Network.Peers = append(a.Network.Peers, peer("to-"+b.Name, b.Network.CIDR, connection, b.Name))
	b.Network.Peers = append(b.Network.Peers, peer("to-"+a.Name, a.Network.CIDR, connection, a.Name))
}

func TestPeers(t *testing.T) {
	test(t, []situation{
		{name: "both sides agree", edit: func(envs []*v1alpha1.Environment) { peered(envs[0], envs[1], pcx) }},
		{name: "an unknown environment", edit: func(envs []*v1alpha1.Environment) {
			envs[0].Network.Peers = []v1alpha1.Peer{peer("other", "10.1.0.0/16", pcx, "env-01"), peer("far", "10.9.0.0/16", pcx, "elsewhere")}
		}},
		{name: "an unknown environment in a part of the fleet", edit: func(envs []*v1alpha1.Environment) {
			envs[0].Network.Peers = []v1alpha1.Peer{peer("far", "10.9.0.0/16", pcx, "elsewhere")}
		}, facts: func(f *check.Facts) { f.Partial = true }},
		{name: "one side only", edit: func(envs []*v1alpha1.Environment) {
			envs[0].Network.Peers = []v1alpha1.Peer{peer("other", "10.1.0.0/16", pcx, "env-001")}
		}},
		{name: "one side only, through a transit gateway", edit: func(envs []*v1alpha1.Environment) {
			envs[0].Network.Peers = []v1alpha1.Peer{peer("other", "10.1.0.0/16", tgw, "env-001")}
		}},
		{name: "two connections", edit: func(envs []*v1alpha1.Environment) {
			peered(envs[0], envs[1], pcx)
			envs[1].Network.Peers[0].Connection = "pcx-0fffffffffffffff0"
		}},
		{name: "two transit gateways", edit: func(envs []*v1alpha1.Environment) {
			peered(envs[0], envs[1], tgw)
			envs[1].Network.Peers[0].Connection = "tgw-0fffffffffffffff0"
		}},
		{name: "a range that the other side does not have", edit: func(envs []*v1alpha1.Environment) {
			peered(envs[0], envs[1], pcx)
			envs[0].Network.Peers[0].CIDR = "10.77.0.0/16"
		}},
	})
}

// asking gives an environment a peer of which it asks a peering connection.
func asking(env, other *v1alpha1.Environment, request v1alpha1.PeeringRequest) {
	env.Network.Peers = append(env.Network.Peers, v1alpha1.Peer{Name: "to-" + other.Name, CIDR: other.Network.CIDR, Environment: other.Name, Request: &request})
}

// What is asked for has an id when AWS has made it and it is committed: until then
// nothing is said of the other side, and then what is to be written there.
func TestRequestsForPeeringConnections(t *testing.T) {
	theirs := v1alpha1.PeeringRequest{VPC: "vpc-0123456789abcdef1"}
	committed := func(t *testing.T, env *v1alpha1.Environment) {
		ids := v1alpha1.ComponentIDs{"vpc": "vpc-0123456789abcdef0"}
		for key := range member(t, env).Plan().Spec.Network.Attachments {
			ids["attach-"+key] = pcx
		}
		env.IDs = map[string]v1alpha1.ComponentIDs{"network": ids}
	}
	test(t, []situation{
		{name: "the id is not committed", edit: func(envs []*v1alpha1.Environment) { asking(envs[0], envs[1], theirs) }},
		{name: "the other side is ahead of the id", edit: func(envs []*v1alpha1.Environment) {
			asking(envs[0], envs[1], theirs)
			envs[1].Network.Peers = []v1alpha1.Peer{peer("back", envs[0].Network.CIDR, pcx, "env-000")}
		}},
		{name: "the id is committed", edit: func(envs []*v1alpha1.Environment) {
			asking(envs[0], envs[1], theirs)
			committed(t, envs[0])
		}},
		{name: "the id is committed and the other side in another account", edit: func(envs []*v1alpha1.Environment) {
			envs[1].Account = "210987654321"
			asking(envs[0], envs[1], v1alpha1.PeeringRequest{VPC: theirs.VPC, Account: "210987654321"})
			committed(t, envs[0])
		}},
		{name: "both sides agree", edit: func(envs []*v1alpha1.Environment) {
			asking(envs[0], envs[1], theirs)
			committed(t, envs[0])
			envs[1].Network.Peers = []v1alpha1.Peer{peer("back", envs[0].Network.CIDR, pcx, "env-000")}
		}},
		{name: "another id on the other side", edit: func(envs []*v1alpha1.Environment) {
			asking(envs[0], envs[1], theirs)
			committed(t, envs[0])
			envs[1].Network.Peers = []v1alpha1.Peer{peer("back", envs[0].Network.CIDR, "pcx-0fffffffffffffff0", "env-000")}
		}},
		{name: "accepted on both sides", edit: func(envs []*v1alpha1.Environment) {
			asking(envs[0], envs[1], theirs)
			committed(t, envs[0])
			back := attached("back", envs[0].Network.CIDR, pcx)
			back.Environment = "env-000"
			envs[1].Network.Peers = []v1alpha1.Peer{back}
		}},
		{name: "accepted from another account", edit: func(envs []*v1alpha1.Environment) {
			envs[1].Account = "210987654321"
			asking(envs[0], envs[1], v1alpha1.PeeringRequest{VPC: theirs.VPC, Account: "210987654321"})
			committed(t, envs[0])
			back := attached("back", envs[0].Network.CIDR, pcx)
			back.Environment = "env-000"
			envs[1].Network.Peers = []v1alpha1.Peer{back}
		}},
		{name: "both ask", edit: func(envs []*v1alpha1.Environment) {
			asking(envs[0], envs[1], theirs)
			asking(envs[1], envs[0], v1alpha1.PeeringRequest{VPC: "vpc-0123456789abcdef0"})
		}},
		{name: "another VPC", edit: func(envs []*v1alpha1.Environment) {
			asking(envs[0], envs[1], theirs)
			envs[1].IDs = map[string]v1alpha1.ComponentIDs{"network": {"vpc": "vpc-0fffffffffffffff0"}}
		}},
		{name: "another account and region", edit: func(envs []*v1alpha1.Environment) {
			asking(envs[0], envs[1], v1alpha1.PeeringRequest{VPC: theirs.VPC, Account: "210987654321", Region: "eu-west-1"})
		}},
		{name: "the pods of both", edit: func(envs []*v1alpha1.Environment) {
			asking(envs[0], envs[1], theirs)
			envs[0].Network.PodCIDR, envs[1].Network.PodCIDR = "100.64.0.0/16", "100.64.0.0/16"
		}},
	})
}

func TestRanges(t *testing.T) {
	same := func(envs []*v1alpha1.Environment) {
		for _, env := range envs {
			env.Network.CIDR = "10.0.0.0/16"
		}
	}
	joined := func(envs []*v1alpha1.Environment, cidr, connection string) {
		for _, env := range envs {
			env.Network.Peers = []v1alpha1.Peer{peer("hub", cidr, connection, "")}
		}
	}
	test(t, []situation{
		{name: "nothing joins them", size: 3, edit: same},
		{name: "peers", edit: func(envs []*v1alpha1.Environment) {
			envs[1].Network.CIDR = "10.0.128.0/17"
			envs[0].Network.Peers = []v1alpha1.Peer{peer("other", "10.90.0.0/16", pcx, "env-001")}
			envs[1].Network.Peers = []v1alpha1.Peer{peer("other", "10.91.0.0/16", pcx, "env-000")}
		}},
		{name: "a transit gateway", size: 3, edit: func(envs []*v1alpha1.Environment) {
			same(envs)
			joined(envs, "10.200.0.0/16", tgw)
			envs[2].Network.CIDR = "10.0.64.0/18"
		}},
		{name: "two gateways and one network behind them", edit: func(envs []*v1alpha1.Environment) {
			same(envs)
			joined(envs, "10.200.0.0/16", pcx)
			envs[1].Network.Peers[0].Connection = "pcx-0fffffffffffffff0"
		}},
		{name: "two networks of one name", edit: func(envs []*v1alpha1.Environment) {
			same(envs)
			joined(envs, "10.200.0.0/16", pcx)
			envs[1].Network.Peers[0] = peer("hub", "10.201.0.0/16", "pcx-0fffffffffffffff0", "")
		}},
		{name: "peers of a third", size: 3, edit: func(envs []*v1alpha1.Environment) {
			peered(envs[0], envs[1], "pcx-01111111111111111")
			peered(envs[1], envs[2], "pcx-02222222222222222")
			envs[2].Network.CIDR = "10.0.0.0/16"
			envs[1].Network.Peers = []v1alpha1.Peer{
				peer("first", "10.0.0.0/17", "pcx-01111111111111111", "env-000"),
				peer("third", "10.0.128.0/17", "pcx-02222222222222222", "env-002"),
			}
		}},
		{name: "the pods of two behind a transit gateway", edit: func(envs []*v1alpha1.Environment) {
			joined(envs, "10.200.0.0/16", tgw)
			envs[0].Network.PodCIDR, envs[1].Network.PodCIDR = "100.64.0.0/16", "100.64.0.0/16"
		}},
		{name: "the pods of two that are peers", edit: func(envs []*v1alpha1.Environment) {
			peered(envs[0], envs[1], pcx)
			envs[0].Network.PodCIDR, envs[1].Network.PodCIDR = "100.64.0.0/16", "100.64.0.0/16"
		}},
		{name: "the pods of one and the VPC of the other", edit: func(envs []*v1alpha1.Environment) {
			joined(envs, "10.200.0.0/16", tgw)
			envs[0].Network.PodCIDR = "10.1.0.0/17"
		}},
	})
}

func TestQuotas(t *testing.T) {
	state := func(code string, value int64) func(*check.Facts) {
		return func(f *check.Facts) { f.Quotas.Quotas["123456789012"].Regions["us-west-2"][code] = value }
	}
	test(t, []situation{
		{name: "a default is exceeded", size: 6, facts: func(f *check.Facts) {
			delete(f.Quotas.Quotas["123456789012"].Regions["us-west-2"], "L-F678F1CE")
		}},
		{name: "what is stated is exceeded", facts: state("L-1216C47A", 300)},
		{name: "in all regions", facts: func(f *check.Facts) { f.Quotas.Quotas["123456789012"].Global["L-FE177D64"] = 10 }},
		{name: "what AWS does not raise", facts: func(f *check.Facts) { f.Quotas.Quotas["123456789012"].Global["L-858F3967"] = 1 }},
		{name: "of one cluster", facts: state("L-6D54EA21", 1)},
		{name: "nothing is stated", size: 3, facts: func(f *check.Facts) { f.Quotas = nil }},
		{name: "nothing is stated, and one accepts that", size: 3, edit: func(envs []*v1alpha1.Environment) {
			envs[1].Accept = map[string]string{"quota-unknown": "the account is old"}
		}, facts: func(f *check.Facts) { f.Quotas = nil }},
		{name: "what is stated and nobody needs", facts: func(f *check.Facts) {
			q := f.Quotas.Quotas
			q["123456789012"].Regions["us-west-2"]["L-1216C47B"] = 1
			q["123456789012"].Regions["us-west-2"]["L-FE177D64"] = 1
			q["123456789012"].Regions["us-west-1"] = map[string]int64{"L-1216C47A": 1}
			q["999999999999"] = v1alpha1.AccountQuotas{Global: map[string]int64{"L-FE177D64": 1}}
		}},
	})
}

func TestVersions(t *testing.T) {
	version := func(versions ...string) func([]*v1alpha1.Environment) {
		return func(envs []*v1alpha1.Environment) {
			for i, v := range versions {
				envs[i].Cluster.Version = v
			}
		}
	}
	addon := func(name, version string) func([]*v1alpha1.Environment) {
		return func(envs []*v1alpha1.Environment) {
			envs[0].Cluster.Addons = map[string]v1alpha1.Addon{name: {Enabled: true, Version: version}}
		}
	}
	on := func(day string) func(*check.Facts) { return func(f *check.Facts) { f.Date = day } }
	test(t, []situation{
		{name: "the day before the notice", facts: on("2026-12-26")},
		{name: "the first day of the notice", facts: on("2026-12-27")},
		{name: "the last day", facts: on("2027-03-26"), edit: func(envs []*v1alpha1.Environment) { envs[0].Cluster.SupportType = "EXTENDED" }},
		{name: "standard support is over", facts: on("2027-03-27"), edit: func(envs []*v1alpha1.Environment) { envs[0].Cluster.SupportType = "EXTENDED" }},
		{name: "all support is over", facts: on("2028-03-27")},
		{name: "without a day, that of the newest source", edit: version("1.33", "1.34")},
		{name: "one ahead", size: 3, edit: version("1.34", "1.34", "1.35")},
		{name: "two ahead", size: 3, edit: version("1.34", "1.34", "1.36")},
		{name: "two ahead of less than half", size: 3, edit: version("1.34", "1.36", "1.36")},
		{name: "kube-proxy that is newer", edit: addon("kube-proxy", "v1.36.0-eksbuild.1")},
		{name: "kube-proxy that is too old", edit: addon("kube-proxy", "v1.31.0-eksbuild.1")},
		{name: "kube-proxy that goes", edit: addon("kube-proxy", "v1.32.0-eksbuild.1")},
		{name: "coredns that nobody knows of", edit: func(envs []*v1alpha1.Environment) {
			version("1.32", "1.32")(envs)
			addon("coredns", "v1.12.3-eksbuild.1")(envs)
		}},
		{name: "coredns that Kubernetes has outgrown", edit: addon("coredns", "v1.11.4-eksbuild.40")},
		{name: "coredns of the oldest minor version listed", edit: addon("coredns", "v1.13.1-eksbuild.1")},
		{name: "a VPC CNI that Kubernetes has outgrown", edit: addon("vpc-cni", "v1.17.1-eksbuild.1")},
		{name: "the VPC CNI of a Kubernetes version of which nothing is known", edit: func(envs []*v1alpha1.Environment) {
			version("1.36", "1.36")(envs)
			addon("vpc-cni", "v1.21.1-eksbuild.8")(envs)
		}},
		{name: "a driver of which nothing is known", edit: addon("aws-ebs-csi-driver", "v1.58.0-eksbuild.1")},
		{name: "a driver whose version AWS chooses", edit: addon("aws-ebs-csi-driver", "")},
	})
}

func TestTrust(t *testing.T) {
	zone := func(env *v1alpha1.Environment, role string) {
		env.Domain.HostedZone = &v1alpha1.HostedZone{ID: "Z0123456789ABCDEFGHIJ", Name: "example.com", RoleARN: role}
	}
	const validation = "arn:aws:iam::678901234567:role/certificate-validation"
	test(t, []situation{
		{name: "the role that the account has by default", edit: func(envs []*v1alpha1.Environment) {
			for _, env := range envs {
				env.Provider.RoleARN = ""
			}
		}},
		{name: "one of three", size: 3, edit: func(envs []*v1alpha1.Environment) { envs[2].Provider.RoleARN = role("env-000") }},
		{name: "more than can be named", size: 6, edit: func(envs []*v1alpha1.Environment) {
			for _, env := range envs[:5] {
				env.Provider.RoleARN = role("shared")
			}
		}},
		{name: "the role of a hosted zone is another's", edit: func(envs []*v1alpha1.Environment) { zone(envs[1], role("env-000")) }},
		{name: "hosted zones share a role", edit: func(envs []*v1alpha1.Environment) {
			zone(envs[0], validation)
			zone(envs[1], validation)
		}},
		{name: "the zone's role is the environment's own", edit: func(envs []*v1alpha1.Environment) { zone(envs[0], role("env-000")) }},
	})
}

func TestWhatIsOfferedIsSupportedForThreeMonths(t *testing.T) {
	require.Equal(t, []string{"1.35", "1.36"}, check.Offered(""), "1.34 ends on 2026-12-02")
	require.Equal(t, []string{"1.34", "1.35", "1.36"}, check.Offered("2026-09-02"))
	require.Equal(t, []string{"1.35", "1.36"}, check.Offered("2026-09-03"))
}
