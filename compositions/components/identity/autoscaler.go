package identity

import "github.com/dominoc/dominoc/compositions/resource"

// scaling lets one role of nodes run the Cluster Autoscaler, as the install page
// wants it: the installer's has no role of its own.
func (i identity) scaling(role string) []resource.Resource {
	return []resource.Resource{
		i.policy("autoscaler", "autoscaler", "Cluster Autoscaler of "+i.Name, autoscalerPolicy()),
		i.policy("autoscaler-reads", "autoscaler-reads", "What the Cluster Autoscaler of "+i.Name+" looks up", i.autoscalerReads()),
		i.ownAttachment(role, "autoscaler", "autoscaler"),
		i.ownAttachment(role, "scale-reads", "autoscaler-reads"),
	}
}

// autoscaler is the role of the one that we install.
func (i identity) autoscaler() []resource.Resource {
	if !i.spec.Autoscaler {
		return nil
	}
	return []resource.Resource{
		i.podRole("autoscaler-pod", "autoscaler", "Cluster Autoscaler of "+i.Name),
		i.ownAttachment("autoscaler-pod", "scale", "autoscaler"),
		i.ownAttachment("autoscaler-pod", "reads", "autoscaler-reads"),
	}
}

// autoscalerPolicy is the policy of the install page (R17), which the test holds
// it to word for word.
func autoscalerPolicy() []statement {
	return []statement{{
		Effect: "Allow",
		Action: []string{
			"autoscaling:DescribeAutoScalingGroups",
			"autoscaling:DescribeAutoScalingInstances",
			"autoscaling:DescribeLaunchConfigurations",
			"autoscaling:DescribeTags",
			"autoscaling:SetDesiredCapacity",
			"autoscaling:TerminateInstanceInAutoScalingGroup",
			"ec2:DescribeLaunchTemplateVersions",
			"ec2:DescribeInstanceTypes",
		},
		Resource: anything(),
	}}
}

// autoscalerReads is what the autoscaler has come to read since the install page
// was written (kubernetes/autoscaler, cluster-autoscaler/cloudprovider/aws/README.md,
// with the action's name as IAM has it: GetInstanceTypesFromInstanceRequirements).
// Scaling activities tell it of a zone without capacity, and a node group tells it
// of labels and taints when the group is empty.
func (i identity) autoscalerReads() []statement {
	return []statement{
		{
			Effect: "Allow",
			Action: []string{
				"autoscaling:DescribeScalingActivities",
				"ec2:DescribeImages",
				"ec2:GetInstanceTypesFromInstanceRequirements",
			},
			Resource: anything(),
		},
		{
			Effect:   "Allow",
			Action:   []string{"eks:DescribeNodegroup"},
			Resource: texts{i.regional("eks", "nodegroup/"+i.Name+"/*/*")},
		},
	}
}
