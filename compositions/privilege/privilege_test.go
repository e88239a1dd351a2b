package privilege

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
)

const role = "arn:aws:iam::123456789012:role/crossplane"

// environment has one object of each that is given: kind, name and spec.
func environment(objects ...map[string]any) Environment {
	return Environment{
		Name: "dev", Account: "123456789012", Region: "us-west-2", Partition: "aws", DNSSuffix: "amazonaws.com", FQDN: "dev.example.com",
		Roles: map[string]string{"dev": role}, Objects: objects,
	}
}

func managed(kind, name string, forProvider map[string]any) map[string]any {
	service, kind, _ := strings.Cut(kind, "/")
	return map[string]any{
		"apiVersion": service + ".aws.m.upbound.io/v1beta1",
		"kind":       kind,
		"metadata":   map[string]any{"name": name},
		"spec": map[string]any{
			"forProvider":       forProvider,
			"providerConfigRef": map[string]any{"kind": "ProviderConfig", "name": "dev"},
		},
	}
}

func named(object map[string]any, externalName string) map[string]any {
	object["metadata"].(map[string]any)["annotations"] = map[string]any{"crossplane.io/external-name": externalName}
	return object
}

func limited(object map[string]any, policies ...any) map[string]any {
	object["spec"].(map[string]any)["managementPolicies"] = policies
	return object
}

func referring(name string) map[string]any { return map[string]any{"name": name} }

func rolesOf(t *testing.T, environments ...Environment) []Role {
	t.Helper()
	var needs []Need
	for _, e := range environments {
		need, err := e.Need()
		require.NoError(t, err)
		needs = append(needs, need)
	}
	return Roles(needs)
}

// allowed are the lines "action resource condition" of an environment's role.
func allowed(t *testing.T, objects ...map[string]any) []string {
	t.Helper()
	roles := rolesOf(t, environment(objects...))
	require.Len(t, roles, 1)
	var lines []string
	for _, p := range roles[0].Policies {
		for _, s := range p.Document.Statement {
			for _, name := range s.Action {
				for _, arn := range s.Resource {
					lines = append(lines, strings.TrimSpace(fmt.Sprint(name, " ", arn, " ", condition(s))))
				}
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func condition(s PolicyStatement) string {
	if len(s.Condition) == 0 {
		return ""
	}
	return strings.TrimPrefix(fmt.Sprint(s.Condition), "map")
}

const ours = "[StringEquals:map[aws:ResourceTag/dominoc.dev/environment:[dev]]]"

func TestAnIDThatOnlyAWSKnowsIsLimitedByTheTag(t *testing.T) {
	got := allowed(t,
		managed("ec2/VPC", "vpc", nil),
		limited(managed("ec2/VPCIPv4CidrBlockAssociation", "pods", map[string]any{"vpcIdRef": referring("vpc")}), "Create"),
	)
	require.Contains(t, got, "ec2:AssociateVpcCidrBlock arn:aws:ec2:us-west-2:123456789012:vpc/* "+ours)
}

func TestAnIDThatIsKnownIsTheOnlyOne(t *testing.T) {
	association := limited(managed("ec2/VPCIPv4CidrBlockAssociation", "pods", map[string]any{"vpcId": "vpc-1"}), "Create", "Delete")
	require.Equal(t, []string{
		"ec2:AssociateVpcCidrBlock arn:aws:ec2:us-west-2:123456789012:vpc/vpc-1",
		"ec2:DisassociateVpcCidrBlock arn:aws:ec2:us-west-2:123456789012:vpc/vpc-1",
	}, allowed(t, association))
}

func TestAValueKnownAfterApplyIsLimitedByTheTag(t *testing.T) {
	got := allowed(t, limited(managed("ec2/Route", "route", map[string]any{"routeTableId": plan.Unknown}), "Create"))
	require.Equal(t, []string{"ec2:CreateRoute arn:aws:ec2:us-west-2:123456789012:route-table/* " + ours}, got)
}

func TestAnARNStandsForTheWhole(t *testing.T) {
	key := "arn:aws:kms:us-west-2:999999999999:key/theirs"
	got := allowed(t, limited(named(managed("efs/FileSystem", "files", map[string]any{"kmsKeyId": key}), "fs-1"), "Create"))
	require.Contains(t, got, "kms:DescribeKey "+key)
	require.Contains(t, got, "kms:CreateGrant "+key+" [Bool:map[kms:GrantIsForAWSResource:[true]]]")
}

func TestTheRegionIsTheResourcesOwn(t *testing.T) {
	quota := managed("servicequotas/ServiceQuota", "buckets", map[string]any{"region": "us-east-1", "serviceCode": "s3", "quotaCode": "L-DC2B2D3D"})
	require.Contains(t, allowed(t, quota), "servicequotas:RequestServiceQuotaIncrease arn:aws:servicequotas:us-east-1:123456789012:s3/L-DC2B2D3D")
}

func TestARoleIsPassedToItsServiceOnly(t *testing.T) {
	got := allowed(t,
		limited(named(managed("iam/Role", "backup", nil), "dev-backup"), "Observe"),
		limited(managed("backup/Selection", "selection", map[string]any{"iamRoleArnRef": referring("backup"), "planId": "p"}), "Create"),
	)
	require.Contains(t, got, "iam:PassRole arn:aws:iam::123456789012:role/dev-backup [StringEquals:map[iam:PassedToService:[backup.amazonaws.com]]]")
}

func TestWhatIsRetainedNeedsNoDeletion(t *testing.T) {
	bucket := func() map[string]any {
		return named(managed("s3/Bucket", "data", map[string]any{"forceDestroy": false}), "dev-data")
	}
	require.Contains(t, allowed(t, bucket()), "s3:DeleteBucket arn:aws:s3:::dev-data")
	for _, line := range allowed(t, limited(bucket(), "Observe", "Create", "Update", "LateInitialize")) {
		require.NotContains(t, line, "Delete")
	}
}

func TestALineIsThereWhenItsFieldIsSet(t *testing.T) {
	emptied := named(managed("s3/Bucket", "data", map[string]any{"forceDestroy": true}), "dev-data")
	require.Contains(t, allowed(t, emptied), "s3:DeleteObjectVersion arn:aws:s3:::dev-data/*")
	kept := named(managed("s3/Bucket", "data", map[string]any{"forceDestroy": false}), "dev-data")
	require.NotContains(t, allowed(t, kept), "s3:DeleteObjectVersion arn:aws:s3:::dev-data/*")
}

func TestOneRoleIsNotGivenThePoliciesOfAnother(t *testing.T) {
	got := allowed(t,
		limited(named(managed("iam/Role", "a", nil), "dev-a"), "Observe"),
		limited(named(managed("iam/Role", "b", nil), "dev-b"), "Observe"),
		limited(managed("iam/RolePolicyAttachment", "a1", map[string]any{"roleRef": referring("a"), "policyArn": "arn:aws:iam::aws:policy/One"}), "Create"),
		limited(managed("iam/RolePolicyAttachment", "b2", map[string]any{"roleRef": referring("b"), "policyArn": "arn:aws:iam::aws:policy/Two"}), "Create"),
	)
	require.Contains(t, got, "iam:AttachRolePolicy arn:aws:iam::123456789012:role/dev-a [ArnEquals:map[iam:PolicyARN:[arn:aws:iam::aws:policy/One]] StringEquals:map[aws:ResourceTag/dominoc.dev/environment:[dev]]]")
	require.Contains(t, got, "iam:AttachRolePolicy arn:aws:iam::123456789012:role/dev-b [ArnEquals:map[iam:PolicyARN:[arn:aws:iam::aws:policy/Two]] StringEquals:map[aws:ResourceTag/dominoc.dev/environment:[dev]]]")
}

func TestAnUnknownKindIsAnError(t *testing.T) {
	_, err := environment(managed("sqs/Queue", "queue", nil)).Need()
	require.EqualError(t, err, "dev: kind sqs/Queue: no permissions are known")
}

func TestWhatIsNotOfAWSNeedsNothing(t *testing.T) {
	roles := rolesOf(t, environment(map[string]any{"apiVersion": "protection.crossplane.io/v1beta1", "kind": "Usage"}))
	require.Empty(t, roles)
}

func TestEnvironmentsOfOneRoleShareItsPolicies(t *testing.T) {
	one, other := environment(managed("ec2/EIP", "address", nil)), environment(managed("ec2/EIP", "address", nil))
	other.Name = "another"
	roles := rolesOf(t, one, other)
	require.Len(t, roles, 1)
	require.Equal(t, []string{"another", "dev"}, roles[0].Environments)
	require.Contains(t, Text(roles), "if aws:ResourceTag/dominoc.dev/environment StringEquals another, dev\n")
}

// buckets is an environment with so many that one policy cannot hold them.
func buckets(n int) Environment {
	e := environment()
	for i := range n {
		e.Objects = append(e.Objects, named(managed("s3/Bucket", fmt.Sprint("b", i), nil), fmt.Sprintf("dev-123456789012-%050d", i)))
	}
	return e
}

func TestPoliciesAreSplitWhereIAMWantsIt(t *testing.T) {
	roles := rolesOf(t, buckets(300))
	found := map[string]bool{}
	for _, p := range roles[0].Policies {
		require.LessOrEqual(t, p.Document.Size(), Longest)
		for _, s := range p.Document.Statement {
			for _, arn := range s.Resource {
				found[arn] = true
			}
		}
	}
	require.Len(t, found, 300)
	require.Empty(t, roles[0].tooMany())
}

func TestARoleWithTooManyPoliciesSaysSo(t *testing.T) {
	roles := rolesOf(t, buckets(900))
	require.Equal(t, "role "+role+" needs 16 policies, IAM allows 10", roles[0].tooMany())
}

func TestHalvesAllowWhatTheWholeAllows(t *testing.T) {
	clause := Clause{"StringEquals", "k", []string{"x", "y", "z"}}
	one, other := halves(Statement{[]string{"a:B"}, []string{"r"}, []Clause{clause}})
	want := []Statement{
		{[]string{"a:B"}, []string{"r"}, []Clause{{"StringEquals", "k", []string{"x"}}}},
		{[]string{"a:B"}, []string{"r"}, []Clause{{"StringEquals", "k", []string{"y", "z"}}}},
	}
	require.Empty(t, cmp.Diff(want, []Statement{one, other}))
	require.False(t, divisible(Statement{[]string{"a:B"}, []string{"r"}, []Clause{{"ForAllValues:StringEquals", "k", []string{"x", "y"}}}}))
}

func TestAnObjectOfAnUnknownProviderConfigIsAnError(t *testing.T) {
	e := environment(managed("ec2/VPC", "vpc", nil))
	e.Roles = map[string]string{"other": role}
	_, err := e.Need()
	require.EqualError(t, err, `dev: kind ec2/VPC: ProviderConfig "dev": the role that it assumes is not known`)
}

func TestARoleThatIsGrantedNothingIsNone(t *testing.T) {
	require.Empty(t, rolesOf(t, environment(limited(managed("ec2/VPC", "vpc", nil)))))
}

func TestARoleSharedWithAnEnvironmentWithoutABoundaryMakesRolesThere(t *testing.T) {
	bounded, free := environment(named(managed("iam/Role", "role", nil), "dev-role")), environment(named(managed("iam/Role", "role", nil), "another-role"))
	bounded.Boundary, free.Name = "arn:aws:iam::123456789012:policy/boundary", "another"
	text := Text(rolesOf(t, bounded, free))
	require.Contains(t, text, "  deny iam:PutRolePermissionsBoundary\n")
	require.NotContains(t, text, "deny iam:AttachRolePolicy")
	require.NotContains(t, Text(rolesOf(t, free)), "deny")
}

// A role may have ten policies: the smallest are joined until it has no more, and none of
// their statements is lost.
func TestTheSmallestPoliciesAreJoined(t *testing.T) {
	var all []Policy
	want := 0
	for i := range Most + 2 {
		actions := make([]string, 20*(Most+3-i))
		for j := range actions {
			actions[j] = "ec2:CreateVpc"
		}
		all = append(all, Policy{"p" + strconv.Itoa(i), Document{version, []PolicyStatement{{Effect: "Allow", Action: actions, Resource: []string{"*"}}}}})
		want += len(actions)
	}
	got := joined(all)
	require.Len(t, got, Most)
	require.Equal(t, "p8", got[8].Name)
	require.Equal(t, "p10", got[9].Name, "with the statements of p11, and p9's with those of p8")
	have := 0
	for _, p := range got {
		require.LessOrEqual(t, p.Document.Size(), Longest)
		for _, s := range p.Document.Statement {
			have += len(s.Action)
		}
	}
	require.Equal(t, want, have)
}
