package identity

import (
	kms "github.com/upbound/provider-aws/v2/apis/namespaced/kms/v1beta1"

	"github.com/dominoc/dominoc/compositions/components/policy"
	"github.com/dominoc/dominoc/compositions/resource"
)

// key is the KMS key with its alias, when it is ours.
func (i identity) key() []resource.Resource {
	if !i.spec.CreateKey {
		return nil
	}
	return []resource.Resource{i.customerKey(), i.alias()}
}

func (i identity) customerKey() resource.Resource {
	return i.Managed("key", kms.Key_GroupVersionKind, &kms.Key{Spec: kms.KeySpec{ForProvider: kms.KeyParameters{
		Region:            &i.Region,
		Description:       new("Encrypts the data of " + i.Name),
		EnableKeyRotation: new(true),
		Policy:            policy.Document(i.keyPolicy()...),
		Tags:              i.TagsOf(i.Name),
	}}}).Retained(i.Deletion).Exporting("status.atProvider.arn", "keyARN")
}

// adoptedKey is a key that was taken over, as it was found.
func (i identity) adoptedKey() resource.Resource {
	found := i.spec.Adopted
	return i.Managed("key", kms.Key_GroupVersionKind, &kms.Key{Spec: kms.KeySpec{ForProvider: kms.KeyParameters{
		Region:            &i.Region,
		Description:       resource.Optional(found.Description),
		EnableKeyRotation: new(found.Rotation),
		Policy:            &found.Policy,
		Tags:              i.TagsOf(i.Name),
	}}}).Named(found.ID).Retained(i.Deletion).Exporting("status.atProvider.arn", "keyARN")
}

func (i identity) alias() resource.Resource {
	return i.Managed("alias", kms.Alias_GroupVersionKind, &kms.Alias{
		Spec: kms.AliasSpec{ForProvider: kms.AliasParameters{Region: &i.Region, TargetKeyIDRef: i.Ref("key")}},
	}).Named(i.Name).Retained(i.Deletion)
}

// use is what encrypts and decrypts with a key.
func use() []string {
	return []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"}
}

// keyPolicy lets the account administer the key, and AWS's services use it for
// the account: Auto Scaling for the disks of nodes, CloudWatch for the logs of
// the control plane. All others need an IAM policy.
//
// Auto Scaling's service-linked role is told by a condition. A principal that
// does not exist yet, in an account that never scaled anything, would make KMS
// refuse the policy.
func (i identity) keyPolicy() []statement {
	disks := map[string]texts{
		"kms:CallerAccount": {i.Account},
		"aws:PrincipalArn":  {i.ARN("iam", "", i.Account, "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")},
	}
	return []statement{
		{
			Sid: "AccountAdministers", Effect: "Allow", Principal: principal{"AWS": i.spec.AccountRoot},
			Action: []string{"kms:*"}, Resource: anything(),
		},
		{
			Sid: "AutoScalingEncryptsDisks", Effect: "Allow", Principal: principal{"AWS": "*"},
			Action: use(), Resource: anything(),
			Condition: condition{"StringEquals": disks},
		},
		{
			Sid: "AutoScalingAttachesDisks", Effect: "Allow", Principal: principal{"AWS": "*"},
			Action: []string{"kms:CreateGrant"}, Resource: anything(),
			Condition: condition{"StringEquals": disks, "Bool": {"kms:GrantIsForAWSResource": {"true"}}},
		},
		{
			Sid: "CloudWatchEncryptsLogs", Effect: "Allow",
			Principal: principal{"Service": "logs." + i.Region + "." + i.DNSSuffix},
			Action:    use(), Resource: anything(),
			Condition: condition{"ArnLike": {
				"kms:EncryptionContext:aws:logs:arn": {i.regional("logs", "log-group:/aws/eks/"+i.Name+"/*")},
			}},
		},
	}
}
