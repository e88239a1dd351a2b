package identity

import "github.com/dominoc/dominoc/compositions/resource"

// blockStorage is the role of the EBS CSI driver, unless nodes have its rights.
// AWS's policies have all that gp3 needs; the use of the key that volumes are
// encrypted with they cannot have.
func (i identity) blockStorage() []resource.Resource {
	if drivers := i.spec.NodeDrivers; drivers != nil && drivers.EBS {
		return nil
	}
	return []resource.Resource{
		i.podRole("ebs-csi", "ebs-csi", "EBS CSI driver of "+i.Name),
		i.volumes(),
		i.policy("ebs-csi-key", "ebs-csi-key", "Key of the volumes of "+i.Name, i.volumeKey()),
		i.ownAttachment("ebs-csi", "encrypt", "ebs-csi-key"),
	}
}

// volumes lets the driver manage volumes and snapshots: all of the account, those
// that some EBS CSI driver made, or those of this cluster. Each policy has a key of
// its own, because AWS cannot exchange the policy of an attachment. That of the
// cluster compares the tag on a volume with the session tag eks-cluster-name, which
// EKS Pod Identity sets (EKS user guide, "Grant Pods access to AWS resources based
// on tags"). The policies: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEBSCSIDriverPolicy.html,
// AmazonEBSCSIDriverPolicyV2.html and AmazonEBSCSIDriverEKSClusterScopedPolicy.html.
func (i identity) volumes() resource.Resource {
	switch i.spec.Volumes {
	case "driver":
		return i.attachment("ebs-csi", "of-driver", "AmazonEBSCSIDriverPolicyV2")
	case "cluster":
		return i.attachment("ebs-csi", "of-cluster", "AmazonEBSCSIDriverEKSClusterScopedPolicy")
	}
	return i.attachment("ebs-csi", "volumes", "service-role/AmazonEBSCSIDriverPolicy")
}

// volumeKey lets the driver make encrypted volumes, and lets it grant the key
// only to EC2, when one is attached.
func (i identity) volumeKey() []statement {
	return []statement{
		{Effect: "Allow", Action: use(), Resource: texts{i.keyARN()}},
		{
			Effect:    "Allow",
			Action:    []string{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"},
			Resource:  texts{i.keyARN()},
			Condition: condition{"Bool": {"kms:GrantIsForAWSResource": {"true"}}},
		},
	}
}

// fileStorage is the role of the EFS CSI driver, unless nodes have its rights.
func (i identity) fileStorage() []resource.Resource {
	if drivers := i.spec.NodeDrivers; drivers != nil && drivers.EFS {
		return nil
	}
	return []resource.Resource{
		i.podRole("efs-csi", "efs-csi", "EFS CSI driver of "+i.Name),
		i.attachment("efs-csi", "files", "service-role/AmazonEFSCSIDriverPolicy"),
	}
}
