package compositions

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/components/addons"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/iam"
	"github.com/dominoc/dominoc/tests/random"
)

// No combination of fields leaves a CSI driver without the rights that it needs, by
// the policies of what is made, and none lets it come from two places.
func TestEachDriverComesFromOnePlaceAndHasItsRights(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(400) {
		env := random.Environment(random.New(seed))
		p, found := plan.Resolve(env, func(diag.Path) diag.Pos { return diag.Pos{} })
		require.Empty(t, found, "seed %d", seed)
		if env.Adopted != nil { // the nodes' role has another owner
			continue
		}
		in := madeOf(t, p)
		for storage, stated := range map[string]v1alpha1.DriverSource{"ebs": env.Storage.Drivers.EBS, "efs": env.Storage.Drivers.EFS} {
			in.comesOnce(t, p, storage, stated)
			for _, role := range in.rolesOf(t, storage) {
				for _, r := range needs(p, storage) {
					require.True(t, iam.Allowed(in.statements[role], r), "seed %d: %s, role %s: %s on %s with %v", seed, storage, role, r.Action, r.Resource, r.Context)
				}
				seen[fmt.Sprint(storage, " ", stated, " ", strings.TrimPrefix(role, p.Name+"-"))] = true
			}
		}
	}
	for _, way := range []string{
		"ebs addon ebs-csi", "ebs installer ebs-csi", "ebs installer platform", "ebs  ebs-csi", "ebs  compute",
		"efs addon efs-csi", "efs installer efs-csi", "efs installer platform", "efs  efs-csi", "efs  compute",
	} {
		require.True(t, seen[way], "no environment had %q", way)
	}
}

// made is what an environment's objects say of its drivers.
type made struct {
	addons       map[string]string          // the role of each add-on
	associations map[string]string          // the role of each service account
	statements   map[string][]iam.Statement // of each role's policies
	classes      int                        // storage classes that we make
}

func madeOf(t *testing.T, p *plan.Plan) made {
	t.Helper()
	in := made{map[string]string{}, map[string]string{}, map[string][]iam.Statement{}, 0}
	documents, attachments := map[string][]iam.Statement{}, map[string][]string{}
	for _, c := range Components(p) {
		for _, r := range c.Concrete() {
			content := throughJSON(t, r.Object)
			spec, _ := content["spec"].(map[string]any)["forProvider"].(map[string]any)
			name := content["metadata"].(map[string]any)["name"].(string)
			switch content["kind"] {
			case "Addon":
				in.addons[spec["addonName"].(string)] = ""
				if list, ok := spec["podIdentityAssociation"].([]any); ok {
					in.addons[spec["addonName"].(string)] = roleName(list[0].(map[string]any)["roleArn"])
				}
			case "PodIdentityAssociation":
				if arn, ok := spec["roleArn"].(string); ok {
					in.associations[spec["namespace"].(string)+"/"+spec["serviceAccount"].(string)] = roleName(arn)
				}
			case "Policy":
				statements, err := iam.Parse(spec["policy"].(string))
				require.NoError(t, err)
				documents[name] = statements
			case "RolePolicyAttachment":
				role := strings.Replace(spec["roleRef"].(map[string]any)["name"].(string), p.Name+"-identity-", p.Name+"-", 1)
				policy, ours := spec["policyArnRef"].(map[string]any)
				if !ours {
					policy = map[string]any{"name": spec["policyArn"]}
				}
				attachments[role] = append(attachments[role], policy["name"].(string))
			case "Object":
				in.classes += count(spec["manifest"].(map[string]any)["kind"] == "StorageClass")
			}
		}
	}
	for _, m := range addons.Manifests(p.Spec.Common, p.Spec.Addons) {
		in.classes += count(m.Object["kind"] == "StorageClass" && strings.HasPrefix(m.Path, "flux/"))
	}
	for role, policies := range attachments {
		require.LessOrEqual(t, len(policies), 10, "a role has at most ten policies: %s", role)
		for _, policy := range policies {
			switch {
			case documents[policy] != nil:
				in.statements[role] = append(in.statements[role], documents[policy]...)
			case strings.Contains(policy, "CSIDriver"):
				in.statements[role] = append(in.statements[role], iam.Managed(policy)...)
			}
		}
	}
	return in
}

func roleName(arn any) string {
	_, name, _ := strings.Cut(arn.(string), ":role/")
	return name
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// comesOnce wants a driver to be an add-on or nothing of ours, and the installer to
// be told so as far as it has words for it: it brings the driver of EBS together
// with its storage class.
func (in made) comesOnce(t *testing.T, p *plan.Plan, storage string, stated v1alpha1.DriverSource) {
	t.Helper()
	_, addon := in.addons["aws-"+storage+"-csi-driver"]
	for account, role := range in.associations {
		require.False(t, addon && role == p.Name+"-"+storage+"-csi", "%s: %s is an add-on, and %s has its role too", p.Name, storage, account)
	}
	if stated == "" {
		return
	}
	require.Equal(t, stated == "addon", addon, "%s: %s", p.Name, storage)
	if storage != "ebs" {
		return
	}
	block := p.Spec.Outputs.DominoConfigValues.StorageClasses.Block
	require.Equal(t, !addon, *block.Create, "%s: the installer creates block storage where it brings the driver", p.Name)
	require.LessOrEqual(t, in.classes+count(*block.Create), 1, "%s: the storage class is made once", p.Name)
}

// rolesOf are the roles that a driver has: its own, or those of all nodes.
func (in made) rolesOf(t *testing.T, storage string) []string {
	t.Helper()
	if role := in.addons["aws-"+storage+"-csi-driver"]; role != "" {
		return []string{role}
	}
	var roles []string
	for _, account := range []string{"domino-platform", "kube-system"} {
		if role := in.associations[account+"/"+storage+"-csi-controller-sa"]; role != "" {
			roles = append(roles, role)
		}
	}
	if len(roles) > 0 {
		require.Len(t, roles, 2, "one namespace of two has no role of the driver of %s", storage)
		return slices.Compact(roles)
	}
	for role := range in.statements {
		if strings.HasSuffix(role, "-platform") || strings.HasSuffix(role, "-compute") {
			roles = append(roles, role)
		}
	}
	require.Len(t, roles, 2)
	return roles
}

// needs are requests that a driver makes: about volumes and snapshots with the tags
// that it gives them, and instances with those of EKS (kubernetes-sigs/aws-ebs-csi-driver,
// docs/tagging.md; EKS user guide, "Tagging your Amazon EKS resources").
func needs(p *plan.Plan, storage string) []iam.Request {
	c := p.Spec.Common
	ec2 := strings.Join([]string{"arn", c.Partition, "ec2", c.Region, c.Account, ""}, ":")
	volume, instance := ec2+"volume/vol-1", ec2+"instance/i-1"
	snapshot := strings.Join([]string{"arn", c.Partition, "ec2", c.Region, "", "snapshot/snap-1"}, ":")
	request := func(action, resource string, keys ...string) iam.Request {
		r := iam.Request{Action: action, Resource: resource, Context: map[string][]string{"aws:PrincipalTag/eks-cluster-name": {c.Name}}}
		tags := map[string]string{"ebs.csi.aws.com/cluster": "true", "ebs.csi.aws.com/cluster-name": c.Name, "kubernetes.io/cluster/" + c.Name: "owned", "efs.csi.aws.com/cluster": "true"}
		if resource == instance {
			tags = map[string]string{"kubernetes.io/cluster/" + c.Name: "owned", "eks:cluster-name": c.Name}
		}
		for _, prefix := range keys {
			for key, value := range tags {
				r.Context[prefix+key] = []string{value}
			}
		}
		return r
	}
	const asked = "aws:RequestTag/"
	has := []string{"ec2:ResourceTag/", "aws:ResourceTag/"}
	if storage == "efs" {
		create := request("elasticfilesystem:CreateAccessPoint", strings.Join([]string{"arn", c.Partition, "elasticfilesystem", c.Region, c.Account, "file-system/fs-1"}, ":"), asked)
		create.Context["aws:TagKeys"] = []string{"efs.csi.aws.com/cluster"}
		return []iam.Request{request("elasticfilesystem:DescribeAccessPoints", "*"), request("elasticfilesystem:DescribeMountTargets", "*"), request("ec2:DescribeAvailabilityZones", "*"), create}
	}
	all := []iam.Request{
		request("ec2:DescribeVolumes", "*"), request("ec2:DescribeInstances", "*"), request("ec2:DescribeInstanceTypes", "*"),
		request("ec2:CreateVolume", volume, asked), request("ec2:CreateVolume", snapshot, append(has, asked)...),
		request("ec2:AttachVolume", volume, has...), request("ec2:AttachVolume", instance, has...),
		request("ec2:DetachVolume", volume, has...), request("ec2:DetachVolume", instance, has...),
		request("ec2:ModifyVolume", volume, has...), request("ec2:DeleteVolume", volume, has...),
		request("ec2:CreateSnapshot", volume, append(has, asked)...), request("ec2:CreateSnapshot", snapshot, asked),
		request("ec2:DeleteSnapshot", snapshot, has...),
	}
	for _, action := range []string{"CreateVolume", "CreateSnapshot"} {
		tag := request("ec2:CreateTags", map[string]string{"CreateVolume": volume, "CreateSnapshot": snapshot}[action], asked)
		tag.Context["ec2:CreateAction"] = []string{action}
		all = append(all, tag)
	}
	key := p.Spec.Identity.KeyARN
	if p.Spec.Identity.CreateKey {
		key = plan.Unknown
	}
	grant := request("kms:CreateGrant", key)
	grant.Context["kms:GrantIsForAWSResource"] = []string{"true"}
	return append(all, request("kms:Decrypt", key), request("kms:GenerateDataKeyWithoutPlaintext", key), grant)
}

// The driver of EBS in an environment that asks for it manages what is this
// cluster's, and no volume of another one.
func TestADriverOfTheClusterManagesItsOwnVolumes(t *testing.T) {
	for seed := range uint64(60) {
		env := random.Environment(random.New(seed))
		p, _ := plan.Resolve(env, func(diag.Path) diag.Pos { return diag.Pos{} })
		if env.Storage.Drivers.Volumes != "cluster" {
			continue
		}
		in := madeOf(t, p)
		for _, r := range needs(p, "ebs") {
			if !strings.Contains(r.Resource, ":volume/") || r.Action != "ec2:AttachVolume" && r.Action != "ec2:DeleteVolume" {
				continue
			}
			content, err := json.Marshal(r)
			require.NoError(t, err)
			var others iam.Request
			require.NoError(t, json.Unmarshal(content, &others))
			others.Context["ec2:ResourceTag/ebs.csi.aws.com/cluster-name"] = []string{"another"}
			require.True(t, iam.Allowed(in.statements[p.Name+"-ebs-csi"], r), "seed %d", seed)
			require.False(t, iam.Allowed(in.statements[p.Name+"-ebs-csi"], others), "seed %d: %s", seed, r.Action)
		}
	}
}
