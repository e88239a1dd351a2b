package proof

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// held is part of what Domino's Terraform modules make.
func held(t *testing.T) []Held {
	t.Helper()
	content, err := os.ReadFile("testdata/held.json")
	require.NoError(t, err)
	var file struct{ Held []Held }
	require.NoError(t, json.Unmarshal(content, &file))
	return file.Held
}

// objects adopt all of it.
func objects(t *testing.T) []map[string]any {
	t.Helper()
	content, err := os.ReadFile("testdata/objects.yaml")
	require.NoError(t, err)
	var all []map[string]any
	for document := range strings.SplitSeq(string(content), "\n---\n") {
		var o map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(document), &o))
		all = append(all, o)
	}
	return all
}

// at returns the object of a name.
func at(t *testing.T, all []map[string]any, name string) map[string]any {
	t.Helper()
	i := slices.IndexFunc(all, func(o map[string]any) bool { return fieldpath.Text(o, "metadata", "name") == name })
	require.GreaterOrEqual(t, i, 0, name)
	return all[i]
}

// harmful leaves added tags out.
func harmful(all []Difference) []Difference {
	return slices.DeleteFunc(all, func(d Difference) bool { return d.Effect.Harmless() })
}

func TestAFaithfulAdoptionOnlyAddsTags(t *testing.T) {
	all := Compare(objects(t), held(t))
	require.Len(t, all, 8, "one for each resource")
	for _, d := range all {
		require.Equal(t, Tag, d.Effect, "%+v", d)
		require.Equal(t, "tags[dominoc.dev/environment]", d.Path)
		require.NotEmpty(t, d.Address)
	}
}

const (
	cluster  = "tfthree-cluster-cluster"
	logs     = "tfthree-cluster-logs"
	issuer   = "tfthree-cluster-issuer"
	idp      = "tfthree-cluster-idp-company"
	vpcCNI   = "tfthree-cluster-vpc-cni"
	coredns  = "tfthree-addons-coredns"
	template = "tfthree-platform-template"
	nodes    = "tfthree-platform-nodes-z0"
)

// omitted as a value takes a field out.
type omitted struct{}

// sabotage is one field of one object with another value.
type sabotage struct {
	object, field string
	value         any
	want          Effect
	path          string // if it is not the field
}

func (s sabotage) of(all []map[string]any, t *testing.T) {
	o := at(t, all, s.object)
	path := fieldpath.Parse("spec.forProvider." + s.field)
	if (s.value == omitted{}) {
		inner, there := path[:len(path)-1].In(o)
		require.True(t, there)
		require.Contains(t, inner, path[len(path)-1].Name)
		delete(inner.(map[string]any), path[len(path)-1].Name)
		return
	}
	require.NoError(t, path.Set(o, s.value))
}

// These are the differences between what dominoc makes by default and what the modules
// make, and their like.
func sabotages() map[string]sabotage {
	return map[string]sabotage{
		"a key for the log group":             {object: logs, field: "kmsKeyId", value: "arn:aws:kms:us-west-2:123456789012:key/a", want: Changes},
		"another retention":                   {object: logs, field: "retentionInDays", value: 30, want: Changes},
		"a retention left out":                {object: logs, field: "retentionInDays", value: omitted{}, want: Changes},
		"another authentication mode":         {object: cluster, field: "accessConfig.authenticationMode", value: "API_AND_CONFIG_MAP", want: Changes},
		"deletion protection":                 {object: cluster, field: "deletionProtection", value: true, want: Changes},
		"standard support":                    {object: cluster, field: "upgradePolicy.supportType", value: "STANDARD", want: Changes},
		"another role of the cluster":         {object: cluster, field: "roleArn", value: "arn:aws:iam::123456789012:role/tfthree-cluster", want: Refused},
		"other subnets":                       {object: cluster, field: "vpcConfig.subnetIds", value: []any{"subnet-9d09b503c129a2d2b"}, want: Refused},
		"no security group":                   {object: cluster, field: "vpcConfig.securityGroupIds", value: omitted{}, want: Removes},
		"a public endpoint by omission":       {object: cluster, field: "vpcConfig.endpointPublicAccess", value: omitted{}, want: Changes},
		"a private endpoint by omission":      {object: cluster, field: "vpcConfig.endpointPrivateAccess", value: omitted{}, want: Changes},
		"no log":                              {object: cluster, field: "enabledClusterLogTypes", value: omitted{}, want: Removes},
		"fewer logs":                          {object: cluster, field: "enabledClusterLogTypes", value: []any{"api"}, want: Changes},
		"secrets without a key":               {object: cluster, field: "encryptionConfig", value: omitted{}, want: Refused},
		"add-ons by omission":                 {object: cluster, field: "bootstrapSelfManagedAddons", value: omitted{}, want: Refused},
		"another range of services":           {object: cluster, field: "kubernetesNetworkConfig.serviceIpv4Cidr", value: "10.0.0.0/16", want: Refused},
		"another text of the vpc-cni":         {object: vpcCNI, field: "configurationValues", value: `{"env":{},"eniConfig":{}}`, want: Changes},
		"another client of the issuer":        {object: issuer, field: "clientIdList", value: []any{"sts.amazonaws.com", "x"}, want: Changes},
		"another issuer":                      {object: issuer, field: "url", value: "https://example.com", want: Refused},
		"another claim":                       {object: idp, field: "oidc.groupsClaim", value: "roles", want: Refused},
		"a claim left out":                    {object: idp, field: "oidc.groupsClaim", value: omitted{}, want: Refused},
		"another name of the template":        {object: template, field: "name", value: "tfthree/platform", want: Refused},
		"a description":                       {object: template, field: "description", value: "Nodes of pool platform", want: Changes},
		"iops":                                {object: template, field: "blockDeviceMappings[0].ebs.iops", value: 3000, want: Changes},
		"throughput":                          {object: template, field: "blockDeviceMappings[0].ebs.throughput", value: 125, want: Changes},
		"another size":                        {object: template, field: "blockDeviceMappings[0].ebs.volumeSize", value: 128, want: Changes},
		"a disk without the key":              {object: template, field: "blockDeviceMappings[0].ebs.kmsKeyId", value: omitted{}, want: Removes},
		"a disk that stays":                   {object: template, field: "blockDeviceMappings[0].ebs.deleteOnTermination", value: "false", want: Changes},
		"no disk":                             {object: template, field: "blockDeviceMappings", value: omitted{}, want: Removes},
		"no key pair":                         {object: template, field: "keyName", value: omitted{}, want: Removes},
		"another tag of the instances":        {object: template, field: "tagSpecifications[0].tags.team", value: "x", want: Changes, path: "tagSpecifications[0].tags[team]"},
		"one more tag of the instances":       {object: template, field: "tagSpecifications[0].tags[dominoc.dev/environment]", value: "x", want: Changes},
		"a tag less of the volumes":           {object: template, field: "tagSpecifications[1].tags.Name", value: omitted{}, want: Removes, path: "tagSpecifications[1].tags[Name]"},
		"a default version with each change":  {object: template, field: "updateDefaultVersion", value: true, want: Changes},
		"user data":                           {object: template, field: "userData", value: "IyEvYmluL3No", want: Changes},
		"no metadata version":                 {object: template, field: "metadataOptions.httpTokens", value: "optional", want: Changes},
		"a block that AWS does not have":      {object: template, field: "monitoring", value: map[string]any{"enabled": true}, want: Changes},
		"one more label":                      {object: nodes, field: "labels[domino/build-node]", value: "true", want: Changes},
		"a label less":                        {object: nodes, field: "labels[dominodatalab.com/domino-node]", value: omitted{}, want: Removes},
		"another version of the template":     {object: nodes, field: "launchTemplate.version", value: "2", want: Changes},
		"another role of the nodes":           {object: nodes, field: "nodeRoleArn", value: "arn:aws:iam::123456789012:role/tfthree-platform", want: Refused},
		"another subnet of the nodes":         {object: nodes, field: "subnetIds", value: []any{"subnet-f983990e3a786b9dc"}, want: Refused},
		"another instance type":               {object: nodes, field: "instanceTypes", value: []any{"m6i.2xlarge"}, want: Refused},
		"another version of the nodes":        {object: nodes, field: "version", value: "1.36", want: Changes},
		"a taint":                             {object: nodes, field: "taint", value: []any{map[string]any{"key": "a", "effect": "NO_SCHEDULE"}}, want: Changes},
		"another way to update":               {object: nodes, field: "updateConfig.updateStrategy", value: "MINIMAL", want: Changes},
		"the way to update left out":          {object: nodes, field: "updateConfig.updateStrategy", value: omitted{}, want: Removes},
		"a percentage in place of a number":   {object: nodes, field: "updateConfig.maxUnavailablePercentage", value: 50, want: Changes},
		"a size in place":                     {object: nodes, field: "scalingConfig", value: map[string]any{"minSize": 2, "maxSize": 10}, want: Changes, path: "scalingConfig.minSize"},
		"a tag with another value":            {object: nodes, field: "tags.team", value: "x", want: Changes, path: "tags[team]"},
		"a tag less":                          {object: nodes, field: "tags.team", value: omitted{}, want: Removes, path: "tags[team]"},
		"another region":                      {object: nodes, field: "region", value: "eu-west-1", want: Refused},
		"a reference to something else":       {object: coredns, field: "clusterNameRef.name", value: "other", want: Creates, path: "-"},
		"an add-on that AWS does not have":    {object: coredns, field: "addonName", value: "snapshot-controller", want: Creates, path: "-"},
		"a reference to what is not in AWS":   {object: idp, field: "clusterNameRef.name", value: "other", want: Refused, path: "clusterName"},
		"a role by a reference to nothing":    {object: nodes, field: "nodeRoleArn", value: omitted{}, want: Refused},
		"another configuration left to AWS":   {object: vpcCNI, field: "configurationValues", value: omitted{}},
		"support left to AWS":                 {object: cluster, field: "upgradePolicy", value: omitted{}},
		"what AWS does not tell":              {object: cluster, field: "accessConfig.bootstrapClusterCreatorAdminPermissions", value: true},
		"how conflicts are resolved":          {object: coredns, field: "resolveConflictsOnUpdate", value: "PRESERVE"},
		"an issuer with its scheme":           {object: issuer, field: "url", value: "https://oidc.eks.us-west-2.amazonaws.com/id/3E0C0AAFD51035586F6FD2EA91AA31D0"},
		"the modules' iops, which are absent": {object: template, field: "blockDeviceMappings[0].ebs.iops", value: 0},
	}
}

func TestOneWrongFieldIsOneDifference(t *testing.T) {
	for name, s := range sabotages() {
		t.Run(name, func(t *testing.T) {
			all := objects(t)
			s.of(all, t)
			got := harmful(Compare(all, held(t)))
			if s.want == "" {
				require.Empty(t, got)
				return
			}
			require.Len(t, got, 1, "%+v", got)
			d := got[0]
			require.Equal(t, s.object, d.Name)
			require.Equal(t, s.want, d.Effect, "%+v", d)
			require.True(t, s.want != Refused || d.Why != "", "a refusal has a reason")
			switch s.path {
			case "":
				require.Equal(t, s.field, d.Path)
			case "-":
				require.Empty(t, d.Path)
			default:
				require.Equal(t, s.path, d.Path)
			}
		})
	}
}

// The version of a template comes from the template's status: with a template that is
// not in AWS yet it is not known.
func TestATemplateThatIsMadeHasNoVersionYet(t *testing.T) {
	all := objects(t)
	sabotage{object: nodes, field: "launchTemplate.name", value: "tfthree/platform"}.of(all, t)
	got := harmful(Compare(all, held(t)))
	require.Len(t, got, 2)
	require.Equal(t, []any{"launchTemplate.name", Refused, "tfthree/platform"}, []any{got[0].Path, got[0].Effect, got[0].Ours})
	require.Equal(t, []any{"launchTemplate.version", Changes, "1"}, []any{got[1].Path, got[1].Effect, got[1].Theirs})
}

// Each field that the faithful objects state matters: with another value there is one
// difference, unless AWS does not tell what it has.
func TestEveryStatedFieldIsCompared(t *testing.T) {
	untold := []string{
		"bootstrapSelfManagedAddons", "accessConfig.bootstrapClusterCreatorAdminPermissions",
		"resolveConflictsOnCreate", "resolveConflictsOnUpdate", "clusterNameRef.name",
	}
	faithful, there := objects(t), held(t)
	for i, o := range faithful {
		for _, path := range leaves("", fieldpath.At(o, "spec", "forProvider")) {
			all := objects(t)
			at := fieldpath.Parse("spec.forProvider." + path)
			value, _ := at.In(all[i])
			require.NoError(t, at.Set(all[i], another(value)))
			got := Compare(all, there)
			if slices.Contains(untold, path) {
				continue
			}
			if strings.HasPrefix(path, "tags[dominoc.dev/") {
				require.Empty(t, harmful(got))
				continue
			}
			require.NotEmpty(t, harmful(got), "%s %s", o["kind"], path)
		}
	}
}

func leaves(at string, value any) []string {
	var all []string
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			step := "." + name
			if strings.Contains(name, ".") {
				step = "[" + name + "]"
			}
			all = append(all, leaves(strings.TrimPrefix(at+step, "."), inner)...)
		}
		return all
	case []any:
		for i, inner := range v {
			all = append(all, leaves(at+"["+string(rune('0'+i))+"]", inner)...)
		}
		return all
	}
	return []string{at}
}

func another(value any) any {
	switch v := value.(type) {
	case bool:
		return !v
	case float64:
		return v + 1
	}
	return value.(string) + "x"
}

func TestAnObjectThatMayOnlyBeObservedChangesNothing(t *testing.T) {
	all := objects(t)
	sabotage{object: template, field: "description", value: "x"}.of(all, t)
	spec := at(t, all, template)["spec"].(map[string]any)
	spec["managementPolicies"] = []any{"Observe"}
	require.Empty(t, harmful(Compare(all, held(t))))

	at(t, all, template)["metadata"].(map[string]any)["annotations"] = map[string]any{}
	got := harmful(Compare(all, held(t)))
	require.Equal(t, []any{template, Refused, ""}, []any{got[0].Name, got[0].Effect, got[0].ID}, "nor is it made")
}

func TestTheOrderOfObjectsAndResourcesDoesNotMatter(t *testing.T) {
	all, there := objects(t), held(t)
	at(t, all, template)["spec"].(map[string]any)["forProvider"].(map[string]any)["description"] = "x"
	want := Compare(all, there)
	slices.Reverse(all)
	slices.Reverse(there)
	require.Empty(t, cmp.Diff(want, Compare(all, there)))
}

// Of a value that a state withholds nothing is known, so it is never called equal.
func TestAWithheldValueIsUnknown(t *testing.T) {
	all := held(t)
	for i := range all {
		if all[i].Type == "aws_eks_node_group" {
			delete(all[i].Attributes, "taint")
			all[i].Withheld = []string{"taint", "disk_size"} // AWS's disk size stays, whatever it is
		}
	}
	differences := harmful(Compare(objects(t), all))
	require.NotEmpty(t, differences)
	for _, d := range differences {
		require.Equal(t, Unknown, d.Effect, "%+v", d)
		require.Equal(t, "taint", d.Path)
	}
}
