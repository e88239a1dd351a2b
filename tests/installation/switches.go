package installation

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// left is a resource that stays with Terraform, of which a test needs the address.
type left struct{ root, address string }

// Leaves adds resources that stay with Terraform, by their addresses; the only index that
// one may end in is [0].
func Leaves(root string, addresses ...string) Option {
	return func(s *settings) {
		for _, a := range addresses {
			s.leave = append(s.leave, left{root, a})
		}
	}
}

func (i *Installation) leave(s settings) {
	for _, l := range s.leave {
		address, counted := strings.CutSuffix(l.address, "[0]")
		var index any
		if counted {
			index = 0
		}
		i.add(l.root, address, index, object{"id": another("vpc-0000000000000000a", s.name+l.address)[4:]})
	}
}

// tags replaces the tag of the real run wherever the modules' own tag is next to it.
func (i *Installation) tags(s settings) {
	if s.tags == nil {
		return
	}
	i.walk(func(fields object) {
		if _, ours := fields["aws-apn-id"]; ours && fields["team"] == "ds" {
			delete(fields, "team")
			maps.Copy(fields, anyOf(s.tags))
		}
	})
	groups := i.of(true, "aws_autoscaling_group_tag")
	i.remove(func(in instance) bool {
		return in.kind == "aws_autoscaling_group_tag" && first(in.attributes(), "tag")["key"] == "team"
	})
	for _, in := range groups {
		group, ours := strings.CutSuffix(in.key(), "-aws-apn-id")
		if !ours {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(s.tags)) {
			name := in.text("autoscaling_group_name")
			i.add("nodes", "module.nodes.aws_autoscaling_group_tag.tag", group+"-"+key, object{
				"autoscaling_group_name": name, "id": name + "," + key,
				"tag": []any{object{"key": key, "value": s.tags[key], "propagate_at_launch": false}},
			})
		}
	}
}

// walk visits every object in the states.
func (i *Installation) walk(visit func(object)) {
	var in func(any)
	in = func(value any) {
		switch value := value.(type) {
		case object:
			visit(value)
			for _, inner := range value {
				in(inner)
			}
		case []any:
			for _, inner := range value {
				in(inner)
			}
		}
	}
	for _, root := range Roots {
		in(object(i.roots[root]))
	}
}

// cluster changes the control plane.
func (i *Installation) cluster(s settings) {
	for _, in := range i.of(true, "aws_eks_cluster") {
		a := in.attributes()
		if s.version != "" {
			a["version"] = s.version
		}
		if len(s.public) > 0 {
			access := first(a, "vpc_config")
			access["endpoint_public_access"], access["public_access_cidrs"] = true, texts(s.public...)
		}
		if s.serviceCIDR != "" {
			first(a, "kubernetes_network_config")["service_ipv4_cidr"] = s.serviceCIDR
		}
	}
	if s.version != "" {
		for _, in := range i.of(true, "aws_eks_node_group") {
			in.attributes()["version"] = s.version
			in.attributes()["release_version"] = s.version + ".0-20260204"
		}
	}
	i.outputs("infra", func(infra object) { i.access(s, infra["eks"].(object), "k8s_version") })
	i.outputs("eks", func(eks object) {
		cluster := eks["cluster"].(object)
		i.access(s, cluster, "version")
		if s.serviceCIDR != "" {
			cluster["specs"].(object)["kubernetes_network_config"].(object)["service_ipv4_cidr"] = s.serviceCIDR
		}
	})
	for _, name := range s.providers {
		oidc := object{
			"client_id": "domino", "groups_claim": "groups", "groups_prefix": "oidc:", "identity_provider_config_name": name,
			"issuer_url": "https://login.example.com/" + name, "required_claims": object{"aud": "domino"}, "username_claim": "email", "username_prefix": "oidc:",
		}
		i.add("cluster", "module.eks.aws_eks_identity_provider_config.this", name, object{
			"id": s.name + ":" + name, "cluster_name": s.name, "status": "ACTIVE", "oidc": []any{oidc},
			"arn": "arn:" + partition(s.region) + ":eks:" + s.region + ":123456789012:identityproviderconfig/" + s.name + "/oidc/" + name + "/" + another("cc1ee8ea-8961-4304-ac50-61ac8ca0a0a2", name),
		})
		i.outputs("infra", func(infra object) {
			eks := infra["eks"].(object)
			eks["identity_providers"] = append(eks["identity_providers"].([]any), oidc)
		})
	}
}

// access changes what an output has of version and endpoint.
func (i *Installation) access(s settings, fields object, version string) {
	if s.version != "" {
		fields[version] = s.version
	}
	if len(s.public) > 0 {
		fields["public_access"] = object{"enabled": true, "cidrs": texts(s.public...)}
	}
}

// keys changes which key encrypts what.
func (i *Installation) keys(s settings) {
	if s.existingKey {
		i.findKey(s)
	}
	if !s.noKMS {
		return
	}
	for _, in := range i.of(true, "aws_launch_template") {
		first(in.attributes(), "block_device_mappings", "ebs")["kms_key_id"] = ""
	}
	for _, in := range i.of(true, "aws_efs_file_system") {
		in.attributes()["kms_key_id"] = ""
	}
	for _, in := range i.of(true, "aws_backup_vault") {
		in.attributes()["kms_key_arn"] = ""
	}
	for _, in := range i.of(true, "aws_ecr_repository") {
		in.attributes()["encryption_configuration"] = []any{object{"encryption_type": "AES256", "kms_key": ""}}
	}
	i.walk(func(fields object) {
		if fields["sse_algorithm"] == "aws:kms" {
			fields["sse_algorithm"], fields["kms_master_key_id"] = "AES256", ""
		}
		if policy, ok := fields["policy"].(string); ok && strings.Contains(policy, "s3:x-amz-server-side-encryption") {
			fields["policy"] = strings.ReplaceAll(policy, `"aws:kms"`, `"AES256"`)
		}
	})
	i.outputs("infra", func(infra object) {
		infra["kms"].(object)["enabled"] = false
		if efs, ok := infra["storage"].(object)["efs"].(object); ok {
			efs["file_system"].(object)["kms_key_id"] = ""
		}
	})
}

// findKey has Terraform read the key instead of making it, and attach a policy for its use.
func (i *Installation) findKey(s settings) {
	keys := i.of(true, "aws_kms_key")
	arn, id := keys[0].text("arn"), keys[0].text("key_id")
	i.removeKinds("aws_kms_key", "aws_kms_alias", "data aws_iam_policy_document kms_key_global")
	i.add("infra", "module.infra.data.aws_kms_key.key", 0, object{
		"arn": arn, "id": id, "key_id": id, "description": "corporate data key", "enabled": true, "key_manager": "CUSTOMER",
		"key_spec": "SYMMETRIC_DEFAULT", "key_state": "Enabled", "key_usage": "", "multi_region": false,
	})
	i.add("infra", "module.infra.data.aws_iam_policy_document.provided_key_policy_document", 0, object{})
	policy := "arn:" + partition(s.region) + ":iam::123456789012:policy/" + s.name + "-provided-key-policy"
	i.add("infra", "module.infra.aws_iam_policy.provided_key_policy", 0, object{
		"arn": policy, "id": policy, "description": "", "name": s.name + "-provided-key-policy", "name_prefix": "", "path": "/",
		"policy":   `{"Statement":[{"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:DescribeKey","kms:CreateGrant"],"Effect":"Allow","Resource":"` + arn + `","Sid":"AllowUseOfProvidedKMSKey"}],"Version":"2012-10-17"}`,
		"tags_all": copied(i.of(true, "aws_iam_policy")[0].attributes()["tags_all"].(object)),
	})
	for _, to := range []struct{ root, address, role string }{
		{"infra", "module.infra.aws_iam_role_policy_attachment.attach_provided_key_policy_to_create_eks_role", s.name + "-create-eks"},
		{"cluster", "module.eks.aws_iam_role_policy_attachment.attach_provided_key_policy_to_eks_cluster", s.name + "-eks"},
		{"cluster", "module.eks.aws_iam_role_policy_attachment.attach_provided_key_policy_to_eks_nodes", s.name + "-eks-nodes"},
	} {
		i.add(to.root, to.address, 0, object{"id": to.role + "-20261129015230546300000007", "role": to.role, "policy_arn": policy})
	}
	i.outputs("infra", func(infra object) {
		kms := infra["kms"].(object)
		kms["provided_key"], kms["key_policy_arn"] = true, policy
	})
}

// storage removes what is not wanted.
func (i *Installation) storage(s settings) {
	stored := func(change func(object)) {
		i.outputs("infra", func(infra object) { change(infra["storage"].(object)) })
	}
	if s.noECR {
		i.removeKinds("aws_ecr_repository", "aws_ecr_pull_through_cache_rule", "aws_iam_policy ecr", "data aws_iam_policy_document ecr", "data aws_iam_policy_document ecr_pull_through_cache", "terraform_data pull_through_cache_deletion")
		stored(func(storage object) { storage["ecr"] = nil })
		i.detach("policy/" + s.name + "-ECR")
	}
	if s.noS3 {
		satellites := []string{"backups", "blobs", "logs", "registry"}
		i.removeKinds("aws_flow_log") // its destination is the bucket for monitoring, but the modules ask for all
		i.remove(func(in instance) bool {
			bucket := strings.HasPrefix(in.kind, "aws_s3_bucket")
			return bucket && (slices.Contains(satellites, in.key()) || slices.Contains(satellites, in.name))
		})
		for _, name := range satellites {
			i.removeKinds("data aws_iam_policy_document " + name)
		}
		stored(func(storage object) {
			buckets := storage["s3"].(object)["buckets"].(object)
			for _, name := range satellites {
				delete(buckets, name)
			}
		})
	}
	if s.noEFS {
		i.removeKinds("aws_efs_file_system", "aws_efs_access_point", "aws_efs_mount_target", "aws_backup_vault", "aws_backup_plan", "aws_backup_selection", "aws_iam_role efs_backup_role", "aws_iam_role_policy_attachment efs_backup_role_attach", "aws_security_group efs", "aws_security_group_rule efs", "data aws_iam_policy aws_backup_role_policy", "terraform_data check_backup_role")
		stored(func(storage object) { storage["efs"] = nil })
	}
	if s.throughput != "" {
		for _, in := range i.of(true, "aws_efs_file_system") {
			in.attributes()["throughput_mode"] = s.throughput
		}
		stored(func(storage object) {
			storage["efs"].(object)["file_system"].(object)["throughput_mode"] = s.throughput
		})
	}
}

// detach takes a policy from the nodes' role, whose attachments are counted.
func (i *Installation) detach(policy string) {
	var left []object
	for _, in := range i.of(true, "aws_iam_role_policy_attachment", "custom_eks_nodes") {
		if !strings.HasSuffix(in.text("policy_arn"), policy) {
			left = append(left, in.attributes())
		}
	}
	i.removeKinds("aws_iam_role_policy_attachment custom_eks_nodes")
	for n, attributes := range left {
		i.add("cluster", "module.eks.aws_iam_role_policy_attachment.custom_eks_nodes", n, attributes)
	}
	i.outputs("infra", func(infra object) {
		infra["node_iam_policies"] = slices.DeleteFunc(infra["node_iam_policies"].([]any), func(arn any) bool { return strings.HasSuffix(arn.(string), policy) })
	})
}

// issuer removes the OIDC provider, or has the user bring it.
func (i *Installation) issuer(s settings) {
	if s.issuer == "" {
		return
	}
	provider := i.of(true, "aws_iam_openid_connect_provider")[0]
	i.removeKinds("aws_iam_openid_connect_provider", "data tls_certificate")
	var oidc any
	if s.issuer == "existing" {
		oidc = object{"id": provider.text("id"), "arn": provider.text("arn"), "url": "https://" + provider.text("url"), "thumbprint_list": provider.attributes()["thumbprint_list"]}
	}
	i.outputs("infra", func(infra object) {
		infra["eks"].(object)["oidc_provider"] = object{"create": false, "oidc": oidc}
	})
	i.outputs("eks", func(eks object) { eks["cluster"].(object)["oidc"] = oidc })
}

// podNetworking writes the configuration of the vpc-cni anew: pods in their own subnets, or
// in those of the nodes.
func (i *Installation) podNetworking(s settings) {
	nodes := i.of(true, "aws_security_group", "eks_nodes")[0].text("id")
	env := object{"ANNOTATE_POD_IP": "true", "ENABLE_PREFIX_DELEGATION": "false"}
	subnets := object{}
	for _, in := range slices.Concat(i.of(true, "aws_subnet", "pod"), i.of(false, "aws_subnet", "pod")) {
		subnets[in.text("availability_zone")] = object{"id": in.text("id"), "securityGroups": texts(nodes)}
	}
	configuration := object{"env": env}
	if len(subnets) > 0 {
		env["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"], env["ENI_CONFIG_LABEL_DEF"] = "true", "topology.kubernetes.io/zone"
		configuration["eniConfig"] = object{"create": true, "region": s.region, "subnets": subnets}
	}
	text, err := json.Marshal(configuration)
	if err != nil {
		panic(err)
	}
	for _, in := range i.of(true, "aws_eks_addon") {
		if in.key() == "vpc-cni" {
			in.attributes()["configuration_values"] = string(text)
		}
	}
}

// written gives the states what version 6 of the AWS provider adds and names otherwise.
func (i *Installation) written(s settings) {
	if !s.provider6 {
		return
	}
	i.each(func(in instance) {
		a := in.attributes()
		if a != nil && strings.HasPrefix(in.kind, "aws_") && !strings.HasPrefix(in.kind, "aws_iam_") {
			a["region"] = s.region
		}
		switch in.kind {
		case "aws_iam_role_policy_attachment":
			a["id"] = in.text("role") + "/" + in.text("policy_arn")
		case "aws_eks_node_group":
			first(a, "update_config")["update_strategy"] = "DEFAULT"
		}
	})
}
