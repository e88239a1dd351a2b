package security_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/components/security"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

func spec() v1alpha1.SecuritySpec {
	return v1alpha1.SecuritySpec{
		VPC:          v1alpha1.Reference{Name: "prod-us-network-vpc"},
		PrivateCIDRs: map[string]v1alpha1.PrivateCIDR{"3f2a91": {CIDR: "10.200.0.0/16"}},
	}
}

func TestGroupsAndRulesAreAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "security.yaml", security.Lower(lowered.Common(), spec(), v1alpha1.SecurityStatus{}))
}

func TestAnExistingVPCIsNamedByItsID(t *testing.T) {
	existing := v1alpha1.SecuritySpec{VPC: v1alpha1.Reference{ID: "vpc-0123456789abcdef0"}}
	resources := security.Lower(lowered.Common(), existing, v1alpha1.SecurityStatus{})
	lowered.Check(t, resources)
	require.Equal(t, "vpc-0123456789abcdef0", forProvider(t, resources[0])["vpcId"])
}

// The twenty rules of the Terraform modules (baseline 1.7), in their order.
func TestNodesHaveTheTwentyRulesOfTheBaseline(t *testing.T) {
	want := strings.Fields(`
		out:-1:0.0.0.0/0
		in:tcp:15017:cluster in:tcp:4443:cluster in:tcp:5443:cluster in:tcp:6443:cluster
		in:tcp:9443:cluster in:tcp:8080:cluster in:tcp:443:cluster in:tcp:10250:cluster
		in:tcp:53:cluster in:udp:53:cluster in:tcp:53:nodes in:udp:53:nodes
		in:tcp:1053:nodes in:udp:1053:nodes in:tcp:80:nodes in:tcp:443:nodes
		in:tcp:1024-65535:nodes out:tcp:1024-65535:nodes in:tcp:8443:cluster`)
	var got []string
	for _, r := range security.Lower(lowered.Common(), spec(), v1alpha1.SecurityStatus{}) {
		if rule := rule(t, r); rule != "" {
			got = append(got, rule)
		}
	}
	require.ElementsMatch(t, want, got)
}

// rule writes a rule of the nodes' group shortly; nothing for anything else.
func rule(t *testing.T, r resource.Resource) string {
	fields := forProvider(t, r)
	group, ok := fields["securityGroupIdRef"].(map[string]any)
	if !ok || group["name"] != "prod-us-security-nodes" {
		return ""
	}
	direction := map[string]string{"SecurityGroupIngressRule": "in", "SecurityGroupEgressRule": "out"}
	return fmt.Sprintf("%s:%s:%s", direction[r.Object.GetObjectKind().GroupVersionKind().Kind], fields["ipProtocol"], peer(fields))
}

func peer(fields map[string]any) string {
	if cidr, ok := fields["cidrIpv4"]; ok {
		return cidr.(string)
	}
	name := fields["referencedSecurityGroupIdRef"].(map[string]any)["name"].(string)
	ports := fmt.Sprint(fields["fromPort"])
	if fields["toPort"] != fields["fromPort"] {
		ports += "-" + fmt.Sprint(fields["toPort"])
	}
	return ports + ":" + strings.TrimPrefix(name, "prod-us-security-")
}

// Kubernetes wants exactly one group with the tag on a node; the control plane's is on none.
func TestOneGroupOfNodesCarriesTheTagOfTheCluster(t *testing.T) {
	var tagged []string
	for _, r := range security.Lower(lowered.Common(), spec(), v1alpha1.SecurityStatus{}) {
		tags, _ := forProvider(t, r)["tags"].(map[string]any)
		if _, ok := tags["kubernetes.io/cluster/prod-us"]; ok {
			tagged = append(tagged, r.Key)
		}
	}
	require.Equal(t, []string{"nodes", "cluster"}, tagged)
}

func TestOnlyNodesReachTheFileSystem(t *testing.T) {
	var rules []string
	for _, r := range security.Lower(lowered.Common(), spec(), v1alpha1.SecurityStatus{}) {
		fields := forProvider(t, r)
		if group, ok := fields["securityGroupIdRef"].(map[string]any); ok && group["name"] == "prod-us-security-efs" {
			rules = append(rules, fmt.Sprint(fields["ipProtocol"], ":", peer(fields)))
		}
	}
	require.Equal(t, []string{"tcp:2049:nodes"}, rules)
}

func forProvider(t *testing.T, r resource.Resource) map[string]any {
	return lowered.Content(t, r)["spec"].(map[string]any)["forProvider"].(map[string]any)
}
