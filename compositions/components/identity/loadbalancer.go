package identity

import "github.com/dominoc/dominoc/compositions/resource"

// The controller marks what it makes with this tag, whose value is the cluster's
// name.
const controllerTag = "elbv2.k8s.aws/cluster"

// loadBalancers is the role of the AWS Load Balancer Controller, which makes the
// load balancer of the installer's ingress (R9).
func (i identity) loadBalancers() []resource.Resource {
	return []resource.Resource{
		i.podRole("load-balancer", "load-balancer-controller", "Load balancer controller of "+i.Name),
		i.policy("load-balancer-policy", "load-balancer-controller", "Load balancers of "+i.Name, i.loadBalancerPolicy()),
		i.ownAttachment("load-balancer", "control", "load-balancer-policy"),
	}
}

// loadBalancerPolicy lets the controller see everything, make what it marks as
// this cluster's, and change nothing that is not marked so. Firewalls and Shield
// it may look at only: it asks for them of every load balancer, and we switch
// none on.
func (i identity) loadBalancerPolicy() []statement {
	return []statement{
		{Effect: "Allow", Action: controllerReads(), Resource: anything()},
		{
			Effect: "Allow", Action: []string{"iam:CreateServiceLinkedRole"}, Resource: anything(),
			Condition: condition{"StringEquals": {"iam:AWSServiceName": {"elasticloadbalancing.amazonaws.com"}}},
		},
		{Effect: "Allow", Action: []string{"ec2:CreateSecurityGroup"}, Resource: anything()},
		{
			Effect: "Allow", Action: []string{"ec2:CreateTags"}, Resource: texts{i.securityGroups()},
			Condition: condition{"StringEquals": {
				"ec2:CreateAction":                {"CreateSecurityGroup"},
				"aws:RequestTag/" + controllerTag: {i.Name},
			}},
		},
		{
			Effect: "Allow", Action: []string{"ec2:CreateTags", "ec2:DeleteTags"}, Resource: texts{i.securityGroups()},
			Condition: i.keptMark(),
		},
		{
			Effect:   "Allow",
			Action:   []string{"ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:DeleteSecurityGroup"},
			Resource: texts{i.securityGroups()}, Condition: i.marked(),
		},
		i.nodeIngress(),
		{
			Effect: "Allow", Action: []string{"elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"},
			Resource: anything(), Condition: condition{"StringEquals": {"aws:RequestTag/" + controllerTag: {i.Name}}},
		},
		{
			Effect: "Allow", Action: []string{"elasticloadbalancing:AddTags"}, Resource: i.balancing("loadbalancer", "targetgroup"),
			Condition: condition{"StringEquals": {
				"elasticloadbalancing:CreateAction": {"CreateLoadBalancer", "CreateTargetGroup"},
				"aws:RequestTag/" + controllerTag:   {i.Name},
			}},
		},
		{
			Effect: "Allow", Action: []string{"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"},
			Resource: i.balancing("loadbalancer", "targetgroup"), Condition: i.keptMark(),
		},
		{
			Effect: "Allow", Action: []string{"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"},
			Resource: i.balancing("listener", "listener-rule"),
		},
		{
			Effect: "Allow", Action: changesOfBalancers(),
			Resource: i.balancing("loadbalancer", "targetgroup"), Condition: i.marked(),
		},
		{
			Effect: "Allow", Action: changesOfListeners(),
			Resource: i.balancing("loadbalancer", "listener", "listener-rule"),
		},
		{
			Effect: "Allow", Action: []string{"elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"},
			Resource: i.balancing("targetgroup"),
		},
	}
}

// nodeIngress lets load balancers into the nodes' security group, the one that
// carries the cluster's tag.
func (i identity) nodeIngress() statement {
	return statement{
		Effect:    "Allow",
		Action:    []string{"ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"},
		Resource:  texts{i.securityGroups()},
		Condition: condition{"StringEquals": {"aws:ResourceTag/kubernetes.io/cluster/" + i.Name: {"owned"}}},
	}
}

// marked holds for what the controller of this cluster made.
func (i identity) marked() condition {
	return condition{"StringEquals": {"aws:ResourceTag/" + controllerTag: {i.Name}}}
}

// keptMark holds where the mark itself is not touched.
func (i identity) keptMark() condition {
	c := i.marked()
	c["Null"] = map[string]texts{"aws:RequestTag/" + controllerTag: {"true"}}
	return c
}

func (i identity) securityGroups() string { return i.regional("ec2", "security-group/*") }

// balancing are the account's resources of some sorts in Elastic Load Balancing.
func (i identity) balancing(sorts ...string) texts {
	var arns texts
	for _, sort := range sorts {
		arns = append(arns, i.regional("elasticloadbalancing", sort+"/*"))
	}
	return arns
}

func controllerReads() []string {
	return []string{
		"acm:DescribeCertificate", "acm:ListCertificates",
		"ec2:DescribeAccountAttributes", "ec2:DescribeAddresses", "ec2:DescribeAvailabilityZones",
		"ec2:DescribeInstances", "ec2:DescribeInternetGateways", "ec2:DescribeNetworkInterfaces",
		"ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeTags",
		"ec2:DescribeVpcPeeringConnections", "ec2:DescribeVpcs", "ec2:GetSecurityGroupsForVpc",
		"elasticloadbalancing:Describe*",
		"iam:GetServerCertificate", "iam:ListServerCertificates",
		"shield:DescribeProtection", "shield:GetSubscriptionState",
		"waf-regional:GetWebACLForResource", "wafv2:GetWebACLForResource",
	}
}

func changesOfBalancers() []string {
	return []string{
		"elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteTargetGroup",
		"elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:ModifyTargetGroup",
		"elasticloadbalancing:ModifyTargetGroupAttributes", "elasticloadbalancing:SetIpAddressType",
		"elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets",
	}
}

func changesOfListeners() []string {
	return []string{
		"elasticloadbalancing:AddListenerCertificates", "elasticloadbalancing:CreateListener",
		"elasticloadbalancing:CreateRule", "elasticloadbalancing:DeleteListener",
		"elasticloadbalancing:DeleteRule", "elasticloadbalancing:ModifyListener",
		"elasticloadbalancing:ModifyListenerAttributes", "elasticloadbalancing:ModifyRule",
		"elasticloadbalancing:RemoveListenerCertificates", "elasticloadbalancing:SetRulePriorities",
	}
}
