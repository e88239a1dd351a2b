package aws

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Document is a policy as IAM writes it.
type Document struct{ Statement []Statement }

// Statement of a policy.
type Statement struct {
	Effect    string
	Action    Texts
	Resource  Texts
	Condition map[string]map[string]Texts
}

// Texts are one text or a list of them: IAM takes both.
type Texts []string

// UnmarshalJSON reads either.
func (t *Texts) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*t = make(Texts, 1)
		return json.Unmarshal(data, &(*t)[0])
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// read gives a policy; what is none allows and denies nothing.
func read(text string) Document {
	var d Document
	if json.Unmarshal([]byte(text), &d) != nil {
		return Document{}
	}
	return d
}

// nodePolicies holds what nodes may do against R15 and R17: the two statements
// of the install page on the four buckets, and for the platform's nodes those of
// the autoscaler.
func (a *Account) nodePolicies(ctx context.Context, e Environment, f *findings) error {
	for _, role := range []string{"platform", "compute"} {
		statements, err := a.statements(ctx, e.Name+"-"+role)
		if err != nil {
			return err
		}
		var buckets, objects []string
		for _, purpose := range []string{"logs", "backups", "data", "registry"} {
			buckets = append(buckets, "arn:aws:s3:::"+e.Bucket(purpose))
			objects = append(objects, "arn:aws:s3:::"+e.Bucket(purpose)+"/*")
		}
		f.want(allows(statements, bucketActions, buckets), "R15: nodes with role %s may not list the buckets", role)
		f.want(allows(statements, objectActions, objects), "R15: nodes with role %s may not read and write the buckets", role)
		n := about(statements, "s3:")
		f.want(n == 2, "R15: %d statements on S3 for role %s, not 2", n, role)
		if role == "platform" {
			f.want(allows(statements, autoscalerActions, []string{"*"}), "R17: the platform's nodes may not scale")
			f.want(allows(statements, autoscalerReads, []string{"*"}), "R17: the platform's nodes may not look up what the autoscaler of today reads")
			f.want(allows(statements, []string{"eks:DescribeNodegroup"}, []string{"arn:aws:eks:" + e.Region + ":" + e.Account + ":nodegroup/" + e.Name + "/*/*"}), "R17: the platform's nodes may not describe the cluster's node groups, and no others")
		}
	}
	return nil
}

// The statements of the install page.
var (
	bucketActions     = []string{"s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"}
	objectActions     = []string{"s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"}
	autoscalerActions = []string{
		"autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingInstances", "autoscaling:DescribeLaunchConfigurations",
		"autoscaling:DescribeTags", "autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup",
		"ec2:DescribeLaunchTemplateVersions", "ec2:DescribeInstanceTypes",
	}
	// Not of the install page: the Cluster Autoscaler's own README for AWS.
	autoscalerReads = []string{
		"autoscaling:DescribeScalingActivities", "ec2:DescribeImages", "ec2:GetInstanceTypesFromInstanceRequirements",
	}
)

func allows(statements []Statement, actions, resources []string) bool {
	return slices.ContainsFunc(statements, func(s Statement) bool {
		return s.Effect == "Allow" && sameSet(s.Action, actions) && sameSet(s.Resource, resources) && len(s.Condition) == 0
	})
}

// about is how many statements are about a service.
func about(statements []Statement, prefix string) int {
	n := 0
	for _, s := range statements {
		if slices.ContainsFunc(s.Action, func(action string) bool { return strings.HasPrefix(action, prefix) }) {
			n++
		}
	}
	return n
}

// statements are those of all policies of our own that a role has.
func (a *Account) statements(ctx context.Context, role string) ([]Statement, error) {
	attached, err := a.IAM.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: &role})
	if err != nil {
		return nil, err
	}
	var all []Statement
	for _, policy := range attached.AttachedPolicies {
		if strings.Contains(*policy.PolicyArn, ":iam::aws:policy/") {
			continue
		}
		found, err := a.IAM.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: policy.PolicyArn})
		if err != nil {
			return nil, err
		}
		version, err := a.IAM.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: policy.PolicyArn, VersionId: found.Policy.DefaultVersionId})
		if err != nil {
			return nil, err
		}
		text, err := url.QueryUnescape(*version.PolicyVersion.Document)
		if err != nil {
			return nil, err
		}
		all = append(all, read(text).Statement...)
	}
	return all, nil
}
