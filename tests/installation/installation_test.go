package installation

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
)

// chosen matches what AWS, Terraform or the emulator choose: no two runs have the same.
var chosen = regexp.MustCompile(made.String() + `|\b(?:key|pl)-[0-9a-f]{17}|sgrule-\d+|-20\d{24}|-20[0-9a-f]{24}|20\d\d-\d\d-\d\dT[\d:]+Z|aws-go-sdk-\d+|\b127\.\d+\.\d+\.\d+|\b10\.\d+\.\d+\.\d+"|terraform-[0-9a-f]+`)

// refreshed are attributes that AWS computes from other resources: they are right in a
// state only if it was refreshed after those were made, and the three real runs were not
// refreshed alike.
var refreshed = []string{
	`aws_s3_bucket\..* (logging|policy|versioning|server_side_encryption_configuration)$`, `aws_iam_role\..* managed_policy_arns$`,
	`aws_security_group\..* (ingress|egress)$`, `aws_backup_plan\..* version$`,
}

// facts returns what the reader keeps of an installation, one line for each attribute,
// without what was chosen.
func facts(t *testing.T, files []terraform.File) map[string]string {
	t.Helper()
	read, found := terraform.Read(files)
	require.Empty(t, found)
	all := map[string]string{}
	for _, r := range read.Resources {
		all[r.Address] = "is there"
		for name, value := range r.Attributes {
			all[r.Address+" "+name] = line(value)
		}
	}
	for name, value := range read.Outputs {
		for field, value := range value.(map[string]any) {
			all["output "+name+" "+field] = line(value)
		}
	}
	apart := regexp.MustCompile(strings.Join(refreshed, "|"))
	maps.DeleteFunc(all, func(fact, value string) bool {
		return apart.MatchString(fact) || strings.HasSuffix(fact, " tags") && value == "{}" // null before a refresh
	})
	return all
}

// line returns a value as text, without what was chosen.
func line(value any) string {
	text, _ := json.Marshal(value)
	return strings.ReplaceAll(chosen.ReplaceAllString(string(text), "CHOSEN"), `"secondary_gids":[],`, "")
}

func real(set string) []terraform.File {
	var files []terraform.File
	for _, root := range Roots {
		files = append(files, terraform.File{Name: root + ".tfstate", Text: []byte(read(set, root))})
	}
	return files
}

// requireSame requires that two installations have the same facts.
func requireSame(t *testing.T, want, got map[string]string) {
	t.Helper()
	require.Greater(t, len(want), 1500)
	var all []string
	for _, fact := range slices.Sorted(maps.Keys(want)) {
		if value, there := got[fact]; !there {
			all = append(all, fact+" is missing")
		} else if value != want[fact] {
			all = append(all, fmt.Sprintf("%s:\n  want %.300s\n  got  %.300s", fact, want[fact], value))
		}
	}
	for _, fact := range slices.Sorted(maps.Keys(got)) {
		if _, there := want[fact]; !there {
			all = append(all, fact+" is too many")
		}
	}
	require.Empty(t, strings.Join(all[:min(len(all), 20)], "\n"), "%d differ", len(all))
}

func TestTheDefaultsAreThoseOfTheRealRun(t *testing.T) {
	requireSame(t, facts(t, real("a-base")), facts(t, New("tfthree").Files()))
}

func TestAnExistingNetworkKeyAndIssuerAreAsInTheRealRun(t *testing.T) {
	requireSame(t, facts(t, real("b-existing")), facts(t, New("tfbrought",
		ExistingVPC(), ExistingKey(), ExistingIssuer(), Public("203.0.113.0/24"), ServiceCIDR("172.21.0.0/16"),
		Tags(map[string]string{"team": "platform", "environment": "production", "cost-center": "4711"}),
		Pools(Pool{Name: "platform", InstanceTypes: []string{"m7i-flex.4xlarge"}, Disk: 200}),
	).Files()))
}

func TestPoolsAreAsInTheRealRun(t *testing.T) {
	requireSame(t, facts(t, real("c-pools")), facts(t, New("tfpools", Tags(map[string]string{}), NoPodRange(), NoECR(), NoKMS(), Pools(
		Pool{Name: "compute", InstanceTypes: []string{"m6i.2xlarge", "m6a.2xlarge"}, Min: 1, Desired: 1, Max: 8},
		Pool{Name: "gpu", Max: 4},
		Pool{Name: "platform", Min: 2, Desired: 2, Max: 6, Disk: 128},
		Pool{Name: "platform_jobs", Max: 5},
		Pool{
			Name: "burst_spot", InstanceTypes: []string{"m6i.4xlarge", "m6a.4xlarge", "m5.4xlarge"}, Spot: true, Max: 20,
			Labels: map[string]string{poolLabel: "burst-spot"}, Tags: map[string]string{"purpose": "burst"}, Disk: 500,
		},
		Pool{Name: "golden", AMI: "ami-a5f03a9443654edfb", Max: 3, Disk: 200},
		Pool{
			Name: "bigmem", InstanceTypes: []string{"r6i.8xlarge"}, Max: 2, MaxPercent: 25, Disk: 2000, IOPS: 6000, Throughput: 500,
			Labels: map[string]string{"example.com/memory": "256"}, Taints: []Taint{{"example.com/memory", "large", "NO_SCHEDULE"}, {"example.com/reserved", "", "PREFER_NO_SCHEDULE"}},
		},
	)).Files()))
}

// The root infra plans this number of objects for two zones, without the payer of each
// bucket and a pause, which only the states have.
func TestTheExamplesHaveAsManyObjectsAsThePlans(t *testing.T) {
	for name, want := range map[string]int{
		"dataplane": 46, "only-efs-storage": 57, "minimal-wo-bastion": 88, "elastic-efs": 88, "public-access": 88, "identity-providers": 88,
		"specify-vpc-cidr": 93, "minimal-with-bastion": 100, "platform-jobs": 100, "oidc-byo": 100, "nodes-custom-ami": 100, "custom-node-pool": 100,
	} {
		read, _ := terraform.Read(Example(name).Files()[:1])
		got := 0
		for _, r := range read.Resources {
			if r.Managed && r.Type != "aws_s3_bucket_request_payment_configuration" && r.Type != "time_sleep" {
				got++
			}
		}
		require.Equal(t, want, got, name)
	}
}

func TestEachExampleIsRead(t *testing.T) {
	require.Len(t, Examples(), 25)
	for _, name := range Examples() {
		for zones := 1; zones <= 3; zones++ {
			if zones == 1 && name == "dataplane" {
				continue // has a pool in the second zone
			}
			i := Example(name, Zones(zones))
			got, found := terraform.Read(i.Files())
			require.Empty(t, found, name)
			require.Len(t, slices.Concat(got.Of(true, "aws_subnet", "private"), got.Of(false, "aws_subnet", "private")), zones, name)
			cluster := got.Of(true, "aws_eks_cluster")
			require.Len(t, cluster, 1)
			require.Len(t, cluster[0].Texts("vpc_config", "subnet_ids"), zones, name)
			if name != "dataplane" {
				require.Len(t, got.Of(true, "aws_eks_node_group"), zones*len(got.Of(true, "aws_launch_template")), name)
			}
			requireClosed(t, got)
		}
	}
}

// requireClosed requires that no kept attribute names a subnet, group or table that is not
// there.
func requireClosed(t *testing.T, read *terraform.Installation) {
	t.Helper()
	ids := regexp.MustCompile(`\b(?:subnet|rtb|nat|eipalloc|lt|fs|fsap)-[0-9a-f]{17}\b`)
	there := map[string]bool{}
	for _, r := range read.Resources {
		there[r.Text("id")] = true
		there[r.Text("main_route_table_id")] = true
		there[r.Text("default_route_table_id")] = true
	}
	text, err := json.Marshal([]any{read.Resources, read.Outputs})
	require.NoError(t, err)
	for _, id := range ids.FindAllString(string(text), -1) {
		require.True(t, there[id], "%s is nowhere", id)
	}
}

func TestTheFormsHaveTheSameResources(t *testing.T) {
	i := New("prod-us", Region("eu-central-1"))
	want, found := terraform.Read(i.Files())
	require.Empty(t, found)

	shown, found := terraform.Read(i.Shown())
	require.Empty(t, found)
	require.Equal(t, len(want.Resources), len(shown.Resources))
	for n, r := range want.Resources {
		require.Equal(t, r.Address, shown.Resources[n].Address)
		require.Equal(t, r.Attributes, shown.Resources[n].Attributes, r.Address)
	}
	require.Equal(t, want.Outputs, shown.Outputs)

	single, found := terraform.Read(i.Single())
	require.Empty(t, found)
	require.Equal(t, "module.control_plane.aws_eks_cluster.this", single.Of(true, "aws_eks_cluster")[0].Address)
	require.Equal(t, len(want.Of(true, "aws_eks_node_group")), len(single.Of(true, "aws_eks_node_group")))
	require.Empty(t, single.Outputs)
}

func TestVersion6OfTheProviderAddsToTheSameResources(t *testing.T) {
	before, _ := terraform.Read(New("one").Files())
	after, found := terraform.Read(New("one", Provider6()).Files())
	require.Empty(t, found)
	require.Equal(t, len(before.Resources), len(after.Resources))
	require.Equal(t, "us-west-2", after.Of(true, "aws_eks_cluster")[0].Text("region"))
	require.Equal(t, "DEFAULT", after.Of(true, "aws_eks_node_group")[0].Text("update_config", "update_strategy"))
	require.Equal(t, "one-eks/arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", after.Of(true, "aws_iam_role_policy_attachment", "eks_cluster")[0].Text("id"))
}

func TestNamesRegionsAndIdsAreOfTheInstallation(t *testing.T) {
	one, other := New("one", Region("eu-central-1")), New("other", Region("us-gov-west-1"))
	ids := map[string]bool{}
	for _, i := range []*Installation{one, other} {
		got, found := terraform.Read(i.Files())
		require.Empty(t, found)
		text, err := json.Marshal([]any{got.Resources, got.Outputs})
		require.NoError(t, err)
		require.NotContains(t, string(text), "tfthree")
		require.NotContains(t, string(text), "us-west-2")
		for _, id := range made.FindAllString(string(text), -1) {
			owner := i.Name + " " + id
			require.False(t, ids[id] && !ids[owner], "%s is in both", id)
			ids[id], ids[owner] = true, true
		}
	}
	text, err := json.Marshal(other.roots["infra"])
	require.NoError(t, err)
	require.NotContains(t, string(text), "arn:aws:")
	require.Contains(t, string(text), `"usgw1-az1"`)
	require.Equal(t, one.Files(), New("one", Region("eu-central-1")).Files(), "nothing is random")
}
