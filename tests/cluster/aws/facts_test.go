package aws_test

import (
	"context"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	identity "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/stretchr/testify/require"
)

// The tags of what a call names are recorded as they were before it, so that a policy's
// conditions can be evaluated. EKS's parts of a cluster are named without their ids.
func TestTheTagsOfWhatACallNamesAreRecorded(t *testing.T) {
	ctx, a := context.Background(), open(t, "111111111132")
	_, subnets := vpc(t, a)
	c, tags := sdk.String("c"), map[string]string{"owner": "e"}
	_, err := a.EKS.CreateCluster(ctx, &eks.CreateClusterInput{
		Name: c, Version: sdk.String("1.34"), RoleArn: sdk.String(role), Tags: tags,
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: subnets[:2]},
		AccessConfig:       &types.CreateAccessConfigRequest{AuthenticationMode: types.AuthenticationModeApi},
	})
	require.NoError(t, err)
	principal := sdk.String("arn:aws:iam::111111111132:role/team/admin")
	_, err = a.EKS.CreateAccessEntry(ctx, &eks.CreateAccessEntryInput{ClusterName: c, PrincipalArn: principal, Tags: tags})
	require.NoError(t, err)
	_, err = a.EKS.CreateAddon(ctx, &eks.CreateAddonInput{ClusterName: c, AddonName: sdk.String("coredns"), Tags: tags})
	require.NoError(t, err)
	_, err = a.EKS.AssociateIdentityProviderConfig(ctx, &eks.AssociateIdentityProviderConfigInput{ClusterName: c, Tags: tags, Oidc: &types.OidcIdentityProviderConfigRequest{
		IdentityProviderConfigName: sdk.String("corp"), IssuerUrl: sdk.String("https://login.example.com"), ClientId: sdk.String("domino"),
	}})
	require.NoError(t, err)
	policy, err := a.IAM.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: sdk.String("p"), Tags: []identity.Tag{{Key: sdk.String("owner"), Value: sdk.String("e")}}, PolicyDocument: sdk.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b"}]}`,
	)})
	require.NoError(t, err)

	const in = "arn:aws:eks:us-east-1:111111111132:"
	for arn, call := range map[string]func() error{
		in + "cluster/c": func() error {
			_, err := a.EKS.UpdateClusterConfig(ctx, &eks.UpdateClusterConfigInput{Name: c, DeletionProtection: sdk.Bool(false)})
			return err
		},
		in + "access-entry/c/role/111111111132/admin/any": func() error {
			_, err := a.EKS.UpdateAccessEntry(ctx, &eks.UpdateAccessEntryInput{ClusterName: c, PrincipalArn: principal, KubernetesGroups: []string{"viewers"}})
			return err
		},
		in + "addon/c/coredns/any": func() error {
			_, err := a.EKS.UpdateAddon(ctx, &eks.UpdateAddonInput{ClusterName: c, AddonName: sdk.String("coredns")})
			return err
		},
		in + "identityproviderconfig/c/oidc/corp/any": func() error {
			_, err := a.EKS.DisassociateIdentityProviderConfig(ctx, &eks.DisassociateIdentityProviderConfigInput{ClusterName: c, IdentityProviderConfig: &types.IdentityProviderConfig{
				Name: sdk.String("corp"), Type: sdk.String("oidc"),
			}})
			return err
		},
		*policy.Policy.Arn: func() error {
			_, err := a.IAM.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: policy.Policy.Arn})
			return err
		},
	} {
		require.NoError(t, call())
		calls, err := emulator.Calls()
		require.NoError(t, err)
		last := calls[len(calls)-1]
		require.Contains(t, last.Resources, arn)
		require.Equal(t, []string{"e"}, last.Facts[arn]["aws:ResourceTag/owner"], "%s on %s", last.Action, arn)
	}
}
