package identity

import (
	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
)

// controlPlane is the role of the control plane. EKS's principal is the same in
// every partition.
func (i identity) controlPlane() []resource.Resource {
	return []resource.Resource{
		i.role("cluster", "Control plane of "+i.Name, trust("eks.amazonaws.com")),
		i.attachment("cluster", "control", "AmazonEKSClusterPolicy"),
	}
}

// nodes is a role of nodes with what each node needs: to join, to give pods
// addresses before anything runs that could, to pull images, and a shell for
// administrators without SSH.
func (i identity) nodes(key string) []resource.Resource {
	return []resource.Resource{
		i.role(key, "Nodes of "+i.Name+": "+key, trust("ec2."+i.DNSSuffix)),
		i.attachment(key, "worker", "AmazonEKSWorkerNodePolicy"),
		i.attachment(key, "cni", "AmazonEKS_CNI_Policy"),
		i.attachment(key, "images", "AmazonEC2ContainerRegistryPullOnly"),
		i.attachment(key, "ssm", "AmazonSSMManagedInstanceCore"),
	}
}

// role is a role; what others attached to it goes with it where deletion is allowed.
func (i identity) role(key, description string, trust document) resource.Resource {
	name := i.Name + "-" + key
	return i.Managed(key, iam.Role_GroupVersionKind, &iam.Role{Spec: iam.RoleSpec{ForProvider: iam.RoleParameters{
		Description:         &description,
		AssumeRolePolicy:    trust.text(),
		ForceDetachPolicies: new(i.Deletion == "allow"),
		Tags:                i.TagsOf(name),
	}}}).Named(name)
}

// attachment gives a role a policy of AWS's.
func (i identity) attachment(role, key, policy string) resource.Resource {
	return i.attached(role, key, iam.RolePolicyAttachmentParameters{
		PolicyArn: new("arn:" + i.Partition + ":iam::aws:policy/" + policy),
	})
}

func (i identity) attached(role, key string, parameters iam.RolePolicyAttachmentParameters) resource.Resource {
	parameters.RoleRef = i.Ref(role)
	return i.Managed(role+"-"+key, iam.RolePolicyAttachment_GroupVersionKind, &iam.RolePolicyAttachment{
		Spec: iam.RolePolicyAttachmentSpec{ForProvider: parameters},
	})
}

// autoscaler lets one role of nodes run the Cluster Autoscaler.
func (i identity) autoscaler(role string) []resource.Resource {
	name := i.Name + "-autoscaler"
	return []resource.Resource{
		i.Managed("autoscaler", iam.Policy_GroupVersionKind, &iam.Policy{Spec: iam.PolicySpec{ForProvider: iam.PolicyParameters{
			Description: new("Cluster Autoscaler of " + i.Name),
			Policy:      autoscalerPolicy().text(),
			Tags:        i.TagsOf(name),
		}}}).Named(name),
		i.attached(role, "autoscaler", iam.RolePolicyAttachmentParameters{PolicyArnRef: i.Ref("autoscaler")}),
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
		Resource: "*",
	})
}
