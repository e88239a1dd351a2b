package proof

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/immutable"
	"github.com/dominoc/dominoc/tests/goldenfile"
	"github.com/dominoc/dominoc/tests/gomodule"
)

// kinds are those of the table.
var kinds = []string{
	"backup.aws.m.upbound.io/Plan",
	"backup.aws.m.upbound.io/Selection",
	"backup.aws.m.upbound.io/Vault",
	"cloudwatchlogs.aws.m.upbound.io/Group",
	"ec2.aws.m.upbound.io/LaunchTemplate",
	"ec2.aws.m.upbound.io/SecurityGroup",
	"ec2.aws.m.upbound.io/SecurityGroupEgressRule",
	"ec2.aws.m.upbound.io/SecurityGroupIngressRule",
	"ec2.aws.m.upbound.io/Subnet",
	"ec2.aws.m.upbound.io/VPC",
	"ecr.aws.m.upbound.io/LifecyclePolicy",
	"ecr.aws.m.upbound.io/PullThroughCacheRule",
	"ecr.aws.m.upbound.io/Repository",
	"efs.aws.m.upbound.io/AccessPoint",
	"efs.aws.m.upbound.io/FileSystem",
	"efs.aws.m.upbound.io/MountTarget",
	"eks.aws.m.upbound.io/Addon",
	"eks.aws.m.upbound.io/Cluster",
	"eks.aws.m.upbound.io/IdentityProviderConfig",
	"eks.aws.m.upbound.io/NodeGroup",
	"iam.aws.m.upbound.io/OpenIDConnectProvider",
	"iam.aws.m.upbound.io/Policy",
	"iam.aws.m.upbound.io/Role",
	"iam.aws.m.upbound.io/RolePolicyAttachment",
	"kms.aws.m.upbound.io/Alias",
	"kms.aws.m.upbound.io/Key",
	"s3.aws.m.upbound.io/Bucket",
	"s3.aws.m.upbound.io/BucketLogging",
	"s3.aws.m.upbound.io/BucketOwnershipControls",
	"s3.aws.m.upbound.io/BucketPolicy",
	"s3.aws.m.upbound.io/BucketPublicAccessBlock",
	"s3.aws.m.upbound.io/BucketServerSideEncryptionConfiguration",
	"s3.aws.m.upbound.io/BucketVersioning",
}

// framework are the resources that the provider writes with terraform-plugin-framework. It
// has no defaults and functions in them that would not be in the shipped schema.
var framework = map[string]bool{"aws_vpc_security_group_egress_rule": true, "aws_vpc_security_group_ingress_rule": true}

const head = `# What the provider does with each field below spec.forProvider, for the kinds that
# can be adopted. Written by tests/proof with UPDATE=1.
# Source: the schemas of terraform-provider-aws as github.com/upbound/provider-aws/v2
# v2.5.0 links it, read from their source, and the names of provider-aws's own types.
#
# field      below spec.forProvider, without the index of a list
# attribute  the last name of it in Terraform
# sort       one is a block of which there is one at most; several blocks are a list of
#            blocks or a set of blocks
# omitted    removed: the provider removes what AWS has when the object omits the field;
#            kept: AWS's value stays
# default    what the provider sets when the object omits the field
# compares   the function with which the provider compares values, if it has one
# read       no: the provider does not ask AWS for it, and takes it to be as in the object
# refers     the kind that a reference fills the field in from, and what it takes of it:
#            its external name (name) or an attribute
`

// The table is that of the provider's release: a field that it forgot would be one that
// adoption may remove from AWS without a word.
func TestTheTableIsTheProvidersSchemas(t *testing.T) {
	root, err := gomodule.Root()
	require.NoError(t, err)
	file := filepath.Join(root, "compositions", "proof", "data", "fields.csv")
	got := table(t)
	if goldenfile.Updating() {
		goldenfile.Write(t, file, got)
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "run UPDATE=1 go test ./tests/proof")
}

func table(t *testing.T) []byte {
	var out bytes.Buffer
	out.WriteString(head)
	w := csv.NewWriter(&out)
	require.NoError(t, w.Write([]string{"kind", "field", "attribute", "sort", "omitted", "default", "compares", "read", "refers", "takes"}))
	tf, xp, shipped := newTerraform(t), newCrossplane(t), shipped(t)
	for _, kind := range kinds {
		group, name, _ := strings.Cut(kind, "/")
		resource := xp.terraform(group, name)
		attributes := shipped[resource].plain(t)
		if !framework[resource] {
			attributes = tf.resource(resource)
			shipped[resource].agrees(t, resource, attributes)
		}
		// the row of the kind itself
		require.NoError(t, w.Write([]string{kind, "", resource, "", "", "", "", "", "", ""}))
		for _, row := range rows(t, "", xp.fields(group, name), attributes) {
			require.NoError(t, w.Write(append([]string{kind}, row...)))
		}
	}
	w.Flush()
	require.NoError(t, w.Error())
	return out.Bytes()
}

// rows are those of fields, sorted; a block stands above what is in it.
func rows(t *testing.T, in string, fields []field, attributes map[string]attribute) [][]string {
	var all [][]string
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	for _, f := range fields {
		a, there := attributes[f.attribute]
		if !there && in == "" && f.attribute == "region" {
			// every resource has it, from outside of its schema
			a, there = attribute{sort: "string", said: "optional", computed: true}, true
		}
		if a.said == "computed" || !there && f.attribute == "id" {
			continue
		}
		require.True(t, there, "%s%s: no attribute %s", in, f.name, f.attribute)
		omitted, read := "removed", "yes"
		if a.computed {
			omitted = "kept"
		}
		if a.unread {
			read = "no"
		}
		all = append(all, []string{in + f.name, f.attribute, a.sort, omitted, a.fallback, a.compares, read, f.refers, f.takes})
		if a.below != nil {
			all = append(all, rows(t, in+f.name+".", f.below, a.below)...)
		}
	}
	return all
}

// A field that the provider cannot change is refused; the table of package immutable was
// read from the running provider, which a test cannot start.
func TestTheFieldsThatAreRefusedAreThoseOfTheSchemas(t *testing.T) {
	tf, xp := newTerraform(t), newCrossplane(t)
	for _, kind := range kinds {
		group, name, _ := strings.Cut(kind, "/")
		fixed := replaced("", xp.fields(group, name), tf.resource(xp.terraform(group, name)))
		restrictions, known := immutable.Of(kind)
		require.True(t, known, kind)
		for path, want := range fixed {
			change := immutable.Change{Path: "spec.forProvider." + path, Old: "a", New: "b", Object: map[string]any{}}
			refusal, got := restrictions.Refuses(change)
			if refusal.Source == "" { // AWS refuses more than the provider
				require.Equal(t, want, got, "%s: %s", kind, path)
			}
		}
	}
}

// replaced says of each field whether the provider would replace the resource for it.
func replaced(in string, fields []field, attributes map[string]attribute) map[string]bool {
	all := map[string]bool{}
	for _, f := range fields {
		a, there := attributes[f.attribute]
		if !there || a.said == "computed" {
			continue
		}
		all[in+f.name] = a.forceNew
		below := replaced(in+f.name+".", f.below, a.below)
		for path, is := range below {
			all[path] = is || a.forceNew
		}
	}
	return all
}

// block is a schema as provider-aws ships it.
type block struct {
	Attributes map[string]struct {
		Type                         any
		Optional, Required, Computed bool
	}
	BlockTypes map[string]struct {
		NestingMode string `json:"nesting_mode"`
		Block       block
	} `json:"block_types"`
}

// shipped reads config/schema.json of provider-aws.
func shipped(t *testing.T) map[string]block {
	dir, err := gomodule.Dir(".", "github.com/upbound/provider-aws/v2")
	require.NoError(t, err)
	content, err := os.ReadFile(filepath.Join(dir, "config", "schema.json"))
	require.NoError(t, err)
	var read struct {
		Schemas map[string]struct {
			Resources map[string]struct{ Block block } `json:"resource_schemas"`
		} `json:"provider_schemas"`
	}
	require.NoError(t, json.Unmarshal(content, &read))
	all := map[string]block{}
	for _, provider := range read.Schemas {
		for name, r := range provider.Resources {
			all[name] = r.Block
		}
	}
	return all
}

// plain returns the attributes of a resource without blocks.
func (b block) plain(t *testing.T) map[string]attribute {
	all := map[string]attribute{}
	for name, a := range b.Attributes {
		sort, one := a.Type.(string)
		if !one {
			list, _ := a.Type.([]any)
			require.NotEmpty(t, list, name)
			sort = list[0].(string)
		}
		said := map[bool]string{true: "optional", false: "required"}[a.Optional]
		if a.Computed && !a.Optional {
			said = "computed"
		}
		all[name] = attribute{sort: sort, said: said, computed: a.Computed}
	}
	return all
}

// agrees holds what was read from the source against what is shipped: the same names,
// and of attributes the same flags. What is shipped lacks the flags of blocks.
func (b block) agrees(t *testing.T, at string, all map[string]attribute) {
	for name, a := range b.Attributes {
		if name == "id" || name == "region" {
			continue // added to every schema
		}
		got, there := all[name]
		require.True(t, there, "%s.%s", at, name)
		want := fmt.Sprintf("optional %v, required %v, computed %v", a.Optional, a.Required, a.Computed)
		require.Equal(t, want, fmt.Sprintf("optional %v, required %v, computed %v", got.said == "optional", got.said == "required", got.computed), "%s.%s", at, name)
	}
	for name, inner := range b.BlockTypes {
		if name == "timeouts" {
			continue
		}
		got, there := all[name]
		require.True(t, there && got.below != nil, "%s.%s", at, name)
		inner.Block.agrees(t, at+"."+name, got.below)
	}
	for name := range all {
		_, attribute := b.Attributes[name]
		_, block := b.BlockTypes[name]
		require.True(t, attribute || block, "%s.%s is not shipped", at, name)
	}
}
