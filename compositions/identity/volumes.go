package identity

import "github.com/dominoc/dominoc/compositions/resource"

// blockStorage is the role of the EBS CSI driver. AWS's policy has all that gp3
// needs; the use of the key that volumes are encrypted with it cannot have.
func (i identity) blockStorage() []resource.Resource {
	return []resource.Resource{
		i.podRole("ebs-csi", "ebs-csi", "EBS CSI driver of "+i.Name),
		i.attachment("ebs-csi", "volumes", "service-role/AmazonEBSCSIDriverPolicy"),
		i.policy("ebs-csi-key", "ebs-csi-key", "Key of the volumes of "+i.Name, i.volumeKeyPolicy()),
		i.ownAttachment("ebs-csi", "encrypt", "ebs-csi-key"),
	}
}

// volumeKeyPolicy lets the driver make encrypted volumes, and lets it grant the
// key to EC2 when one is attached, but to nobody else.
func (i identity) volumeKeyPolicy() document {
	return policy(
		statement{Effect: "Allow", Action: use(), Resource: texts{i.keyARN()}},
		statement{
			Effect:    "Allow",
			Action:    []string{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"},
			Resource:  texts{i.keyARN()},
			Condition: condition{"Bool": {"kms:GrantIsForAWSResource": {"true"}}},
		},
	)
}

// fileStorage is the role of the EFS CSI driver.
func (i identity) fileStorage() []resource.Resource {
	return []resource.Resource{
		i.podRole("efs-csi", "efs-csi", "EFS CSI driver of "+i.Name),
		i.attachment("efs-csi", "files", "service-role/AmazonEFSCSIDriverPolicy"),
	}
}
