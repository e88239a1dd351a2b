// Package fleet holds what compositions/check counts and compares, which it
// reads from plans, against the resources that the components make of them.
package fleet

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/random"
)

const seeds = 80

func nowhere(diag.Path) diag.Pos { return diag.Pos{} }

// planned is a random environment with its plan; some are refused.
func planned(seed uint64) (check.Member, bool) {
	env := random.Environment(random.New(seed))
	p, found := plan.Decide(env, nowhere)
	return check.Member{Environment: env, Plan: p, At: nowhere}, !found.HasErrors()
}

// made are the objects of a plan, as they would be rendered.
func made(t *testing.T, m check.Member) []map[string]any {
	t.Helper()
	compiled, found, err := compositions.Compile([]compositions.Input{{Environment: m.Environment, At: nowhere}})
	require.NoError(t, err)
	require.False(t, found.HasErrors())
	objects, err := compiled.Render(m.Environment.Name, false)
	require.NoError(t, err)
	return objects
}

// at is the text at a path of names, empty when there is none.
func at(object map[string]any, path string) string {
	var value any = object
	for name := range strings.SplitSeq(path, "/") {
		fields, ok := value.(map[string]any)
		if !ok {
			return ""
		}
		value = fields[name]
	}
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

func nameInAWS(object map[string]any) string {
	annotations, _ := object["metadata"].(map[string]any)["annotations"].(map[string]any)
	name, _ := annotations["crossplane.io/external-name"].(string)
	return name
}

// counted are the quotas that count objects, by kind and, for endpoints, type.
var counted = map[string]string{
	"EIP": "L-0263D0A3", "VPC": "L-F678F1CE", "InternetGateway": "L-A4707A72", "VPCEndpoint Gateway": "L-1B52E74A",
	"SecurityGroup": "L-E79EC296", "Bucket": "L-DC2B2D3D", "FileSystem": "L-848C634D", "Role": "L-FE177D64",
	"Policy": "L-E95E4862", "OpenIDConnectProvider": "L-858F3967", "Key": "L-C2F1777E", "Certificate": "L-F141DD1D",
	"NodeGroup": "L-CDE20ADC",
}

// group says what an object counts as, "" for nothing here.
func group(object map[string]any) string {
	kind, api := at(object, "kind"), at(object, "apiVersion")
	switch {
	case kind == "VPCEndpoint":
		return kind + " " + at(object, "spec/forProvider/vpcEndpointType")
	case kind == "Policy" && !strings.HasPrefix(api, "iam."):
		return ""
	case kind == "FileSystem" && existing(object):
		return ""
	}
	return kind
}

// existing says that an object takes up what is there.
func existing(object map[string]any) bool { return strings.HasPrefix(nameInAWS(object), "fs-") }

func TestNeedsAreWhatIsMade(t *testing.T) {
	checked := 0
	for seed := range uint64(seeds) {
		m, ok := planned(seed)
		if !ok {
			continue
		}
		checked++
		want := map[string]int64{}
		for _, object := range made(t, m) {
			if code, known := counted[group(object)]; known {
				want[code]++
			}
			switch at(object, "kind") {
			case "Cluster":
				if strings.HasPrefix(at(object, "apiVersion"), "eks.") {
					want["L-1194D53C"]++
				}
			case "Repository":
				want["L-CFEB8E8D"]++
			}
		}
		got := map[string]int64{}
		for _, need := range check.Needs(m.Plan) {
			if _, compared := want[need.Code]; compared || countsObjects(need.Code) {
				got[need.Code] += need.Amount
			}
		}
		require.Equal(t, want, got, "seed %d", seed)
	}
	require.Greater(t, checked, seeds/2)
}

func countsObjects(code string) bool {
	for _, c := range counted {
		if c == code {
			return true
		}
	}
	return code == "L-1194D53C" || code == "L-CFEB8E8D"
}

// What is counted for something smaller than a region: rules by group, routes
// by table, policies by role, gateways by zone.
func TestNeedsOfOneThingAreWhatIsMadeForIt(t *testing.T) {
	checked := 0
	for seed := range uint64(seeds) {
		m, ok := planned(seed)
		if !ok {
			continue
		}
		checked++
		name := m.Environment.Name
		rules, routes, policies, gateways := map[string]int64{}, map[string]int64{}, map[string]int64{}, int64(0)
		for _, object := range made(t, m) {
			switch at(object, "kind") {
			case "SecurityGroupIngressRule":
				rules[at(object, "spec/forProvider/securityGroupIdRef/name")]++
			case "Route":
				routes[at(object, "spec/forProvider/routeTableIdRef/name")]++
			case "RolePolicyAttachment":
				policies[at(object, "spec/forProvider/roleRef/name")]++
			case "NATGateway":
				gateways++
			}
		}
		var natGateways int64
		compared := map[string]int{}
		for _, need := range check.Needs(m.Plan) {
			compared[need.Code]++
			switch need.Code {
			case "L-0EA8095F":
				require.Equal(t, rules[name+"-security-"+strings.TrimPrefix(need.Of, name+"-")], need.Amount, "seed %d: %+v", seed, need)
			case "L-93826ACB":
				key := strings.TrimPrefix(need.Of, name+"/")
				own := int64(1) // within the VPC
				if m.Plan.Spec.Network.VPC.PodCIDR != "" {
					own++
				}
				require.Equal(t, routes[name+"-network-"+key]+routes[name+"-network-table-"+key]+routes[name+"-network-routes-"+key]+own, need.Amount, "seed %d: %+v, %v", seed, need, routes)
			case "L-0DA4ABF3":
				require.Equal(t, policies[name+"-identity-platform"], need.Amount, "seed %d", seed)
				for role, n := range policies {
					require.LessOrEqual(t, n, need.Amount, role)
				}
			case "L-FE5A380F":
				natGateways += need.Amount
			}
		}
		require.Equal(t, gateways, natGateways, "seed %d", seed)
		require.Equal(t, 2, compared["L-0EA8095F"], "seed %d: nodes and control plane", seed)
		require.Equal(t, 1, compared["L-0DA4ABF3"], "seed %d: the platform's role", seed)
		require.Equal(t, madeTables(m), compared["L-93826ACB"], "seed %d: the route tables that are made", seed)
	}
	require.Greater(t, checked, seeds/2)
}

// madeTables is the number of route tables that a plan makes.
func madeTables(m check.Member) int {
	made := 0
	if network := m.Plan.Spec.Network; network != nil {
		for _, table := range network.RouteTables {
			if table.ID == "" {
				made++
			}
		}
	}
	return made
}

// kinds are the kinds whose names are unique beyond their environment, as the
// reader of a diagnostic knows them.
var kinds = map[string]string{
	"Role iam": "IAM role", "Policy iam": "IAM policy", "Cluster eks": "EKS cluster", "Group cloudwatchlogs": "log group",
	"Vault backup": "backup vault", "Alias kms": "KMS alias", "Repository ecr": "ECR repository", "Bucket s3": "S3 bucket",
	"FileSystem efs": "file system",
}

// Whatever is made with a name of our choice in AWS is compared over the fleet;
// what lives inside of a cluster or has no name there is told apart here.
func TestEveryNameThatIsMadeIsCompared(t *testing.T) {
	within := map[string]bool{"NodeGroup eks": true, "AccessPoint efs": true, "AccessEntry eks": true, "Addon eks": true, "IdentityProviderConfig eks": true}
	seen := map[string]bool{}
	for seed := range uint64(seeds) {
		m, ok := planned(seed)
		if !ok {
			continue
		}
		compared := map[[2]string]bool{}
		for _, n := range check.Names(m) {
			compared[[2]string{n.Kind, strings.TrimPrefix(n.Text, "alias/")}] = true
		}
		for _, object := range made(t, m) {
			service, _, _ := strings.Cut(at(object, "apiVersion"), ".")
			kind := at(object, "kind") + " " + service
			name := nameInAWS(object)
			if name == "" || within[kind] || !strings.Contains(at(object, "apiVersion"), ".aws.m.upbound.io/") {
				continue
			}
			seen[kind] = true
			require.True(t, compared[[2]string{kinds[kind], name}], "seed %d: %s %q is not compared", seed, kind, name)
		}
	}
	for kind := range kinds {
		require.True(t, seen[kind], "%s is never made", kind)
	}
}
