package security

import (
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// fromNodes lets nodes reach a port of another group.
func (s security) fromNodes(group, description string, port int64) resource.Resource {
	return s.ingress(group+"-from-nodes", ec2.SecurityGroupIngressRuleParameters{
		Description:                  &description,
		SecurityGroupIDRef:           s.Ref(group),
		ReferencedSecurityGroupIDRef: s.Ref("nodes"),
		IPProtocol:                   new("tcp"),
		FromPort:                     resource.Number(port),
		ToPort:                       resource.Number(port),
	})
}

// apiFromRange lets a range reach the private endpoint.
func (s security) apiFromRange(key string, spec v1alpha1.PrivateCIDR) resource.Resource {
	return s.ingress(resource.Within(resource.Room("security"), "private-"+key), ec2.SecurityGroupIngressRuleParameters{
		Description:        new("Kubernetes API from a private range"),
		SecurityGroupIDRef: s.Ref("cluster"),
		CidrIPv4:           &spec.CIDR,
		IPProtocol:         new("tcp"),
		FromPort:           resource.Number(443),
		ToPort:             resource.Number(443),
	})
}

func (s security) ingress(key string, rule ec2.SecurityGroupIngressRuleParameters) resource.Resource {
	rule.Region = &s.Region
	rule.Tags = s.TagsOf(s.Name + "-" + key)
	return s.Managed(key, ec2.SecurityGroupIngressRule_GroupVersionKind, &ec2.SecurityGroupIngressRule{
		Spec: ec2.SecurityGroupIngressRuleSpec{ForProvider: rule},
	})
}

func (s security) egress(key string, rule ec2.SecurityGroupEgressRuleParameters) resource.Resource {
	rule.Region = &s.Region
	rule.Tags = s.TagsOf(s.Name + "-" + key)
	return s.Managed(key, ec2.SecurityGroupEgressRule_GroupVersionKind, &ec2.SecurityGroupEgressRule{
		Spec: ec2.SecurityGroupEgressRuleSpec{ForProvider: rule},
	})
}
