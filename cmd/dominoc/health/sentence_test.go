package health_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
)

func TestTheSentenceThatMattersIsTakenOutOfAnError(t *testing.T) {
	for name, c := range map[string]struct{ message, want string }{
		"WhatAWSAnswersToAnAsynchronousCall": {
			`create failed: async create failed: failed to create the resource: [{0 creating EKS Node Group (prod-us:prod-us-default-a): operation error EKS: CreateNodegroup, https response error StatusCode: 400, RequestID: 6f7c2a4e-1f0b, InvalidParameterException: Subnets are not in the cluster's VPC  []}]`,
			`InvalidParameterException: Subnets are not in the cluster's VPC (EKS CreateNodegroup)`,
		},
		"TheInnermostCall": {
			`connect failed: cannot initialize the Terraform plugin SDK async external client: cannot get terraform setup: cannot retrieve identity: operation error EC2: DescribeVpcs, get identity: get credentials: failed to refresh cached credentials, operation error STS: AssumeRole, https response error StatusCode: 403, RequestID: 12ab, api error AccessDenied: User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::2:role/y`,
			`AccessDenied: User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::2:role/y (STS AssumeRole)`,
		},
		"S3NamesAHostToo": {
			`create failed: failed to create the resource: [{0 creating S3 Bucket (data): operation error S3: CreateBucket, https response error StatusCode: 409, RequestID: A, HostID: b+c/d=, BucketAlreadyExists: The requested bucket name is not available.  []}]`,
			`BucketAlreadyExists: The requested bucket name is not available. (S3 CreateBucket)`,
		},
		"ARefusedReplacement": {
			`update failed: refuse to update the external resource because the following update requires replacing it: cannot change the value of the argument "instance_types.0" from "m6i.2xlarge" to "m7i.2xlarge"`,
			`cannot change the value of the argument "instance_types.0" from "m6i.2xlarge" to "m7i.2xlarge": AWS cannot change this in place, and the provider never replaces`,
		},
		"AReplacementThatThePluginFrameworkRefuses": {
			`update failed: diff contains fields that require resource replacement: cidr_ipv4`,
			`cidr_ipv4: AWS cannot change this in place, and the provider never replaces`,
		},
		"TheFirstOfSeveralDiagnostics": {
			`observe failed: failed to observe the resource: [{0 reading EC2 VPC (vpc-1): empty result  []} {1 second  []}]`,
			`reading EC2 VPC (vpc-1): empty result`,
		},
		"AnErrorOfNoKnownForm": {
			"cannot compose resources: cannot apply composed resource\n \"vpc\": boom",
			`cannot apply composed resource "vpc": boom`,
		},
		"AnAnswerThatIsCutShort": {"create failed: operation error EKS: CreateCluster", "operation error EKS: CreateCluster"},
		"Nothing":                {"", ""},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, health.Sentence(c.message)) })
	}
}
