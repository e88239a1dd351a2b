package terraform

// keptResources is what the reader keeps of each type: enough to write an environment, and
// to compare what Crossplane would change on a resource that it takes over. Everything
// else is dropped while a file is read.
//
// An attribute is listed only if it cannot hold a secret. Not listed are therefore key
// material and fingerprints (aws_key_pair, certificate_authority), user data, of which only
// the presence and some settings are kept (userdata.go), because a user's script may have
// credentials in it, and all types
// that are not in the table: random and NetApp passwords, versions of secrets, VPN
// connections with their pre-shared keys, local files, copies of other states
// (terraform_remote_state), and what Domino's modules have no counterpart for in dominoc.
// Policy documents are kept: a document grants rights, and AWS shows it to any reader.
var keptResources = kinds(map[string]string{
	// The control plane: written into the environment and compared field by field. Its
	// certificate_authority is how kubectl trusts the API server, and no setting.
	"aws_eks_cluster": `access_config bootstrap_self_managed_addons cluster_id compute_config control_plane_scaling_config
		created_at deletion_protection enabled_cluster_log_types encryption_config endpoint force_update_version
		identity kubernetes_network_config name outpost_config platform_version remote_network_config role_arn
		status storage_config upgrade_policy version vpc_config zonal_shift_config`,
	"aws_cloudwatch_log_group":          `deletion_protection_enabled kms_key_id log_group_class name name_prefix retention_in_days skip_destroy`,
	"aws_iam_openid_connect_provider":   `client_id_list thumbprint_list url`,
	"aws_eks_identity_provider_config":  `cluster_name oidc status`,
	"aws_eks_access_entry":              `cluster_name kubernetes_groups principal_arn type user_name`,
	"aws_eks_access_policy_association": `access_scope cluster_name policy_arn principal_arn`,
	"aws_eks_pod_identity_association":  `association_id cluster_name namespace role_arn service_account`,
	"aws_eks_addon": `addon_name addon_version cluster_name configuration_values pod_identity_association preserve
		resolve_conflicts resolve_conflicts_on_create resolve_conflicts_on_update service_account_role_arn`,

	// The pools, with every field that makes a new version of a launch template.
	"aws_launch_template": `block_device_mappings capacity_reservation_specification cpu_options credit_specification
		default_version description disable_api_stop disable_api_termination ebs_optimized
		elastic_gpu_specifications elastic_inference_accelerator enclave_options hibernation_options
		iam_instance_profile image_id instance_initiated_shutdown_behavior instance_market_options
		instance_requirements instance_type kernel_id key_name latest_version license_specification
		maintenance_options metadata_options monitoring name name_prefix network_interfaces
		network_performance_options placement private_dns_name_options ram_disk_id secondary_interfaces security_group_names
		tag_specifications update_default_version user_data? vpc_security_group_ids`,
	"aws_eks_node_group": `ami_type capacity_type cluster_name disk_size force_update_version instance_types labels
		launch_template node_group_name node_group_name_prefix node_repair_config node_role_arn release_version
		remote_access resources scaling_config status subnet_ids taint update_config version`,
	"aws_autoscaling_group_tag": `autoscaling_group_name tag`,

	// Storage.
	"aws_efs_file_system": `availability_zone_id availability_zone_name creation_token dns_name encrypted kms_key_id
		lifecycle_policy name performance_mode protection provisioned_throughput_in_mibps throughput_mode`,
	"aws_efs_file_system_policy": `file_system_id policy`,
	"aws_efs_backup_policy":      `backup_policy file_system_id`,
	"aws_efs_access_point":       `file_system_arn file_system_id posix_user root_directory`,
	"aws_efs_mount_target": `availability_zone_id availability_zone_name file_system_arn file_system_id
		network_interface_id security_groups subnet_id`,
	"aws_backup_vault":     `force_destroy kms_key_arn name`,
	"aws_backup_plan":      `advanced_backup_setting name rule scan_setting version`,
	"aws_backup_selection": `condition iam_role_arn name not_resources plan_id resources selection_tag`,
	"aws_s3_bucket": `acceleration_status acl bucket bucket_domain_name bucket_prefix bucket_regional_domain_name
		cors_rule force_destroy grant lifecycle_rule logging object_lock_configuration object_lock_enabled policy
		replication_configuration request_payer server_side_encryption_configuration versioning website`,
	"aws_s3_bucket_acl":                                  `access_control_policy acl bucket`,
	"aws_s3_bucket_lifecycle_configuration":              `bucket rule transition_default_minimum_object_size`,
	"aws_s3_bucket_logging":                              `bucket expected_bucket_owner target_bucket target_grant target_object_key_format target_prefix`,
	"aws_s3_bucket_ownership_controls":                   `bucket rule`,
	"aws_s3_bucket_policy":                               `bucket policy`,
	"aws_s3_bucket_public_access_block":                  `block_public_acls block_public_policy bucket ignore_public_acls restrict_public_buckets`,
	"aws_s3_bucket_request_payment_configuration":        `bucket payer`,
	"aws_s3_bucket_server_side_encryption_configuration": `bucket expected_bucket_owner rule`,
	"aws_s3_bucket_versioning":                           `bucket expected_bucket_owner versioning_configuration`,
	"aws_ecr_repository": `encryption_configuration force_delete image_scanning_configuration image_tag_mutability
		image_tag_mutability_exclusion_filter name registry_id repository_url`,
	"aws_ecr_lifecycle_policy":        `policy repository`,
	"aws_ecr_repository_policy":       `policy repository`,
	"aws_ecr_pull_through_cache_rule": `credential_arn custom_role_arn ecr_repository_prefix registry_id upstream_registry_url upstream_repository_prefix`,

	// Identity: the key and the roles.
	"aws_kms_key": `custom_key_store_id customer_master_key_spec deletion_window_in_days description enable_key_rotation is_enabled
		key_id key_usage multi_region policy rotation_period_in_days xks_key_id`,
	"aws_kms_alias": `name target_key_arn target_key_id`,
	"aws_iam_role": `assume_role_policy description force_detach_policies inline_policy managed_policy_arns
		max_session_duration name name_prefix path permissions_boundary`,
	"aws_iam_policy":                 `description name name_prefix path policy`,
	"aws_iam_role_policy":            `name policy role`,
	"aws_iam_role_policy_attachment": `policy_arn role`,
	"aws_iam_instance_profile":       `name path role`,
	"aws_key_pair":                   `key_name key_name_prefix key_pair_id key_type`,

	// Security groups.
	"aws_security_group":         `description egress ingress name name_prefix revoke_rules_on_delete vpc_id`,
	"aws_default_security_group": `description egress ingress name vpc_id`,
	"aws_security_group_rule": `cidr_blocks description from_port ipv6_cidr_blocks prefix_list_ids protocol
		security_group_id security_group_rule_id self source_security_group_id to_port type`,

	// The network.
	"aws_vpc": `cidr_block default_network_acl_id default_route_table_id default_security_group_id dhcp_options_id
		enable_dns_hostnames enable_dns_support enable_network_address_usage_metrics instance_tenancy
		ipv6_cidr_block main_route_table_id owner_id`,
	"aws_vpc_ipv4_cidr_block_association": `cidr_block vpc_id`,
	"aws_subnet": `assign_ipv6_address_on_creation availability_zone availability_zone_id cidr_block enable_dns64
		enable_resource_name_dns_a_record_on_launch enable_resource_name_dns_aaaa_record_on_launch
		ipv6_cidr_block ipv6_native map_public_ip_on_launch owner_id private_dns_hostname_type_on_launch vpc_id`,
	"aws_internet_gateway":        `owner_id vpc_id`,
	"aws_eip":                     `allocation_id association_id domain network_border_group network_interface public_ip public_ipv4_pool`,
	"aws_nat_gateway":             `allocation_id association_id connectivity_type private_ip public_ip subnet_id vpc_id`,
	"aws_route_table":             `owner_id propagating_vgws route vpc_id`,
	"aws_route_table_association": `gateway_id route_table_id subnet_id`,
	"aws_route": `destination_cidr_block destination_prefix_list_id gateway_id nat_gateway_id network_interface_id
		route_table_id transit_gateway_id vpc_peering_connection_id`,
	"aws_default_network_acl": `default_network_acl_id egress ingress subnet_ids vpc_id`,
	"aws_vpc_endpoint": `cidr_blocks dns_options ip_address_type policy prefix_list_id private_dns_enabled
		route_table_ids security_group_ids service_name state subnet_configuration subnet_ids vpc_endpoint_type vpc_id`,
	"aws_flow_log": `deliver_cross_account_role destination_options iam_role_arn log_destination
		log_destination_type log_format log_group_name max_aggregation_interval subnet_id traffic_type vpc_id`,
}, map[string]string{
	// What Terraform found and did not make: the account, its zones, and what was there.
	"aws_availability_zone":   `name zone_id region`,
	"aws_caller_identity":     `account_id`,
	"aws_default_tags":        ``,
	"aws_iam_session_context": `issuer_arn issuer_name`,
	"aws_kms_key":             `description enabled key_id key_manager key_spec key_state key_usage multi_region`,
	"aws_partition":           `partition`,
	"aws_region":              `name`,
	"aws_subnet":              `availability_zone availability_zone_id cidr_block map_public_ip_on_launch owner_id state vpc_id`,
	"aws_subnets":             `ids`,
	"aws_vpc":                 `cidr_block cidr_block_associations enable_dns_hostnames enable_dns_support instance_tenancy main_route_table_id owner_id`,
})

// always is what the reader keeps of every type in the table.
const always = ` arn id region tags tags_all`

// kinds joins the tables of managed resources and of data sources.
func kinds(managed, data map[string]string) map[string]kept {
	all := map[string]kept{}
	for kind, attributes := range managed {
		all[kindOf(true, kind)] = keep(attributes + always)
	}
	for kind, attributes := range data {
		all[kindOf(false, kind)] = keep(attributes + always)
	}
	return all
}

// kindOf returns a type as an address names it.
func kindOf(managed bool, kind string) string {
	if managed {
		return kind
	}
	return "data." + kind
}

// pools is what the reader keeps of a node group's variables. The arguments of the
// bootstrap script are the user's own text.
const pools = `(* (ami availability_zone_ids bootstrap_extra_args? desired_per_az gpu instance_types labels max_per_az
	max_unavailable max_unavailable_percentage min_per_az neuron single_nodegroup spot tags taints update_strategy
	user_data_type volume))`

// settings is what the reader keeps of the variables for the control plane: not where a
// kubeconfig is and how kubectl signs in.
const settings = `cluster_addons creation_role_name custom_role_maps feature_gates? identity_providers k8s_version kubelet?
	master_role_names nodes_master oidc_provider public_access service_ipv4_cidr soci_snapshotter? ssm_log_group_name vpc_cni`

// keptOutputs is what the reader keeps of the outputs of the roots, which have nearly every
// variable with its default filled in. The output infra of the modules has the pre-shared
// keys of VPN connections as well, and eks the certificate of the API server.
var keptOutputs = keep(`
	infra(
		additional_node_groups` + pools + ` bastion? cost_usage_report? create_eks_role_arn
		default_node_groups` + pools + ` deploy_id domino_key_pair(name) eks(` + settings + `)
		ignore_tags kms(enabled key_arn key_id key_policy_arn provided_key) monitoring_bucket
		network(az_ids ecr_endpoint(security_group_id) eips pod_cidrs route_tables s3_endpoint(security_group_id)
			subnets(* (az az_id name subnet_id)) vpc_cidrs vpc_id)
		node_iam_policies region ssh_key(key_pair_name)
		storage(
			ecr(calico_image_registry container_registry iam_policy_arn)
			efs(access_point(arn file_system_id id posix_user root_directory)
				file_system(arn encrypted id kms_key_id performance_mode provisioned_throughput_in_mibps throughput_mode)
				security_group_id)
			netapp?
			s3(buckets(* (arn bucket_name)) iam_policy_arn))
		tags)
	eks(
		calico(version)
		cluster(addons arn custom_roles endpoint oidc public_access roles security_group_id
			specs(account_id kubernetes_network_config name) version vpc_cni)
		eks_nodes_security_group_id
		nodes(feature_gates? kubelet? nodes_master roles security_group_id soci_snapshotter?))`)

// keptVariables is what the reader keeps of the variables: those that become a field of an
// environment, or decide whether one can be written. Of what stays with Terraform the
// presence is enough to report it.
var keptVariables = keep(`
	deploy_id region tags partner_tags ignore_tags fqdn use_fips_endpoint
	ssh_key(key_pair_name) eks(` + settings + `)
	default_node_groups` + pools + ` additional_node_groups` + pools + ` karpenter_node_groups` + pools + ` karpenter(enabled)
	network(cidrs create_ecr_endpoint create_s3_endpoint network_bits use_pod_cidr vpc)
	kms(additional_policies? enabled key_id)
	storage(
		costs_enabled ecr(create force_destroy_on_deletion)
		efs(access_point_path backup_vault performance_mode provisioned_throughput_in_mibps throughput_mode)
		enable_remote_backup filesystem_type netapp(migrate_from_efs(enabled)) s3(create force_destroy_on_deletion)
		workspace_audit(enabled))
	bastion(enabled) domino_cur(provision_cost_usage_report) enable_private_link privatelink? load_balancers?
	vpn_connections(create) irsa_external_dns(enabled) irsa_policies? external_deployments_operator(enabled)
	flyte(enabled) instance_capacity?`)
