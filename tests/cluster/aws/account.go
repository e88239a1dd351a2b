// Package aws asks AWS what it holds, through the SDK, and holds it against what
// Domino's install page demands.
//
// It knows environments by their names and by what their files say, never the
// objects of the management cluster: what is asked is AWS. Each demand gives one
// sentence for each thing that is not so, and none when all is well. R1 to R17
// are the numbers that the repository gives to the install page's requirements.
package aws

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Account is one account in one region.
type Account struct {
	ACM         *acm.Client
	AutoScaling *autoscaling.Client
	Backup      *backup.Client
	EC2         *ec2.Client
	EFS         *efs.Client
	EKS         *eks.Client
	IAM         *iam.Client
	KMS         *kms.Client
	S3          *s3.Client
}

// Open gives an account, by a role in it that is assumed.
func Open(ctx context.Context, endpoint, account, region string) (*Account, error) {
	config := sdk.Config{
		Region: region, BaseEndpoint: &endpoint,
		Credentials: credentials.NewStaticCredentialsProvider("emulated", "emulated", ""),
	}
	role := "arn:aws:iam::" + account + ":role/auditor"
	assumed, err := sts.NewFromConfig(config).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: sdk.String("audit")})
	if err != nil {
		return nil, err
	}
	c := assumed.Credentials
	config.Credentials = credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
	return &Account{
		ACM:         acm.NewFromConfig(config),
		AutoScaling: autoscaling.NewFromConfig(config),
		Backup:      backup.NewFromConfig(config),
		EC2:         ec2.NewFromConfig(config),
		EFS:         efs.NewFromConfig(config),
		EKS:         eks.NewFromConfig(config),
		IAM:         iam.NewFromConfig(config),
		KMS:         kms.NewFromConfig(config),
		S3:          s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }),
	}, nil
}
