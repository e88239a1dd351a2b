package installation

import (
	"maps"
	"slices"
)

// The examples that are published with the modules, in as many zones as a test wants: all
// but dataplane ask for two. Names of what stays with Terraform are of the modules' types,
// not always their names.
var examples = map[string][]Option{
	"bring-your-vpc":        {bastion(), ExistingVPC(), NoPodRange()},
	"cost-usage-report":     {bastion(), costReport()},
	"custom-node-pool":      {bastion(), Pools(customPools()...)},
	"dataplane":             {NoS3(), NoECR(), NoEFS(), Public("0.0.0.0/0"), Pools(Pool{Name: "platform", Zones: []string{"a"}}, Pool{Name: "gpu", Zones: []string{"b"}})},
	"disable-oidc-creation": {bastion(), NoIssuer()},
	"ecr_endpoint":          {bastion()}, // what it asks for is the default
	"elastic-efs":           {Throughput("elastic")},
	"external-deployments":  {bastion(), Leaves("cluster", "module.external_deployments_operator[0].aws_iam_role.operator", "module.external_deployments_operator[0].aws_iam_policy.operator", "module.external_deployments_operator[0].aws_iam_role_policy_attachment.operator")},
	"external-dns":          {Leaves("cluster", "module.irsa_external_dns.aws_iam_role.external_dns", "module.irsa_external_dns.aws_iam_policy.external_dns", "module.irsa_external_dns.aws_iam_role_policy_attachment.external_dns")},
	"fips-on":               {Public("0.0.0.0/0")},
	"identity-providers":    {IdentityProvider("sso")},
	"kms-add-policies":      {bastion()}, // the root infra drops what it asks for
	"kms-byok":              {bastion(), ExistingKey()},
	"minimal-with-bastion":  {bastion()},
	"minimal-wo-bastion":    {},
	"netapp":                {bastion(), netApp()},
	"nodes-custom-ami":      {bastion(), Pools(Pool{Name: "compute", AMI: "ami-a5f03a9443654edfb"}, Pool{Name: "gpu", AMI: "ami-a5f03a9443654edfb"}, Pool{Name: "platform", AMI: "ami-a5f03a9443654edfb"})},
	"oidc-byo":              {bastion(), ExistingIssuer()},
	"only-efs-storage":      {NoS3(), NoECR()},
	"platform-jobs":         {bastion(), Pools(Pool{Name: "platform_jobs"})},
	"private-link":          {bastion(), Leaves("cluster", "module.load_balancers[0].aws_lb.load_balancers", "module.load_balancers[0].aws_lb_target_group.target_groups", "module.privatelink[0].aws_vpc_endpoint_service.services")},
	"public-access":         {Public("203.0.113.0/24")},
	"specify-vpc-cidr":      {bastion(), SmallVPC()},
	"vpn":                   {bastion(), Leaves("infra", "module.infra.module.vpn[0].aws_vpn_gateway.this", "module.infra.module.vpn[0].aws_vpn_connection.this", "module.infra.module.vpn[0].aws_customer_gateway.this")},
	"workspace-audit":       {bastion(), Leaves("infra", "module.infra.module.storage.aws_s3_bucket.workspace_audit_events_working[0]", "module.infra.module.storage.aws_s3_bucket.workspace_audit_events_archive[0]")},
}

// Examples returns the names of the published examples, sorted.
func Examples() []string { return slices.Sorted(maps.Keys(examples)) }

// Example makes an installation as a published example asks for, in two zones unless
// options say otherwise.
func Example(name string, options ...Option) *Installation {
	own, ok := examples[name]
	if !ok {
		panic("no example: " + name)
	}
	return New("domino-prod", slices.Concat([]Option{Zones(2)}, own, options)...)
}

// bastion is what a host to log in from leaves.
func bastion() Option {
	return Leaves("infra",
		"module.infra.module.bastion[0].aws_instance.bastion", "module.infra.module.bastion[0].aws_eip.bastion", "module.infra.module.bastion[0].aws_eip_association.bastion",
		"module.infra.module.bastion[0].aws_security_group.bastion", "module.infra.module.bastion[0].aws_security_group_rule.bastion_outbound", "module.infra.module.bastion[0].aws_security_group_rule.bastion",
		"module.infra.module.bastion[0].aws_iam_role.bastion", "module.infra.module.bastion[0].aws_iam_policy.bastion_assume", "module.infra.module.bastion[0].aws_iam_role_policy_attachment.bastion",
		"module.infra.module.bastion[0].aws_iam_role_policy_attachment.bastion_assume", "module.infra.module.bastion[0].aws_iam_instance_profile.bastion", "module.infra.module.bastion[0].null_resource.wait_for_profile")
}

// costReport is what a cost and usage report leaves, in short.
func costReport() Option {
	const module = "module.infra.module.cost_usage_report[0]."
	return Leaves("infra", module+"aws_cur_report_definition.this", module+"aws_glue_catalog_database.this", module+"aws_athena_workgroup.this", module+"aws_lambda_function.this", module+"aws_sqs_queue.this", module+"aws_s3_bucket.report", module+"aws_s3_bucket.athena")
}

// netApp is what a file system of NetApp beside EFS leaves, in short.
func netApp() Option {
	const module = "module.infra.module.storage."
	return Leaves("infra", module+"aws_fsx_ontap_file_system.eks[0]", module+"aws_fsx_ontap_storage_virtual_machine.eks[0]", module+"aws_fsx_ontap_volume.eks[0]", module+"aws_secretsmanager_secret.netapp[0]", module+"aws_secretsmanager_secret_version.netapp[0]", module+"random_password.netapp[0]", module+"aws_security_group.netapp[0]", module+"aws_cloudformation_stack.fsx_ontap_scaling[0]")
}

// customPools are four pools of the user; one label of each ends in a blank, which
// Kubernetes refuses.
func customPools() []Pool {
	var all []Pool
	for _, name := range []string{"custom-group-0", "custom-group-1", "custom-gpu-0", "custom-gpu-1"} {
		p := Pool{Name: name, InstanceTypes: []string{"m6i.2xlarge"}, Labels: map[string]string{poolLabel: name}, Disk: 100} // published with a blank at the end, which EKS refuses
		if p.GPU = name[7:10] == "gpu"; p.GPU && name == "custom-gpu-0" {
			p.InstanceTypes = []string{"g5.2xlarge"}
		}
		all = append(all, p)
	}
	return all
}
