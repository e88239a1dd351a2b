package identity

import "github.com/dominoc/dominoc/compositions/resource"

// ofDrivers gives nodes the rights of CSI drivers whose service accounts are not
// known: a driver without a role of its own takes its node's. It is one policy for
// all drivers, because a role has at most ten. What users run on the nodes can take
// them too, so they are about this cluster's volumes alone.
func (i identity) ofDrivers(roles ...string) []resource.Resource {
	drivers := i.spec.NodeDrivers
	if drivers == nil {
		return nil
	}
	var statements []statement
	if drivers.EBS {
		statements = append(statements, i.nodeVolumes()...)
		statements = append(statements, i.volumeKey()...)
	}
	if drivers.EFS {
		statements = append(statements, i.nodeFiles()...)
	}
	list := []resource.Resource{i.policy("nodes-drivers", "nodes-drivers", "CSI drivers of "+i.Name, statements)}
	for _, role := range roles {
		list = append(list, i.ownAttachment(role, "drivers", "nodes-drivers"))
	}
	return list
}

// nodeVolumes is what the EBS CSI driver does, for volumes and snapshots with the
// tag of the cluster and for instances of its node groups, which EKS gives the same
// tag. The Terraform modules' policy for nodes asks for it too (dominodatalab/terraform-aws-eks,
// modules/eks/iam.tf), and the driver sets it where it is told the cluster's name
// (kubernetes-sigs/aws-ebs-csi-driver, docs/tagging.md, and docs/example-iam-policy.json
// for the actions).
func (i identity) nodeVolumes() []statement {
	volumes, instances := i.regional("ec2", "volume/*"), i.regional("ec2", "instance/*")
	snapshots := i.ARN("ec2", i.Region, "*", "snapshot/*") // AWS's ARN of a snapshot names no account
	ours := condition{"StringEquals": {"aws:ResourceTag/kubernetes.io/cluster/" + i.Name: {"owned"}}}
	asked := condition{"StringEquals": {"aws:RequestTag/kubernetes.io/cluster/" + i.Name: {"owned"}}}
	return []statement{
		{
			Effect: "Allow",
			Action: []string{
				"ec2:DescribeAvailabilityZones", "ec2:DescribeInstances", "ec2:DescribeInstanceTypes",
				"ec2:DescribeSnapshots", "ec2:DescribeTags", "ec2:DescribeVolumes",
				"ec2:DescribeVolumesModifications", "ec2:DescribeVolumeStatus",
			},
			Resource: anything(),
		},
		{Effect: "Allow", Action: []string{"ec2:CreateVolume"}, Resource: texts{volumes}, Condition: asked},
		{Effect: "Allow", Action: []string{"ec2:CreateSnapshot"}, Resource: texts{snapshots}, Condition: asked},
		{
			Effect:    "Allow",
			Action:    []string{"ec2:AttachVolume", "ec2:DetachVolume"},
			Resource:  texts{volumes, instances},
			Condition: ours,
		},
		{
			Effect:    "Allow",
			Action:    []string{"ec2:CreateSnapshot", "ec2:ModifyVolume", "ec2:DeleteVolume"},
			Resource:  texts{volumes},
			Condition: ours,
		},
		{
			Effect:    "Allow",
			Action:    []string{"ec2:CreateVolume", "ec2:DeleteSnapshot"},
			Resource:  texts{snapshots},
			Condition: ours,
		},
		{
			Effect:    "Allow",
			Action:    []string{"ec2:CreateTags"},
			Resource:  texts{volumes, snapshots},
			Condition: condition{"StringEquals": {"ec2:CreateAction": {"CreateVolume", "CreateSnapshot"}}},
		},
	}
}

// nodeFiles is what the EFS CSI driver does: to find the file system, and access
// points that carry its tag
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEFSCSIDriverPolicy.html).
func (i identity) nodeFiles() []statement {
	const tag = "efs.csi.aws.com/cluster"
	return []statement{
		{
			Effect: "Allow",
			Action: []string{
				"elasticfilesystem:DescribeAccessPoints", "elasticfilesystem:DescribeFileSystems",
				"elasticfilesystem:DescribeMountTargets", "ec2:DescribeAvailabilityZones",
			},
			Resource: anything(),
		},
		{
			Effect:    "Allow",
			Action:    []string{"elasticfilesystem:CreateAccessPoint"},
			Resource:  texts{i.regional("elasticfilesystem", "file-system/*")},
			Condition: condition{"StringEquals": {"aws:RequestTag/" + tag: {"true"}}},
		},
		{
			Effect:    "Allow",
			Action:    []string{"elasticfilesystem:TagResource"},
			Resource:  texts{i.regional("elasticfilesystem", "access-point/*")},
			Condition: condition{"StringEquals": {"elasticfilesystem:CreateAction": {"CreateAccessPoint"}, "aws:RequestTag/" + tag: {"true"}}},
		},
		{
			Effect:    "Allow",
			Action:    []string{"elasticfilesystem:DeleteAccessPoint"},
			Resource:  texts{i.regional("elasticfilesystem", "access-point/*")},
			Condition: condition{"StringEquals": {"aws:ResourceTag/" + tag: {"true"}}},
		},
	}
}
