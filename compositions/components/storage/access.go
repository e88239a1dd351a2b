package storage

import (
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func (s storage) bucketARN(spec v1alpha1.BucketSpec) string {
	return s.ARN("s3", "", "", spec.Name)
}

// overTLS refuses every request that comes in the clear. Beyond that a bucket's
// policy grants nothing: the nodes' rights stand in their own policy.
func (s storage) overTLS(spec v1alpha1.BucketSpec) statement {
	arn := s.bucketARN(spec)
	return statement{
		Sid:       "DenyInsecureTransport",
		Effect:    "Deny",
		Principal: principal{"AWS": "*"},
		Action:    []string{"s3:*"},
		Resource:  []string{arn, arn + "/*"},
		Condition: condition{"Bool": {"aws:SecureTransport": {"false"}}},
	}
}

// delivery lets services of AWS write logs into the monitoring bucket, each for
// this account only.
func (s storage) delivery() []statement {
	return []statement{s.applicationLogs(), s.deliveredLogs(), s.deliveredLogsCheck(), s.accessLogs()}
}

// applicationLogs are those of application load balancers. In older regions an
// account of AWS writes them, in newer ones a service.
func (s storage) applicationLogs() statement {
	return statement{
		Sid:       "LoadBalancerLogs",
		Effect:    "Allow",
		Principal: s.loadBalancerLogger(),
		Action:    []string{"s3:PutObject"},
		Resource:  s.ofAccount(),
	}
}

func (s storage) loadBalancerLogger() principal {
	if account := s.spec.LoadBalancerLogAccount; account != "" {
		return principal{"AWS": s.ARN("iam", "", account, "root")}
	}
	return service("logdelivery.elasticloadbalancing.amazonaws.com")
}

// ofAccount returns the paths where AWS keeps the account's logs, with and without the
// prefix that the user who enables them may choose.
func (s storage) ofAccount() []string {
	arn := s.bucketARN(s.spec.Buckets.Monitoring)
	return []string{arn + "/AWSLogs/" + s.Account + "/*", arn + "/*/AWSLogs/" + s.Account + "/*"}
}

// deliveredLogs are those of network load balancers and flow logs. AWS adds a
// statement of this name to a bucket's policy that has none.
func (s storage) deliveredLogs() statement {
	fromAccount := s.fromAccount("logs")
	fromAccount["StringEquals"]["s3:x-amz-acl"] = []string{"bucket-owner-full-control"}
	return statement{
		Sid:       "AWSLogDeliveryWrite",
		Effect:    "Allow",
		Principal: service("delivery.logs.amazonaws.com"),
		Action:    []string{"s3:PutObject"},
		Resource:  s.ofAccount(),
		Condition: fromAccount,
	}
}

func (s storage) deliveredLogsCheck() statement {
	return statement{
		Sid:       "AWSLogDeliveryAclCheck",
		Effect:    "Allow",
		Principal: service("delivery.logs.amazonaws.com"),
		Action:    []string{"s3:GetBucketAcl", "s3:ListBucket"},
		Resource:  []string{s.bucketARN(s.spec.Buckets.Monitoring)},
		Condition: s.fromAccount("logs"),
	}
}

// fromAccount holds for what a service does on behalf of this account.
func (s storage) fromAccount(service string) condition {
	return condition{
		"StringEquals": {"aws:SourceAccount": {s.Account}},
		"ArnLike":      {"aws:SourceArn": {s.ARN(service, s.Region, s.Account, "*")}},
	}
}

// accessLogs are those of the other buckets, each under its own name.
func (s storage) accessLogs() statement {
	var sources, folders []string
	for role, spec := range ordered.All(s.byRole()) {
		if role != monitoring {
			sources = append(sources, s.bucketARN(spec))
			folders = append(folders, s.bucketARN(s.spec.Buckets.Monitoring)+"/"+spec.Name+"/*")
		}
	}
	return statement{
		Sid:       "S3ServerAccessLogs",
		Effect:    "Allow",
		Principal: service("logging.s3.amazonaws.com"),
		Action:    []string{"s3:PutObject"},
		Resource:  folders,
		Condition: condition{
			"StringEquals": {"aws:SourceAccount": {s.Account}},
			"ArnLike":      {"aws:SourceArn": sources},
		},
	}
}
