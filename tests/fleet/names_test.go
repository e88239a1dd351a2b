// Package fleet tests what compositions/check reads from the resources that the
// components make.
package fleet

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/random"
)

const seeds = 80

func nowhere(diag.Path) diag.Pos { return diag.Pos{} }

// planned is a random environment with its plan; some are refused.
func planned(seed uint64) (check.Member, bool) {
	env := random.Environment(random.New(seed))
	p, found := plan.Decide(env, nowhere, catalog.ProviderAWS{})
	if found.HasErrors() {
		return check.Member{}, false
	}
	m := check.Member{Environment: env, At: nowhere, Alone: check.Inspect(env, nowhere, p, nil, new(compositions.Outlines).Lower(p))}
	return m, !m.Found.HasErrors()
}

// made are the objects of a plan, as they would be rendered.
func made(t *testing.T, m check.Member) []map[string]any {
	t.Helper()
	compiled, found, err := compositions.Compile([]compositions.Input{{Environment: m.Environment, At: nowhere}})
	require.NoError(t, err)
	require.False(t, found.HasErrors())
	objects, err := compiled.Render(m.Environment.Name, false)
	require.NoError(t, err)
	return objects
}

// at is the text at a path of names, empty when there is none.
func at(object map[string]any, path string) string {
	var value any = object
	for name := range strings.SplitSeq(path, "/") {
		fields, ok := value.(map[string]any)
		if !ok {
			return ""
		}
		value = fields[name]
	}
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

func nameInAWS(object map[string]any) string {
	annotations, _ := object["metadata"].(map[string]any)["annotations"].(map[string]any)
	name, _ := annotations["crossplane.io/external-name"].(string)
	return name
}

// kinds are the kinds whose names are unique beyond their environment, as the
// reader of a diagnostic knows them.
var kinds = map[string]string{
	"Role iam": "IAM role", "Policy iam": "IAM policy", "Cluster eks": "EKS cluster", "Group cloudwatchlogs": "log group",
	"Vault backup": "backup vault", "Alias kms": "KMS alias", "Repository ecr": "ECR repository", "Bucket s3": "S3 bucket",
	"FileSystem efs": "file system", "Key kms": "KMS key",
}

// Whatever is made with a name of our choice in AWS is compared over the fleet;
// what lives inside of a cluster or has no name there is told apart here.
func TestEveryNameThatIsMadeIsCompared(t *testing.T) {
	within := map[string]bool{"NodeGroup eks": true, "AccessPoint efs": true, "AccessEntry eks": true, "Addon eks": true, "IdentityProviderConfig eks": true}
	for _, part := range []string{"Logging", "Policy", "PublicAccessBlock", "ServerSideEncryptionConfiguration", "Versioning"} {
		within["Bucket"+part+" s3"] = true // of a bucket that is taken over
	}
	seen := map[string]bool{}
	for seed := range uint64(seeds) {
		m, ok := planned(seed)
		if !ok {
			continue
		}
		compared := map[[2]string]bool{}
		for _, n := range m.Names {
			compared[[2]string{n.Kind, strings.TrimPrefix(n.Text, "alias/")}] = true
		}
		for _, object := range made(t, m) {
			service, _, _ := strings.Cut(at(object, "apiVersion"), ".")
			kind := at(object, "kind") + " " + service
			name := nameInAWS(object)
			if name == "" || within[kind] || !strings.Contains(at(object, "apiVersion"), ".aws.m.upbound.io/") {
				continue
			}
			if rule, _ := externalname.Of(at(object, "kind")); rule.InGit() && kinds[kind] == "" { // an id that AWS chose, and no name
				continue
			}
			seen[kind] = true
			require.True(t, compared[[2]string{kinds[kind], name}], "seed %d: %s %q is not compared", seed, kind, name)
		}
	}
	for kind := range kinds {
		require.True(t, seen[kind], "%s is never made", kind)
	}
}
