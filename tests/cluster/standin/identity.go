package standin

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// A namer gives an object its external name: an id that AWS makes, or one that
// follows from the spec.
type namer func(o *object) string

// A kind is what the stand-in knows of a kind of managed resource.
type kind struct {
	name namer
	arn  string // the resource part of its ARN, with {} for the name; "" for none
}

// kinds are those that the stand-in knows, by group without its suffix and kind.
// A kind whose external name dominoc decides has a nil namer.
func kinds() map[string]kind {
	return map[string]kind{
		"acm/Certificate":                         {name: func(o *object) string { return o.arn("acm", "certificate/"+o.uuid()) }},
		"acm/CertificateValidation":               {name: from("certificateArn")},
		"autoscaling/GroupTag":                    {name: from("autoscalingGroupName", "tag.key")},
		"backup/Plan":                             {name: (*object).uuid, arn: "backup:backup-plan:{}"},
		"backup/Selection":                        {name: (*object).uuid},
		"backup/Vault":                            {arn: "backup:backup-vault:{}"},
		"cloudwatchlogs/Group":                    {arn: "logs:log-group:{}"},
		"ec2/DefaultSecurityGroup":                {name: id("sg"), arn: "ec2:security-group/{}"},
		"ec2/EIP":                                 {name: id("eipalloc"), arn: "ec2:elastic-ip/{}"},
		"ec2/FlowLog":                             {name: id("fl"), arn: "ec2:vpc-flow-log/{}"},
		"ec2/InternetGateway":                     {name: id("igw"), arn: "ec2:internet-gateway/{}"},
		"ec2/LaunchTemplate":                      {name: id("lt"), arn: "ec2:launch-template/{}"},
		"ec2/NATGateway":                          {name: id("nat"), arn: "ec2:natgateway/{}"},
		"ec2/Route":                               {name: from("routeTableId", "destinationCidrBlock")},
		"ec2/RouteTable":                          {name: id("rtb"), arn: "ec2:route-table/{}"},
		"ec2/RouteTableAssociation":               {name: id("rtbassoc")},
		"ec2/SecurityGroup":                       {name: id("sg"), arn: "ec2:security-group/{}"},
		"ec2/SecurityGroupEgressRule":             {name: id("sgr"), arn: "ec2:security-group-rule/{}"},
		"ec2/SecurityGroupIngressRule":            {name: id("sgr"), arn: "ec2:security-group-rule/{}"},
		"ec2/Subnet":                              {name: id("subnet"), arn: "ec2:subnet/{}"},
		"ec2/TransitGatewayVPCAttachment":         {name: id("tgw-attach"), arn: "ec2:transit-gateway-attachment/{}"},
		"ec2/VPC":                                 {name: id("vpc"), arn: "ec2:vpc/{}"},
		"ec2/VPCEndpoint":                         {name: id("vpce"), arn: "ec2:vpc-endpoint/{}"},
		"ec2/VPCEndpointRouteTableAssociation":    {name: from("vpcEndpointId", "routeTableId")},
		"ec2/VPCEndpointSecurityGroupAssociation": {name: id("a-vpce")},
		"ec2/VPCEndpointSubnetAssociation":        {name: from("vpcEndpointId", "subnetId")},
		"ec2/VPCIPv4CidrBlockAssociation":         {name: id("vpc-cidr-assoc")},
		"ec2/VPCPeeringConnection":                {name: id("pcx")},
		"ec2/VPCPeeringConnectionAccepter":        {name: from("vpcPeeringConnectionId")},
		"ec2/VPNGatewayAttachment":                {name: func(o *object) string { return "vpn-attachment-" + o.digest()[:8] }},
		"ecr/LifecyclePolicy":                     {name: from("repository")},
		"ecr/PullThroughCacheRule":                {name: from("ecrRepositoryPrefix")},
		"ecr/Repository":                          {arn: "ecr:repository/{}"},
		"efs/AccessPoint":                         {name: id("fsap"), arn: "elasticfilesystem:access-point/{}"},
		"efs/FileSystem":                          {name: id("fs"), arn: "elasticfilesystem:file-system/{}"},
		"efs/FileSystemPolicy":                    {name: from("fileSystemId")},
		"efs/MountTarget":                         {name: id("fsmt")},
		"eks/AccessEntry":                         {name: from("clusterName", "principalArn")},
		"eks/AccessPolicyAssociation":             {name: from("clusterName", "principalArn", "policyArn")},
		"eks/Addon":                               {name: from("clusterName", "addonName"), arn: "eks:addon/{}"},
		"eks/Cluster":                             {arn: "eks:cluster/{}"},
		"eks/ClusterAuth":                         {name: from("clusterName")},
		"eks/IdentityProviderConfig":              {name: from("clusterName", "oidc.identityProviderConfigName")},
		"eks/NodeGroup":                           {arn: "eks:nodegroup/{}"},
		"eks/PodIdentityAssociation":              {name: id("a"), arn: "eks:podidentityassociation/{}"},
		"helm/Release":                            {},
		"kubernetes/Object":                       {},
		"iam/OpenIDConnectProvider": {name: func(o *object) string {
			return o.global("iam", "oidc-provider/"+strings.TrimPrefix(o.text("url"), "https://"))
		}},
		"iam/Policy":                      {arn: "iam:policy/{}"},
		"iam/Role":                        {arn: "iam:role/{}"},
		"iam/RolePolicyAttachment":        {name: from("role", "policyArn")},
		"kms/Alias":                       {arn: "kms:{}"},
		"kms/Key":                         {name: (*object).uuid, arn: "kms:key/{}"},
		"route53/Record":                  {name: from("zoneId", "name", "type")},
		"s3/Bucket":                       {arn: "s3:{}"},
		"s3/BucketLifecycleConfiguration": {name: from("bucket")},
		"s3/BucketLogging":                {name: from("bucket")},
		"s3/BucketOwnershipControls":      {name: from("bucket")},
		"s3/BucketPolicy":                 {name: from("bucket")},
		"s3/BucketPublicAccessBlock":      {name: from("bucket")},
		"s3/BucketServerSideEncryptionConfiguration": {name: from("bucket")},
		"s3/BucketVersioning":                        {name: from("bucket")},
	}
}

// id makes ids such as vpc-0123456789abcdef0.
func id(prefix string) namer {
	return func(o *object) string { return prefix + "-" + o.digest()[:17] }
}

// from joins fields of the spec, as the provider does for what has no id of its
// own.
func from(fields ...string) namer {
	return func(o *object) string {
		parts := make([]string, len(fields))
		for i, field := range fields {
			parts[i] = o.text(field)
		}
		return strings.Join(parts, ":")
	}
}

// digest is different for each thing that AWS ever made: an object that is made
// again gets another id, and one that takes up what exists has what that has.
func (o *object) digest() string {
	maker, _ := o.ledger.maker(o)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(maker)))
}

func (o *object) uuid() string {
	d := o.digest()
	return fmt.Sprintf("%s-%s-4%s-8%s-%s", d[:8], d[8:12], d[12:15], d[15:18], d[18:30])
}

// arn is an ARN in the object's region and account.
func (o *object) arn(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", o.account.partition, service, o.text("region"), o.account.id, resource)
}

// global is an ARN of a service that has no regions.
func (o *object) global(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s::%s:%s", o.account.partition, service, o.account.id, resource)
}

// ownARN is the object's ARN by its kind and external name.
func (o *object) ownARN(k kind, name string) string {
	service, resource, ok := strings.Cut(k.arn, ":")
	if !ok {
		return name // an ARN itself, or nothing that has one
	}
	resource = strings.ReplaceAll(resource, "{}", name)
	switch service {
	case "iam":
		return o.global(service, resource)
	case "s3":
		return fmt.Sprintf("arn:%s:s3:::%s", o.account.partition, resource)
	}
	return o.arn(service, resource)
}
