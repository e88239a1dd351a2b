package aws_test

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/aws"
	"github.com/dominoc/dominoc/tests/cluster/harness"
	"github.com/dominoc/dominoc/tests/iam"
)

// The installation is that of the states in cmd/dominoc/terraform/testdata/a-base.
const (
	installation = "tfthree"
	account      = "123456789012"
	auditor      = "arn:aws:iam::" + account + ":role/auditor"
	clusterARN   = "arn:aws:eks:us-west-2:" + account + ":cluster/" + installation
	oneGroup     = "compute-tfthree-private-us-west-2a"
)

// made is an installation as Terraform makes it, as far as the test needs it: tags of its
// own, none of ours.
func made(t *testing.T, a *aws.Account) {
	t.Helper()
	ctx, name, tags := context.Background(), sdk.String(installation), map[string]string{"team": "ds"}
	_, subnets := vpcIn(t, a, "us-west-2")
	_, err := a.EKS.CreateCluster(ctx, &eks.CreateClusterInput{
		Name: name, Version: sdk.String("1.35"), RoleArn: sdk.String(role), Tags: tags,
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: subnets[:2]},
	})
	require.NoError(t, err)
	for _, group := range []string{oneGroup, "nobodys"} {
		_, err = a.EKS.CreateNodegroup(ctx, &eks.CreateNodegroupInput{
			ClusterName: name, NodegroupName: sdk.String(group), NodeRole: sdk.String(role), Subnets: subnets[:1], ScalingConfig: sizes(0, 1, 0), Tags: tags,
		})
		require.NoError(t, err)
	}
}

// fleet is a repository with an environment of the installation's name: imported, or
// written as if the name were free.
func fleet(t *testing.T, imported bool) *harness.Dominoc {
	t.Helper()
	root, err := harness.Repository()
	require.NoError(t, err)
	folder := t.TempDir()
	_, err = harness.Git(folder, "init", "--quiet")
	require.NoError(t, err)
	d, err := harness.NewDominoc("", folder)
	require.NoError(t, err)
	run := func(args ...string) {
		_, stderr, code, err := d.Run(args...)
		require.NoError(t, err)
		require.Zero(t, code, "%v: %s", args, stderr)
	}
	run("init", ".")
	if imported {
		run("import", filepath.Join(root, "cmd/dominoc/terraform/testdata/a-base"), "--fqdn", "domino.example.com")
		return d
	}
	file := filepath.Join(folder, "environments", installation, "environment.yaml")
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(`name: tfthree
account: "123456789012"
region: us-west-2
zones: [us-west-2a, us-west-2b, us-west-2c]
domain: {fqdn: domino.example.com}
cluster: {version: "1.35"}
pools: {platform: {}, default: {}}
storage: {drivers: {ebs: "addon", efs: "addon"}}
accept: {endpoint-unreachable: not what this is about}
`), 0o600))
	return d
}

// limit gives the role of the test the policies that a command prints.
func limit(t *testing.T, d *harness.Dominoc, args ...string) {
	t.Helper()
	roles, err := d.Policies(args...)
	require.NoError(t, err)
	require.Len(t, roles, 1)
	var statements []iam.Statement
	for _, policy := range roles[0].Policies {
		statements = append(statements, policy.Document.Statement...)
	}
	require.NoError(t, emulator.Limit(auditor, statements, resourceTypes(t)))
}

// resourceTypes are the ARNs, as patterns, of what each action may be about.
func resourceTypes(t *testing.T) map[string][]string {
	t.Helper()
	root, err := harness.Repository()
	require.NoError(t, err)
	file, err := os.Open(filepath.Join(root, "compositions", "privilege", "testdata", "service-authorization.csv"))
	require.NoError(t, err)
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comment = '#'
	lines, err := reader.ReadAll()
	require.NoError(t, err)
	all, placeholder := map[string][]string{}, regexp.MustCompile(`\{\w+\}`)
	for _, line := range lines[1:] {
		all[line[0]] = strings.Fields(placeholder.ReplaceAllString(line[1], "*"))
	}
	return all
}

// calls are those by which the provider takes over what it found by its name, each by
// itself: in this order it makes them, and it stops at the first that is refused
// (terraform-provider-aws, internal/provider, the interceptors of tags).
func calls(a *aws.Account) (untag, tag, change func() error) {
	ctx, name, arn := context.Background(), sdk.String(installation), sdk.String(clusterARN)
	untag = func() error {
		_, err := a.EKS.UntagResource(ctx, &eks.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"team"}})
		return err
	}
	tag = func() error {
		_, err := a.EKS.TagResource(ctx, &eks.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"dominoc.dev/environment": installation}})
		return err
	}
	change = func() error {
		_, err := a.EKS.UpdateClusterConfig(ctx, &eks.UpdateClusterConfigInput{Name: name, DeletionProtection: sdk.Bool(true)})
		return err
	}
	return untag, tag, change
}

// AWS refuses an environment that merely has the name of an installation, from the first
// call on. A rehearsal tags what is taken over, and shows what else would change; with the
// policies of the environment the same call passes.
func TestAWSRefusesWhatWasNotTakenOver(t *testing.T) {
	ctx := context.Background()
	a, err := aws.Open(ctx, emulator.URL, account, "us-west-2")
	require.NoError(t, err)
	made(t, a)
	denied := func(err error, action string) {
		t.Helper()
		require.ErrorContains(t, err, "AccessDeniedException")
		require.ErrorContains(t, err, "perform: "+action+" on resource: ")
	}
	untag, tag, change := calls(a)
	group := func(name string) error {
		_, err := a.EKS.UpdateNodegroupConfig(ctx, &eks.UpdateNodegroupConfigInput{ClusterName: sdk.String(installation), NodegroupName: &name, ScalingConfig: sizes(0, 2, 0)})
		return err
	}
	tagGroup := func(name string) error {
		found, err := a.EKS.DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: sdk.String(installation), NodegroupName: &name})
		require.NoError(t, err)
		_, err = a.EKS.TagResource(ctx, &eks.TagResourceInput{ResourceArn: found.Nodegroup.NodegroupArn, Tags: map[string]string{"owner": "p"}})
		return err
	}

	limit(t, fleet(t, false), installation)
	denied(untag(), "eks:UntagResource")
	denied(change(), "eks:UpdateClusterConfig")
	denied(group(oneGroup), "eks:UpdateNodegroupConfig")
	_, err = a.EKS.CreateAddon(ctx, &eks.CreateAddonInput{ClusterName: sdk.String(installation), AddonName: sdk.String("vpc-cni"), Tags: map[string]string{"dominoc.dev/environment": installation}})
	denied(err, "eks:CreateAddon")

	d := fleet(t, true)
	limit(t, d, installation, "--rehearsal")
	denied(untag(), "eks:UntagResource")
	require.NoError(t, tag())
	denied(change(), "eks:UpdateClusterConfig")
	require.NoError(t, tagGroup(oneGroup))
	denied(tagGroup("nobodys"), "eks:TagResource")
	denied(group(oneGroup), "eks:UpdateNodegroupConfig")

	limit(t, d, installation)
	require.NoError(t, change())
	denied(group(oneGroup), "eks:UpdateNodegroupConfig") // it has another tag, and not the environment's
	denied(tagGroup("nobodys"), "eks:TagResource")

	// Nothing but the tags was changed before the last policies.
	calls, err := emulator.Calls()
	require.NoError(t, err)
	var changed []string
	for _, call := range calls {
		if call.Account == account && call.Status < 400 && !strings.HasPrefix(call.Operation, "Create") && !strings.HasPrefix(call.Operation, "Describe") {
			changed = append(changed, call.Action)
		}
	}
	require.Equal(t, []string{"eks:TagResource", "eks:TagResource", "eks:UpdateClusterConfig"}, slices.DeleteFunc(changed, func(action string) bool { return strings.HasPrefix(action, "sts:") }))
}
