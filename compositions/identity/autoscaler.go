package identity

import "github.com/dominoc/dominoc/compositions/resource"

// scaling lets one role of nodes run the Cluster Autoscaler, as the install page
// wants it: the installer's has no role of its own.
func (i identity) scaling(role string) []resource.Resource {
	return []resource.Resource{
		i.policy("autoscaler", "autoscaler", "Cluster Autoscaler of "+i.Name, autoscalerPolicy()),
		i.ownAttachment(role, "autoscaler", "autoscaler"),
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
	}
}

// autoscalerPolicy is the policy of the install page (R17), which the test holds
// it to word for word.
func autoscalerPolicy() document {
	return policy(statement{
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
	})
}
