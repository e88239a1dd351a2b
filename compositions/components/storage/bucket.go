package storage

import (
	s3 "github.com/upbound/provider-aws/v2/apis/namespaced/s3/v1beta1"

	"github.com/dominoc/dominoc/compositions/components/policy"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// abortUploadsAfter is the number of days after which S3 deletes the parts of an unfinished
// upload.
const abortUploadsAfter = 7

// monitoring is the role of the bucket that receives logs.
const monitoring = "monitoring"

// byRole are the buckets by what they hold.
func (s storage) byRole() map[string]v1alpha1.BucketSpec {
	b := s.spec.Buckets
	return map[string]v1alpha1.BucketSpec{
		"data": b.Data, "registry": b.Registry, "logs": b.Logs, "backups": b.Backups, monitoring: b.Monitoring,
	}
}

func (s storage) buckets() []resource.Resource {
	return resource.EachAll(s.byRole(), s.bucket)
}

// bucket is a bucket with everything that S3 keeps apart from it.
func (s storage) bucket(role string, spec v1alpha1.BucketSpec) []resource.Resource {
	list := []resource.Resource{s.container(role, spec)}
	if spec.Adopted == nil {
		list = append(list, s.ownership(role, spec))
	}
	list = append(list, s.private(role, spec), s.versioning(role, spec), s.encryption(role, spec))
	list = append(list, s.lifecycle(role, spec)...)
	list = append(list, s.access(role, spec))
	if role != monitoring {
		list = append(list, s.logging(role, spec))
	}
	for i := range list {
		list[i] = list[i].Retained(s.Deletion)
		if spec.Adopted != nil && list[i].Kind() != s3.BucketLifecycleConfiguration_GroupVersionKind.Kind { // which no bucket of others has
			list[i] = list[i].Named(spec.Name)
		}
	}
	return list
}

func (s storage) container(role string, spec v1alpha1.BucketSpec) resource.Resource {
	return s.Managed("bucket-"+role, s3.Bucket_GroupVersionKind, &s3.Bucket{
		Spec: s3.BucketSpec{ForProvider: s3.BucketParameters{
			Region:       &s.Region,
			ForceDestroy: s.disposable(),
			Tags:         s.TagsOf(spec.Name),
		}},
	}).Named(spec.Name)
}

// ownership makes the account the owner of all objects, also of those that another account
// writes: no ACLs.
func (s storage) ownership(role string, spec v1alpha1.BucketSpec) resource.Resource {
	return s.Managed("ownership-"+role, s3.BucketOwnershipControls_GroupVersionKind, &s3.BucketOwnershipControls{
		Spec: s3.BucketOwnershipControlsSpec{ForProvider: s3.BucketOwnershipControlsParameters{
			Region: &s.Region,
			Bucket: &spec.Name,
			Rule:   &s3.BucketOwnershipControlsRuleParameters{ObjectOwnership: new("BucketOwnerEnforced")},
		}},
	})
}

func (s storage) private(role string, spec v1alpha1.BucketSpec) resource.Resource {
	return s.Managed("private-"+role, s3.BucketPublicAccessBlock_GroupVersionKind, &s3.BucketPublicAccessBlock{
		Spec: s3.BucketPublicAccessBlockSpec{ForProvider: s3.BucketPublicAccessBlockParameters{
			Region:                &s.Region,
			Bucket:                &spec.Name,
			BlockPublicAcls:       new(true),
			BlockPublicPolicy:     new(true),
			IgnorePublicAcls:      new(true),
			RestrictPublicBuckets: new(true),
		}},
	})
}

func (s storage) versioning(role string, spec v1alpha1.BucketSpec) resource.Resource {
	return s.Managed("versioning-"+role, s3.BucketVersioning_GroupVersionKind, &s3.BucketVersioning{
		Spec: s3.BucketVersioningSpec{ForProvider: s3.BucketVersioningParameters{
			Region:                  &s.Region,
			Bucket:                  &spec.Name,
			VersioningConfiguration: &s3.VersioningConfigurationParameters{Status: new("Enabled")},
		}},
	})
}

// encryption is what S3 does by default: clients need not ask for it, and no
// policy refuses those that do not.
//
// What S3 refuses is said as S3 says it of every bucket since April 2026, which is
// no keys of clients (SSE-C). Left out, the provider reads it as something to
// remove, and tries with every poll (terraform-provider-aws#47320; mended in its
// 6.40, provider-aws v2.6.0 has 6.34).
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-s3-c-encryption-setting-faq.html
func (s storage) encryption(role string, spec v1alpha1.BucketSpec) resource.Resource {
	rule := s.byKey()
	if role == monitoring || s.spec.KeyARN == "" {
		rule = byS3()
	}
	rule.BlockedEncryptionTypes = []*string{new("SSE-C")}
	return s.Managed("encryption-"+role, s3.BucketServerSideEncryptionConfiguration_GroupVersionKind, &s3.BucketServerSideEncryptionConfiguration{
		Spec: s3.BucketServerSideEncryptionConfigurationSpec{ForProvider: s3.BucketServerSideEncryptionConfigurationParameters{
			Region: &s.Region,
			Bucket: &spec.Name,
			Rule:   []s3.BucketServerSideEncryptionConfigurationRuleParameters{rule},
		}},
	})
}

// byKey encrypts with the environment's key. There is no bucket key, as in the buckets of
// Domino's Terraform modules: with one, KMS sees another context of encryption.
func (s storage) byKey() s3.BucketServerSideEncryptionConfigurationRuleParameters {
	return s3.BucketServerSideEncryptionConfigurationRuleParameters{
		BucketKeyEnabled: new(false),
		ApplyServerSideEncryptionByDefault: &s3.RuleApplyServerSideEncryptionByDefaultParameters{
			SseAlgorithm:   new("aws:kms"),
			KMSMasterKeyID: &s.spec.KeyARN,
		},
	}
}

// byS3 encrypts with S3's own keys: load balancers and access logs know no other.
func byS3() s3.BucketServerSideEncryptionConfigurationRuleParameters {
	return s3.BucketServerSideEncryptionConfigurationRuleParameters{
		ApplyServerSideEncryptionByDefault: &s3.RuleApplyServerSideEncryptionByDefaultParameters{SseAlgorithm: new("AES256")},
	}
}

// lifecycle lets go of what no client sees: old versions, the marker that the
// last of them leaves, and parts of broken uploads; and of logs after their time.
func (s storage) lifecycle(role string, spec v1alpha1.BucketSpec) []resource.Resource {
	var rules []s3.BucketLifecycleConfigurationRuleParameters
	if spec.NoncurrentVersionDays != 0 {
		rules = append(rules, unseen(spec))
	}
	if spec.RetentionDays != 0 {
		rules = append(rules, old(spec))
	}
	if len(rules) == 0 {
		return nil
	}
	return []resource.Resource{s.Managed("lifecycle-"+role, s3.BucketLifecycleConfiguration_GroupVersionKind, &s3.BucketLifecycleConfiguration{
		Spec: s3.BucketLifecycleConfigurationSpec{ForProvider: s3.BucketLifecycleConfigurationParameters{
			Region: &s.Region,
			Bucket: &spec.Name,
			Rule:   rules,
		}},
	})}
}

func unseen(spec v1alpha1.BucketSpec) s3.BucketLifecycleConfigurationRuleParameters {
	rule := ofAll("expire-unseen")
	rule.NoncurrentVersionExpiration = []s3.RuleNoncurrentVersionExpirationParameters{{
		NoncurrentDays: resource.Number(spec.NoncurrentVersionDays),
	}}
	rule.Expiration = []s3.RuleExpirationParameters{{ExpiredObjectDeleteMarker: new(true)}}
	rule.AbortIncompleteMultipartUpload = []s3.AbortIncompleteMultipartUploadParameters{{
		DaysAfterInitiation: resource.Number(abortUploadsAfter),
	}}
	return rule
}

// old is a rule of its own, because S3 takes no number of days beside
// ExpiredObjectDeleteMarker. In a bucket with versions it adds a marker, and the
// other rule then deletes the version.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
func old(spec v1alpha1.BucketSpec) s3.BucketLifecycleConfigurationRuleParameters {
	rule := ofAll("expire-old")
	rule.Expiration = []s3.RuleExpirationParameters{{Days: resource.Number(spec.RetentionDays)}}
	return rule
}

// ofAll is a rule about every object.
func ofAll(id string) s3.BucketLifecycleConfigurationRuleParameters {
	return s3.BucketLifecycleConfigurationRuleParameters{
		ID:     &id,
		Status: new("Enabled"),
		Filter: []s3.RuleFilterParameters{{Prefix: new("")}},
	}
}

func (s storage) access(role string, spec v1alpha1.BucketSpec) resource.Resource {
	document := s.policy(role, spec)
	if spec.Adopted != nil {
		document = &spec.Adopted.Policy
	}
	return s.Managed("policy-"+role, s3.BucketPolicy_GroupVersionKind, &s3.BucketPolicy{
		Spec: s3.BucketPolicySpec{ForProvider: s3.BucketPolicyParameters{
			Region: &s.Region,
			Bucket: &spec.Name,
			Policy: document,
		}},
	})
}

func (s storage) policy(role string, spec v1alpha1.BucketSpec) *string {
	statements := []statement{s.overTLS(spec)}
	if role == monitoring {
		statements = append(statements, s.delivery()...)
	}
	return policy.Document(statements...)
}

// logging writes who asked for what into the monitoring bucket.
func (s storage) logging(role string, spec v1alpha1.BucketSpec) resource.Resource {
	return s.Managed("logging-"+role, s3.BucketLogging_GroupVersionKind, &s3.BucketLogging{
		Spec: s3.BucketLoggingSpec{ForProvider: s3.BucketLoggingParameters{
			Region:       &s.Region,
			Bucket:       &spec.Name,
			TargetBucket: &s.spec.Buckets.Monitoring.Name,
			TargetPrefix: new(spec.Name + "/"),
		}},
	})
}
