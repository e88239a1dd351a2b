package identity

import (
	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/dominoc/dominoc/compositions/components/policy"
	"github.com/dominoc/dominoc/compositions/resource"
)

// controlPlane is the role of the control plane. EKS's principal is the same in
// every partition.
func (i identity) controlPlane() []resource.Resource {
	return []resource.Resource{
		i.role("cluster", i.Name+"-cluster", "Control plane of "+i.Name, trust("eks.amazonaws.com", i.onlyForCluster(), "sts:AssumeRole")),
		i.attachment("cluster", "control", "AmazonEKSClusterPolicy"),
	}
}

// nodes is a role of nodes with what each node needs: to join, to give pods
// addresses before anything runs that could, to pull images, and a shell for
// administrators without SSH. EC2 gives a role to the instances of its own
// account only, and no condition says so.
func (i identity) nodes(key string) []resource.Resource {
	return []resource.Resource{
		i.role(key, i.Name+"-"+key, "Nodes of "+i.Name+": "+key, trust("ec2."+i.DNSSuffix, nil, "sts:AssumeRole")),
		i.attachment(key, "worker", "AmazonEKSWorkerNodePolicy"),
		i.attachment(key, "cni", "AmazonEKS_CNI_Policy"),
		i.attachment(key, "images", "AmazonEC2ContainerRegistryPullOnly"),
		i.attachment(key, "ssm", "AmazonSSMManagedInstanceCore"),
	}
}

// podRole is a role that pods of the cluster take on by EKS Pod Identity.
func (i identity) podRole(key, suffix, description string) resource.Resource {
	return i.role(key, i.Name+"-"+suffix, description, trust("pods.eks.amazonaws.com", i.onlyForCluster(), "sts:AssumeRole", "sts:TagSession"))
}

// onlyForCluster holds for what EKS does on behalf of this cluster.
func (i identity) onlyForCluster() condition {
	return condition{
		"StringEquals": {"aws:SourceAccount": {i.Account}},
		"ArnEquals":    {"aws:SourceArn": {i.regional("eks", "cluster/"+i.Name)}},
	}
}

// role is a role; what others attached to it goes with it where deletion is
// allowed.
func (i identity) role(key, name, description string, trust statement) resource.Resource {
	return i.Managed(key, iam.Role_GroupVersionKind, &iam.Role{Spec: iam.RoleSpec{ForProvider: iam.RoleParameters{
		Description:         &description,
		AssumeRolePolicy:    policy.Document(trust),
		ForceDetachPolicies: new(i.Deletion == "allow"),
		PermissionsBoundary: resource.Optional(i.PermissionsBoundary),
		Tags:                i.TagsOf(name),
	}}}).Named(name)
}

// policy is a policy of ours, for one role or several.
func (i identity) policy(key, suffix, description string, content []statement) resource.Resource {
	return i.documented(key, suffix, description, policy.Document(content...))
}

// documented is a policy of ours with a document that is text already.
func (i identity) documented(key, suffix, description string, document *string) resource.Resource {
	name := i.Name + "-" + suffix
	return i.Managed(key, iam.Policy_GroupVersionKind, &iam.Policy{Spec: iam.PolicySpec{ForProvider: iam.PolicyParameters{
		Description: &description,
		Policy:      document,
		Tags:        i.TagsOf(name),
	}}}).Named(name)
}

// attachment gives a role a policy of AWS's.
func (i identity) attachment(role, key, policy string) resource.Resource {
	return i.attached(role, key, iam.RolePolicyAttachmentParameters{
		PolicyArn: new(i.ARN("iam", "", "aws", "policy/"+policy)),
	})
}

// ownAttachment gives a role a policy of ours.
func (i identity) ownAttachment(role, key, policy string) resource.Resource {
	return i.attached(role, key, iam.RolePolicyAttachmentParameters{PolicyArnRef: i.Ref(policy)})
}

func (i identity) attached(role, key string, parameters iam.RolePolicyAttachmentParameters) resource.Resource {
	return i.attachedAs(role+"-"+key, role, parameters)
}

// attachedAs is an attachment to a role with a key of its own.
func (i identity) attachedAs(key, role string, parameters iam.RolePolicyAttachmentParameters) resource.Resource {
	parameters.RoleRef = i.Ref(role)
	return i.Managed(key, iam.RolePolicyAttachment_GroupVersionKind, &iam.RolePolicyAttachment{
		Spec: iam.RolePolicyAttachmentSpec{ForProvider: parameters},
	})
}
