package sync

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/crds"
	"github.com/dominoc/dominoc/tests/gomodule"
)

func crossplane(t *testing.T, file ...string) []byte {
	t.Helper()
	dir, err := gomodule.Dir("tests/crds/crossplane", "github.com/crossplane/crossplane/v2")
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(dir, "@v"+bootstrap.CrossplaneVersion), "the chart is of the version that is emitted: %s", dir)
	content, err := os.ReadFile(filepath.Join(append([]string{dir}, file...)...))
	require.NoError(t, err)
	return content
}

// Helm ignores a value that a chart does not have.
func TestTheChartHasEachValue(t *testing.T) {
	chart := map[string]any{}
	require.NoError(t, yaml.Unmarshal(crossplane(t, "cluster", "charts", "crossplane", "values.yaml"), &chart))
	options := v1alpha1.Packages{Mirror: "registry.example.com", PullSecret: "registry"}
	requireHas(t, chart, bootstrap.Values(options), "")
}

func requireHas(t *testing.T, chart, values map[string]any, above string) {
	t.Helper()
	for key, value := range values {
		require.Contains(t, chart, key, above)
		require.IsType(t, chart[key], value, "%s%s", above, key)
		if below, ok := value.(map[string]any); ok {
			requireHas(t, chart[key].(map[string]any), below, above+key+".")
		}
	}
}

// The flags of Crossplane are made of the names of fields.
func TestCrossplaneHasEachFlag(t *testing.T) {
	source := string(crossplane(t, "cmd", "crossplane", "core", "core.go"))
	for _, arg := range bootstrap.Values(v1alpha1.Packages{})["args"].([]any) {
		flag, _, _ := strings.Cut(strings.TrimPrefix(arg.(string), "--"), "=")
		field := ""
		for word := range strings.SplitSeq(flag, "-") {
			field += strings.ToUpper(word[:1]) + word[1:]
		}
		require.Contains(t, source, field+" ", flag)
	}
}

// What Compositions make beside managed resources and composite ones, Crossplane
// must be allowed to make, and nothing else.
func TestTheRoleIsForJustTheKindsThatAreComposed(t *testing.T) {
	validator := crds.New()
	var want []string
	for _, composition := range golden(t, "platform/compositions") {
		for _, step := range at(composition, "spec.pipeline").([]any) {
			for _, resource := range at(step, "input.resources").([]any) {
				kind := schema.FromAPIVersionAndKind(at(resource, "base.apiVersion").(string), at(resource, "base.kind").(string))
				managed := strings.Contains(kind.Group, ".m.") && kind.Kind != "ProviderConfig"
				if managed || kind.Group == xr.Group {
					continue
				}
				name, err := validator.Name(kind)
				require.NoError(t, err)
				want = append(want, name)
			}
		}
	}
	slices.Sort(want)
	var got []string
	for _, object := range golden(t, "platform") {
		if object["kind"] != "ClusterRole" {
			continue
		}
		require.Equal(t, map[string]any{"rbac.crossplane.io/aggregate-to-crossplane": "true"}, at(object, "metadata.labels"))
		for _, rule := range object["rules"].([]any) {
			got = append(got, at(rule, "resources").([]any)[0].(string)+"."+at(rule, "apiGroups").([]any)[0].(string))
		}
	}
	require.Equal(t, slices.Compact(want), got)
}

// A digest of a package that is not emitted would pin nothing.
func TestEveryPackageOfTheFleetButTheFamilyCanBePinned(t *testing.T) {
	pinnable := bootstrap.Pinnable(v1alpha1.Packages{})
	for _, object := range golden(t, "platform/packages") {
		image, ok := at(object, "spec.package").(string)
		if !ok {
			continue
		}
		name := image[strings.LastIndexByte(image, '/')+1:]
		require.Equal(t, !strings.Contains(name, "-family-"), slices.Contains(pinnable, name), name)
	}
}

func TestADigestStandsBesideTheVersion(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0", 64)
	options := v1alpha1.Packages{Digests: map[string]string{"provider-aws-ec2:" + bootstrap.ProviderVersion: digest}}
	packages := bootstrap.Packages([]string{"vpcs.ec2.aws.m.upbound.io"}, options)
	require.Len(t, packages, 3, "the family, the service and the function")
	require.Equal(t, "xpkg.crossplane.io/crossplane-contrib/provider-aws-ec2:"+bootstrap.ProviderVersion+"@"+digest, at(packages[1], "spec.package"))
	validator := crds.New()
	for _, object := range packages {
		require.Empty(t, validator.Validate(object))
	}
}

func TestImagesComeFromAMirrorByASecret(t *testing.T) {
	require.Empty(t, bootstrap.ImageConfigs(v1alpha1.Packages{}))
	configs := bootstrap.ImageConfigs(v1alpha1.Packages{Mirror: "registry.example.com/xpkg", PullSecret: "registry"})
	require.Len(t, configs, 2)
	require.Equal(t, "registry.example.com/xpkg/crossplane-contrib/", at(configs[0], "spec.rewriteImage.prefix"))
	pulled := at(configs[1], "spec.matchImages").([]any)[0]
	require.Equal(t, at(configs[0], "spec.rewriteImage.prefix"), at(pulled, "prefix"), "the secret is looked up by the path that was rewritten")
	validator := crds.New()
	for _, config := range configs {
		require.Empty(t, validator.Validate(config))
	}
}

func TestTheProvidersAccountNamesARoleOnlyByIRSA(t *testing.T) {
	require.Nil(t, at(bootstrap.RuntimeConfig(""), "spec.serviceAccountTemplate.metadata.annotations"))
	config := bootstrap.RuntimeConfig("arn:aws:iam::112233445566:role/dominoc")
	annotations := at(config, "spec.serviceAccountTemplate.metadata.annotations").(map[string]any)
	require.Equal(t, "arn:aws:iam::112233445566:role/dominoc", annotations["eks.amazonaws.com/role-arn"])
	require.Empty(t, crds.New().Validate(config))
}
